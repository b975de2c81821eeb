using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Features;
using Prosodia.Formats;
using Prosodia.Recognition;
using Prosodia.Reporting;
using Prosodia.Server;
using Xunit;

namespace Prosodia.Tests.Docs;

/// <summary>
/// The samples of docs/library.md: the page shows what stands between the marks, word for word, and here they run.
/// </summary>
public sealed class LibrarySamples : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LibrarySamples()
    {
        WavWriter.Write(_folder["voice.wav"], SyntheticCorpus.Speak(1).First());
        WavWriter.Write(
            _folder["call.wav"],
            [.. SyntheticCorpus.Speak(1).Take(6).SelectMany(v => v.Concat(new float[16_000]))]
        );
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file()
    {
        var path = _folder["voice.wav"];
        // sample: a file
        using var recognizer = new EmotionRecognizer();
        var result = await recognizer.RecognizeAsync(path);
        foreach (var segment in result.Segments)
            Console.WriteLine($"{segment.Start:g} to {segment.End:g}: {segment.Prediction.Label}");
        // end
        Assert.Single(result.Segments);
    }

    [Fact]
    public async Task A_timeline()
    {
        var path = _folder["call.wav"];
        using var recognizer = new EmotionRecognizer();
        // sample: a timeline
        var call = await recognizer.RecognizeAsync(path, new RecognizerOptions { SeparateChannels = true });
        using (var subtitles = File.CreateText(path + ".vtt"))
            WebVtt.Write(subtitles, call);
        File.WriteAllBytes(path + ".png", TimelinePlot.Of(call, recognizer.Card));
        File.WriteAllText(path + ".html", TimelinePage.Of(call, recognizer.Card, audio: Path.GetFileName(path)));
        // end
        Assert.All([".vtt", ".png", ".html"], f => Assert.True(new FileInfo(path + f).Length > 5));
    }

    [Fact]
    public async Task Progress_and_cancellation()
    {
        var path = _folder["call.wav"];
        using var recognizer = new EmotionRecognizer();
        // sample: progress and cancellation
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var options = new RecognizerOptions
        {
            Progress = new Progress<double>(share => Console.Write($"\r{share:0%}")),
        };
        await using var upload = File.OpenRead(path);
        var result = await recognizer.RecognizeAsync(upload, options, timeout.Token);
        // end
        Assert.True(result.IsTimeline);
        Assert.True(upload.CanRead); // left open
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            recognizer.RecognizeAsync(path, cancellationToken: new CancellationToken(canceled: true))
        );
    }

    [Fact]
    public async Task Live()
    {
        using var recognizer = new EmotionRecognizer();
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var sending = Task.Run(
            async () =>
            {
                using var client = new TcpClient();
                await client.ConnectAsync((System.Net.IPEndPoint)listener.LocalEndpoint);
                var bytes = File.ReadAllBytes(_folder["call.wav"]).AsMemory(44);
                await client.GetStream().WriteAsync(bytes);
            },
            TestContext.Current.CancellationToken
        );
        using var connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var (socket, cancellationToken, heard) = (connection.GetStream(), TestContext.Current.CancellationToken, 0);
        // sample: live
        var format = new RecognizerOptions { RawSampleRate = 16_000, RawChannels = 1 };
        await foreach (var segment in recognizer.RecognizeStreamAsync(socket, format, cancellationToken))
        {
            Console.WriteLine($"{segment.Start:g}: {segment.Prediction.Label}");
            heard++;
        }
        // end
        await sending;
        Assert.InRange(heard, 5, 7);
    }

    [Fact]
    public async Task Adaptation_to_a_source()
    {
        var (path, earlierCalls) = (_folder["voice.wav"], new[] { _folder["call.wav"], _folder["voice.wav"] });
        using var recognizer = new EmotionRecognizer();
        // sample: adaptation
        var headset = await recognizer.MeasureSourceAsync(earlierCalls, "headset");
        headset.Save(path + ".headset.json");
        var adapted = new RecognizerOptions { Profile = AdaptationProfile.Open(path + ".headset.json") };
        var result = await recognizer.RecognizeAsync(path, adapted);
        Console.WriteLine($"{result.Segments[0].Prediction.Label}, adapted to {result.Segments[0].AdaptedTo}");
        // end
        Assert.StartsWith("headset, ", result.Segments[0].AdaptedTo, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InputException>(() => recognizer.MeasureSourceAsync([_folder["none.wav"]], "none"));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            recognizer.RecognizeAsync(path, adapted with { AdaptsToStream = true })
        );
        var running = await recognizer.RecognizeAsync(path, new RecognizerOptions { AdaptsToStream = true });
        Assert.Equal("the stream so far, 1 recording", running.Segments[0].AdaptedTo);
    }

    [Fact]
    public void Why()
    {
        var path = _folder["voice.wav"];
        using var recognizer = new EmotionRecognizer();
        // sample: why
        var why = recognizer.Explain(AudioFile.Read(path));
        foreach (var group in why.Groups)
            Console.WriteLine($"{group.Name} {group.Score:+0.0;-0.0}");
        foreach (var segment in why.Segments)
            Console.WriteLine($"without {segment.Start:g} to {segment.End:g}: {-segment.Drop:+0%;-0%;0%}");
        // end
        Assert.NotEmpty(why.Groups);
    }

    [Fact]
    public void Features()
    {
        var path = _folder["voice.wav"];
        // sample: features
        var features = new ProsodicFeatures(AudioFile.Read(path)).Features();
        foreach (var feature in features)
            Console.WriteLine($"{feature.Name} {feature.Value} {feature.Unit}");
        // end
        Assert.Equal(ProsodicFeatures.FeatureNames, features.Select(f => f.Name));
    }

    [Fact]
    public void Egemaps()
    {
        var path = _folder["voice.wav"];
        // sample: eGeMAPS
        var egemaps = new EgemapsFeatures(AudioFile.Read(path).Samples);
        for (var i = 0; i < EgemapsFeatures.Names.Count; i++)
            Console.WriteLine($"{EgemapsFeatures.Names[i]} {egemaps.Values[i]}");
        // end
        Assert.Equal(88, egemaps.Values.Length);
    }

    [Fact]
    public void A_model_of_ones_own()
    {
        var path = Path.Combine(TestData.Repository, "src/Prosodia/Recognition/Bundled/prosodia.onnx");
        // sample: a model of one's own
        using var own = new EmotionRecognizer(path) { Threshold = 0.9 };
        Console.WriteLine($"{own.Card.Name}: UA {own.Card.Metrics.Ua:0.000} on unseen data; {own.Card.License}");
        // end
        Assert.Equal(0.9, own.Threshold);
    }

    [Fact]
    public async Task A_web_application()
    {
        var (voice, home) = (_folder["voice.wav"], AppContext.BaseDirectory);
        // sample: a web application
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = home });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddProsodia(o => o.MaxDuration = TimeSpan.FromMinutes(10));
        await using var app = builder.Build();
        app.MapProsodia();
        await app.StartAsync();
        // end
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var recording = new ByteArrayContent(await File.ReadAllBytesAsync(voice, Token));
        var answer = await client.PostAsync("/v1/recognitions", recording, Token);
        Assert.Contains("\"turns\":[{", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Contains(
            "UA",
            (await client.GetStringAsync("/v1/models", Token)).ToUpperInvariant(),
            StringComparison.Ordinal
        );
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        await socket.ConnectAsync(
            new Uri(app.Urls.First().Replace("http", "ws", StringComparison.Ordinal) + "/v1/stream"),
            Token
        );
        Assert.Equal(System.Net.WebSockets.WebSocketState.Open, socket.State);
        Assert.Same(
            app.Services.GetRequiredService<EmotionRecognizer>().Card,
            app.Services.GetRequiredService<EmotionRecognizer>().Card
        );
    }

    [Fact]
    public async Task Warnings_are_logged()
    {
        File.WriteAllBytes(_folder["cut.wav"], File.ReadAllBytes(_folder["voice.wav"])[..^1000]);
        var log = new List<string>();
        using var recognizer = new EmotionRecognizer(logger: new ListLogger(log));
        await recognizer.RecognizeAsync(_folder["cut.wav"], cancellationToken: Token);
        Assert.Contains(log, line => line.Contains("cut.wav", StringComparison.Ordinal));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private sealed class ListLogger(List<string> lines) : ILogger<EmotionRecognizer>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => lines.Add(formatter(state, exception));
    }

    [Fact]
    public void The_page_shows_these_samples()
    {
        static string[] Lines(string text) => [.. text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0)];
        var page = File.ReadAllText(Path.Combine(TestData.Repository, "docs/library.md"));
        var blocks = page.Split("```csharp").Skip(1).Select(b => string.Join('\n', Lines(b.Split("```")[0]))).ToArray();
        var source = File.ReadAllText(Path.Combine(TestData.Repository, "tests/Prosodia.Tests/Docs/LibrarySamples.cs"));
        var samples = source
            .Split("// sample: ")
            .Skip(1)
            .Select(s => string.Join('\n', Lines(s.Split("// end")[0]).Skip(1).Where(l => l != "heard++;")))
            .ToArray();
        Assert.Equal(samples.Length - 1, blocks.Length); // the last is this method's own text
        Assert.All(blocks.Zip(samples), pair => Assert.Equal(pair.Second, pair.First));
    }
}
