using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Recognition;
using Prosodia.Server;
using Prosodia.Tests.Audio;
using Prosodia.Tests.Cli;
using Prosodia.Tests.Server;
using Xunit;
using static Prosodia.Tests.Server.StreamClient;

namespace Prosodia.Tests.Wild;

/// <summary>
/// A server among clients that don't keep to its protocol, disks that fail and addresses that can't be had.
/// </summary>
[Trait("Tier", "Slow")]
public sealed class ServerTests : IDisposable
{
    private static readonly byte[] Speech = WavBytes.Encode(
        [.. SyntheticCorpus.Speak(1).First(), .. new float[16_000]],
        WavCoding.Pcm,
        16,
        false
    );

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{\"eof\": 1}")]
    [InlineData("start")]
    [InlineData("")]
    [InlineData("the end")]
    public async Task A_text_that_is_not_understood_is_answered_and_the_stream_goes_on(string text)
    {
        await using var server = await TestServer.StartAsync();
        using var socket = await ConnectAsync(server);
        await SayAsync(socket, text);
        await socket.SendAsync(Speech.AsMemory(0, Speech.Length / 2), WebSocketMessageType.Binary, true, Cancel);
        await SayAsync(socket, text);
        await socket.SendAsync(Speech.AsMemory(Speech.Length / 2), WebSocketMessageType.Binary, true, Cancel);
        await SayAsync(socket, " END\n");
        var events = await RestAsync(socket);
        string Type(JsonElement e) => e.GetProperty("type").GetString()!;
        Assert.Equal(
            2,
            events.Count(e =>
                Type(e) == "error" && e.GetProperty("detail").GetString()!.Contains("\"end\"", StringComparison.Ordinal)
            )
        );
        Assert.Contains(events, e => Type(e) == "turn");
        Assert.Equal("end", Type(events[^1]));
        Assert.Equal(Speech.Length / 32_000.0, events[^1].GetProperty("seconds").GetDouble(), 3);
    }

    [Theory]
    [InlineData("--address", "192.0.2.7")]
    [InlineData("--address", "2001:db8::7")]
    [InlineData("--keep", "/dev/null/kept")]
    public void What_cannot_be_served_on_is_a_matter_of_the_options(string option, string value)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "other names there");
        File.WriteAllText(_folder["keys"], new string('k', 24));
        var run = CommandLine.Invoke("serve", "--port", "0", "--keys", _folder["keys"], option, value);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(value, run.Errors, StringComparison.Ordinal);
        Assert.Contains(option, run.Errors, StringComparison.Ordinal);
        Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_recording_that_cannot_be_kept_still_gets_its_answer()
    {
        await using var server = await TestServer.StartAsync(o => o with { KeepDirectory = _folder["kept"] });
        Directory.Delete(_folder["kept"]);
        File.WriteAllText(_folder["kept"], "a file is in the way");
        using var answer = await server.Client.PostAsync("v1/recognitions", new ByteArrayContent(Wav()), Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain(_folder.Path, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("call.json")]
    [InlineData("call")]
    [InlineData("call.exe")]
    public async Task A_name_that_a_client_chooses_never_meets_that_of_the_result(string name)
    {
        await using (var server = await TestServer.StartAsync(o => o with { KeepDirectory = _folder["kept"] }))
        {
            using var form = new MultipartFormDataContent { { new ByteArrayContent(Wav()), "file", name } };
            using var answer = await server.Client.PostAsync("v1/recognitions", form, Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        Assert.Equal(
            [".audio", ".json"],
            Directory.GetFiles(_folder["kept"]).Select(Path.GetExtension).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task An_error_within_the_model_costs_one_batch_and_no_worker()
    {
        var recognizer = new RecognitionEngine();
        using var metrics = new ServerMetrics();
        await using var queue = new RecognitionQueue(recognizer, new ServerOptions(), metrics);
        File.WriteAllBytes(_folder["a.wav"], Wav());
        RecognitionJob Job() =>
            new(() => AudioStream.Open(_folder["a.wav"]), "a", explain: false, null, TimeSpan.FromMinutes(1), Cancel);
        Assert.Single((await queue.Enqueue(Job())!).Audio.Segments);
        recognizer.Dispose(); // every run of the model fails from here on
        for (var i = 0; i < 3 * Environment.ProcessorCount; i++)
            await Assert.ThrowsAsync<ObjectDisposedException>(() =>
                queue.Enqueue(Job())!.WaitAsync(TimeSpan.FromSeconds(20), Cancel)
            );
    }

    [Fact]
    public async Task Who_stops_listening_early_can_dispose_the_model_at_once()
    {
        for (var i = 0; i < 20; i++)
        {
            var recognizer = new RecognitionEngine();
            float[] talk = [.. SyntheticCorpus.Speak(i).Take(4).SelectMany(v => v.Concat(new float[12_000]))];
            using var stream = AudioStream.Open(
                new MemoryStream(WavBytes.Encode(talk, WavCoding.Pcm, 16, false)),
                "live"
            );
            await foreach (var _ in recognizer.ListenAsync(stream, provisionalEvery: 0.2, null, Cancel))
                break;
            recognizer.Dispose();
            recognizer.Dispose();
        }
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Wav() => WavBytes.Pcm16(SyntheticCorpus.Speak(1).First(), 16_000);

    private static Task SayAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Cancel);
}
