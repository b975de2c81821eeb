using System.Net.WebSockets;
using System.Text.Json;
using Prosodia.Audio;
using Prosodia.Tests.Recognition;
using Xunit;
using static Prosodia.Tests.Server.StreamClient;

namespace Prosodia.Tests.Server;

/// <summary><c>WS /v1/stream</c>: events while someone speaks, and what happens to who doesn't keep to it.</summary>
public sealed class LiveStreamTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_come_while_the_speaker_goes_on()
    {
        await using var server = await TestServer.StartAsync();
        using var socket = await ConnectAsync(server);
        Assert.Equal("ready", (await NextAsync(socket)).GetProperty("type").GetString());
        var speech = Speech();
        await SendAsync(socket, speech.AsMemory(0, speech.Length / 2));
        Assert.Equal("provisional", (await NextAsync(socket)).GetProperty("type").GetString());
        await SendAsync(socket, speech.AsMemory(speech.Length / 2));
        await socket.SendAsync("end"u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        var events = await RestAsync(socket);
        var turns = events
            .Where(e => e.GetProperty("type").GetString() == "turn")
            .Select(e => e.GetProperty("turn"))
            .ToArray();
        Assert.NotEmpty(turns);
        Assert.All(turns, t => Assert.Equal("sad", t.GetProperty("emotion").GetString()));
        Assert.Equal("end", events[^1].GetProperty("type").GetString());
        Assert.Equal(speech.Length / 32000.0, events[^1].GetProperty("seconds").GetDouble(), 3);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task A_model_with_dimensions_says_which_it_has_and_gives_them_with_each_turn()
    {
        using var recognizer = DimensionModel.Recognizer();
        await using var server = await TestServer.StartAsync(recognizer: recognizer);
        using var socket = await ConnectAsync(server);
        var ready = await NextAsync(socket);
        Assert.Equal(
            ["arousal 1 5", "valence 0 1"],
            ready
                .GetProperty("dimensions")
                .EnumerateArray()
                .Select(d => $"{d.GetProperty("name")} {d.GetProperty("low")} {d.GetProperty("high")}")
        );
        await SendAsync(socket, Speech());
        await socket.SendAsync("end"u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        var turns = (await RestAsync(socket)).Where(e => e.TryGetProperty("turn", out _)).ToArray();
        Assert.NotEmpty(turns);
        Assert.All(
            turns,
            t =>
                Assert.InRange(t.GetProperty("turn").GetProperty("dimensions").GetProperty("arousal").GetDouble(), 1, 5)
        );
    }

    [Fact]
    public async Task Too_much_audio_ends_with_an_error_that_says_so()
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxDuration = TimeSpan.FromSeconds(2) });
        using var socket = await ConnectAsync(server);
        await SendAsync(socket, Speech());
        var last = (await RestAsync(socket))[^1];
        Assert.Equal("error", last.GetProperty("type").GetString());
        Assert.Contains("longer than", last.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, socket.CloseStatus);
    }

    [Fact]
    public async Task More_streams_than_allowed_are_told_to_come_back_and_places_are_freed()
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxStreams = 2 });
        using var one = await ConnectAsync(server);
        using var two = await ConnectAsync(server);
        await NextAsync(one);
        await NextAsync(two);
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(server));
        Assert.Contains("429", refused.Message, StringComparison.Ordinal);
        one.Abort();
        for (var i = 0; ; i++)
        {
            try
            {
                using var three = await ConnectAsync(server);
                break;
            }
            catch (WebSocketException) when (i < 50)
            {
                await Task.Delay(100, Cancel);
            }
        }
    }

    [Fact]
    public async Task A_server_that_stops_says_what_it_heard_so_far()
    {
        var server = await TestServer.StartAsync();
        using var socket = await ConnectAsync(server);
        await SendAsync(socket, Speech());
        Assert.Equal("ready", (await NextAsync(socket)).GetProperty("type").GetString());
        Assert.Equal("provisional", (await NextAsync(socket)).GetProperty("type").GetString());
        var stopping = server.StopAsync();
        var events = await RestAsync(socket);
        Assert.Equal("end", events[^1].GetProperty("type").GetString());
        Assert.Contains(events, e => e.GetProperty("type").GetString() == "turn");
        await stopping;
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData("rate=1")]
    [InlineData("rate=x")]
    [InlineData("channels=99")]
    [InlineData("adapt=nobody")]
    public async Task Impossible_formats_are_refused(string query)
    {
        await using var server = await TestServer.StartAsync();
        using var socket = new ClientWebSocket();
        var refused = await Assert.ThrowsAsync<WebSocketException>(() =>
            socket.ConnectAsync(new Uri($"ws://127.0.0.1:{server.Port}/v1/stream?{query}"), Cancel)
        );
        Assert.Contains("400", refused.Message, StringComparison.Ordinal);
    }

    private static byte[] Speech()
    {
        var samples = AudioFile.Read(Path.Combine(TestData.Corpora(), "emodb4", "wav", "08a05Ta.wav")).Samples;
        var bytes = new byte[samples.Length * 2];
        for (var i = 0; i < samples.Length; i++)
            BitConverter.TryWriteBytes(
                bytes.AsSpan(2 * i),
                (short)Math.Clamp(samples[i] * 32768, short.MinValue, short.MaxValue)
            );
        return bytes;
    }

    private static async Task SendAsync(ClientWebSocket socket, ReadOnlyMemory<byte> bytes)
    {
        for (var at = 0; at < bytes.Length; at += 3200)
            await socket.SendAsync(
                bytes.Slice(at, Math.Min(3200, bytes.Length - at)),
                WebSocketMessageType.Binary,
                true,
                Cancel
            );
    }

    private static async Task<JsonElement> NextAsync(ClientWebSocket socket) =>
        await ReceiveAsync(socket) ?? throw new InvalidOperationException("the server has closed the stream");
}
