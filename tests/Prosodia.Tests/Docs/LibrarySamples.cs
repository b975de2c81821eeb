using System.Net.Sockets;
using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Formats;
using Prosodia.Recognition;
using Prosodia.Reporting;
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
    public void A_file()
    {
        var path = _folder["voice.wav"];
        // sample: a file
        using var recognizer = new EmotionRecognizer();
        var recording = recognizer.Recognize(path);
        foreach (var turn in recording.Turns)
            Console.WriteLine(
                $"{turn.Start:0.0} to {turn.End:0.0} s: {turn.Estimate.Label} {turn.Estimate.Probability:0%}"
            );
        // end
        Assert.Single(recording.Turns);
    }

    [Fact]
    public void A_timeline()
    {
        var path = _folder["call.wav"];
        using var recognizer = new EmotionRecognizer();
        // sample: a timeline
        var call = recognizer.Recognize(path, separate: true);
        using (var subtitles = File.CreateText(path + ".vtt"))
            WebVtt.Write(subtitles, call);
        File.WriteAllBytes(path + ".png", TimelinePlot.Of(call, recognizer.Card));
        File.WriteAllText(path + ".html", TimelinePage.Of(call, recognizer.Card, audio: Path.GetFileName(path)));
        // end
        Assert.All([".vtt", ".png", ".html"], f => Assert.True(new FileInfo(path + f).Length > 5));
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
        using var audio = AudioStream.Open(socket, "microphone", rawRate: 16_000, rawChannels: 1);
        await foreach (var turn in recognizer.ListenAsync(audio, cancellationToken: cancellationToken))
        {
            Console.WriteLine($"{turn.Start:0.0} s: {turn.Estimate.Label}");
            heard++;
        }
        // end
        await sending;
        Assert.InRange(heard, 5, 7);
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
            Console.WriteLine($"without {segment.Start:0.0} to {segment.End:0.0} s: {-segment.Drop:+0%;-0%}");
        // end
        Assert.NotEmpty(why.Groups);
    }

    [Fact]
    public void A_model_of_ones_own()
    {
        var path = Path.Combine(TestData.Repository, "src/Prosodia/Recognition/Bundled/prosodia.onnx");
        // sample: a model of one's own
        using var model = EmotionModel.Open(path);
        Console.WriteLine(
            $"{model.Card.Name}: UA {model.Card.Metrics.Ua:0.000} on unseen speakers; {model.Card.License}"
        );
        using var own = new EmotionRecognizer(model) { Threshold = 0.9 };
        // end
        Assert.Equal(0.9, own.Threshold);
    }

    [Fact]
    public void Several_at_once()
    {
        var path = _folder["voice.wav"];
        using var recognizer = new EmotionRecognizer();
        // sample: several at once
        using var one = AudioStream.Open(path);
        using var other = AudioStream.Open(path);
        var both = recognizer.Classify([recognizer.Buffer(one, "one"), recognizer.Buffer(other, "other")]);
        Console.WriteLine($"{both[0].Turns[0].Estimate.Label}, {both[1].Turns[0].Estimate.Label}");
        // end
        Assert.Equal(["one", "other"], both.Select(b => b.Source));
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
