using Microsoft.Playwright;
using Xunit;

namespace Prosodia.Tests;

/// <summary>The system's Chromium, which opens pages as a reader does.</summary>
public sealed class Browser : IAsyncLifetime
{
    /// <summary>
    /// A script that finds elements which stick out of a page, unless within something that scrolls, or out of sight
    /// until they have the focus.
    /// </summary>
    public const string CutOff = """
        () => [...document.querySelectorAll("body *")].filter(e => {
            if (e.closest(".wide") && !e.matches(".wide") || e.matches(".skip")) return false;
            const box = e.getBoundingClientRect();
            return box.width > 0 && (box.left < -0.5 || box.right > innerWidth + 0.5);
        }).map(e => e.outerHTML.slice(0, 80))
            .concat(document.scrollingElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : [])
        """;

    private static readonly string? Program = new[]
    {
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    }.FirstOrDefault(File.Exists);

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Program is null)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await LaunchAsync();
    }

    /// <summary>Opens a file or an address; skips the test where there is no Chromium.</summary>
    /// <param name="target">The page.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="scheme">The reader's theme.</param>
    /// <param name="complaints">Gets what the page writes to the console and what it asks other hosts for.</param>
    /// <param name="microphone">A WAV file that this page hears when it records, over and over; null for no
    /// microphone.</param>
    public async Task<IPage> Open(
        string target,
        int width,
        ColorScheme scheme,
        ICollection<string> complaints,
        string? microphone = null
    )
    {
        Assert.SkipUnless(_browser is not null, "no Chromium on this system");
        var browser = microphone is null
            ? _browser!
            : await LaunchAsync(
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                $"--use-file-for-fake-audio-capture={microphone}"
            );
        var page = await browser.NewPageAsync(
            new BrowserNewPageOptions
            {
                ColorScheme = scheme,
                ViewportSize = new ViewportSize { Width = width, Height = 900 },
            }
        );
        if (microphone is not null)
            page.Close += (_, _) => _ = browser.CloseAsync();
        var url = target.Contains("://", StringComparison.Ordinal) ? target : "file://" + target;
        string[] own = url.StartsWith("file:", StringComparison.Ordinal) ? ["file:", "data:"] : [url, "data:", "blob:"];
        page.Console += (_, message) => complaints.Add(message.Text);
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (!own.Any(o => request.Url.StartsWith(o, StringComparison.Ordinal)))
                complaints.Add(request.Url);
        };
        await page.GotoAsync(url);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    private Task<IBrowser> LaunchAsync(params string[] arguments) =>
        _playwright!.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Program,
                Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", .. arguments],
            }
        );
}
