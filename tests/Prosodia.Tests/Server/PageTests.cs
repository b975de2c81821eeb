using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Prosodia.Tests.Recognition;
using Xunit;

namespace Prosodia.Tests.Server;

/// <summary>The page as people use it, in a real browser. PROSODIA_SCREENSHOTS=DIR keeps what it looks like.</summary>
[Trait("Tier", "Slow")]
public sealed class PageTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private static readonly string? Screenshots = Environment.GetEnvironmentVariable("PROSODIA_SCREENSHOTS");

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _complaints = [];

    [Theory, MemberData(nameof(Sizes))]
    public async Task Recordings_are_shown_whole_readable_and_without_barriers(int width, ColorScheme scheme)
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.Open(server.Url, width, scheme, _complaints);
        await page.SetInputFilesAsync("#files", [Sad, Conversation(), NoAudio()]);
        await Card(page, "08a05Ta.wav").GetByText("sad").First.WaitForAsync();
        await Card(page, "talk.wav").Locator("tbody tr").First.WaitForAsync();
        await Card(page, "notes.txt").WaitForAsync();
        await page.GetByText("Done: 3 recordings").WaitForAsync();
        await Card(page, "talk.wav")
            .GetByRole(AriaRole.Button, new() { Name = "what decided from" })
            .First.ClickAsync();
        await Card(page, "talk.wav").GetByRole(AriaRole.Heading, new() { Name = "Key segments from" }).WaitForAsync();
        foreach (var name in new[] { "08a05Ta.wav", "talk.wav" })
            await Card(page, name).GetByLabel("Compare").CheckAsync();
        if (Screenshots is not null)
            await page.ScreenshotAsync(
                new()
                {
                    Path = Path.Combine(Screenshots, $"page-{width}-{scheme}.png".ToLowerInvariant()),
                    FullPage = true,
                }
            );

        Assert.Empty(await page.EvaluateAsync<string[]>(Browser.CutOff));
        var serious = (await page.RunAxe()).Violations.Where(v => v.Impact is "serious" or "critical");
        Assert.Empty(serious.Select(v => $"{v.Id}: {v.Nodes[0].Html} {v.Nodes[0].Any.FirstOrDefault()?.Message}"));
        // which the browser says of the text file
        Assert.DoesNotContain(_complaints, c => !c.Contains("422", StringComparison.Ordinal));
    }

    public static TheoryData<int, ColorScheme> Sizes() =>
        new MatrixTheoryData<int, ColorScheme>([375, 1024, 1920], [ColorScheme.Light, ColorScheme.Dark]);

    [Fact]
    public async Task What_is_dropped_is_recognized_and_can_be_exported()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.Open(server.Url, 1024, ColorScheme.Light, _complaints);
        var bytes = Convert.ToBase64String(await File.ReadAllBytesAsync(Sad, TestContext.Current.CancellationToken));
        await page.EvaluateAsync(
            """
            async base64 => {
                const transfer = new DataTransfer();
                const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
                transfer.items.add(new File([bytes], "a \"strange\", name <b>.wav", { type: "audio/wav" }));
                const dropped = new DragEvent("drop", { dataTransfer: transfer, bubbles: true });
                document.getElementById("drop").dispatchEvent(dropped);
            }
            """,
            bytes
        );
        await page.Locator("article .chip").GetByText("sad").First.WaitForAsync();
        var exports = new Dictionary<string, string>();
        foreach (var form in new[] { "CSV", "JSON", "WebVTT" })
        {
            var download = await page.RunAndWaitForDownloadAsync(() =>
                page.GetByRole(AriaRole.Button, new() { Name = $"as {form}" }).ClickAsync()
            );
            exports[form] = await File.ReadAllTextAsync(
                await download.PathAsync(),
                TestContext.Current.CancellationToken
            );
        }
        Assert.StartsWith(
            "path,channel,start_s,end_s,speaker,answer,reason,emotion,probability,angry,happy,neutral,sad\n\"a "
                + "\"\"strange\"\", name <b>.wav\",0,0,5.621,",
            exports["CSV"],
            StringComparison.Ordinal
        );
        Assert.Contains("\"emotion\": \"sad\"", exports["JSON"], StringComparison.Ordinal);
        Assert.Matches(@"^WEBVTT\n\n00:00:00\.000 --> 00:00:05\.621\nsad \(\d+%\)\n$", exports["WebVTT"]);
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task Dimensions_are_drawn_over_time_and_in_their_plane()
    {
        using var recognizer = DimensionModel.Recognizer();
        await using var server = await TestServer.StartAsync(recognizer: recognizer);
        var page = await browser.Open(server.Url, 1024, ColorScheme.Light, _complaints);
        await page.SetInputFilesAsync("#files", [Sad, Conversation()]);
        await page.GetByText("Done: 2 recordings").WaitForAsync();
        var talk = Card(page, "talk.wav");
        Assert.Contains("arousal", await talk.Locator("thead").InnerTextAsync(), StringComparison.Ordinal);
        Assert.True(await talk.Locator(".dimension-curve").IsVisibleAsync());
        Assert.True(await talk.Locator(".plane").IsVisibleAsync());
        Assert.False(await Card(page, "08a05Ta.wav").Locator(".dimension-curve").IsVisibleAsync());
        Assert.Matches(@"arousal \d", await Card(page, "08a05Ta.wav").Locator(".dimensions").InnerTextAsync());
        var csv = await page.RunAndWaitForDownloadAsync(() =>
            talk.GetByRole(AriaRole.Button, new() { Name = "as CSV" }).ClickAsync()
        );
        Assert.Contains(
            "angry,happy,sad,arousal,valence\n",
            await File.ReadAllTextAsync(await csv.PathAsync(), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        if (Screenshots is not null)
            await page.ScreenshotAsync(
                new() { Path = Path.Combine(Screenshots, "page-dimensions.png"), FullPage = true }
            );
        Assert.Empty(await page.EvaluateAsync<string[]>(Browser.CutOff));
        var serious = (await page.RunAxe()).Violations.Where(v => v.Impact is "serious" or "critical");
        Assert.Empty(serious.Select(v => $"{v.Id}: {v.Nodes[0].Html}"));
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task The_microphone_is_answered_while_someone_speaks()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.Open(server.Url, 1024, ColorScheme.Light, _complaints, microphone: Conversation());
        await page.GetByRole(AriaRole.Button, new() { Name = "Record" }).ClickAsync();
        await page.Locator("#live-turns li").First.WaitForAsync(); // while it records
        await page.Locator("#live-turns li:not(.provisional)").First.WaitForAsync();
        if (Screenshots is not null)
            await page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots, "page-live.png"), FullPage = true });
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        var card = Card(page, "recording 1.wav");
        await card.Locator(".answer").WaitForAsync();
        Assert.Empty(_complaints);
        await page.CloseAsync();
    }

    [Fact]
    public async Task The_keyboard_is_enough()
    {
        await using var server = await TestServer.StartAsync();
        var page = await browser.Open(server.Url, 1024, ColorScheme.Light, _complaints);
        async Task TabTo(string selector)
        {
            for (var i = 0; i < 40; i++)
            {
                await page.Keyboard.PressAsync("Tab");
                if (await page.EvaluateAsync<bool>("s => document.activeElement.matches(s)", selector))
                    return;
            }
            Assert.Fail($"Tab doesn't reach {selector}");
        }

        await TabTo("#choose");
        await (await ChooserAsync(page)).SetFilesAsync(Sad);
        await page.Locator("article .chip").First.WaitForAsync();
        await TabTo(".seek");
        await page.Keyboard.PressAsync("PageUp");
        Assert.Matches(@"^0\.6 s, sad$", await page.Locator(".seek").GetAttributeAsync("aria-valuetext") ?? "");
        await TabTo(".play");
        await page.Keyboard.PressAsync("Space");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).WaitForAsync();
        await TabTo(".compare");
        await page.Keyboard.PressAsync("Space");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Compared" }).WaitForAsync();
        await TabTo("[data-form=csv]");
        await page.RunAndWaitForDownloadAsync(() => page.Keyboard.PressAsync("Enter"));
        await TabTo(".remove");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("article").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.Empty(_complaints);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Presses Enter until the browser asks for files; on a busy machine it may do so before anyone listens.
    /// </summary>
    private static async Task<IFileChooser> ChooserAsync(IPage page)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await page.RunAndWaitForFileChooserAsync(
                    () => page.Keyboard.PressAsync("Enter"),
                    new() { Timeout = 20_000 }
                );
            }
            catch (TimeoutException) when (attempt < 4)
            {
                // once more
            }
        }
    }

    private static string Sad => Path.Combine(TestData.Corpora(), "emodb4", "wav", "08a05Ta.wav");

    private static ILocator Card(IPage page, string name) => page.GetByRole(AriaRole.Article, new() { Name = name });

    /// <summary>Four recordings with pauses between them: long enough for a timeline.</summary>
    private string Conversation()
    {
        var files = Directory
            .GetFiles(Path.Combine(TestData.Corpora(), "emodb4", "wav"), "03*.wav")
            .Order(StringComparer.Ordinal)
            .Where((_, i) => i % 9 == 0)
            .Take(6);
        WavWriter.Write(
            _folder["talk.wav"],
            [.. files.SelectMany(f => AudioFile.Read(f).Samples.Concat(new float[Recording.SampleRate]))]
        );
        return _folder["talk.wav"];
    }

    private string NoAudio()
    {
        File.WriteAllText(_folder["notes.txt"], "not a recording");
        return _folder["notes.txt"];
    }
}
