using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Prosodia.Audio;
using Prosodia.Recognition;
using Prosodia.Timelines;

namespace Prosodia.Server;

/// <summary>
/// <c>WS /v1/stream</c>: 16-bit samples come as binary messages, events go as JSON texts: <c>ready</c>, <c>provisional</c> and <c>turn</c> while someone
/// speaks, <c>end</c>, <c>error</c>. The text <c>end</c> from the client says that no more samples come.
/// </summary>
internal sealed class LiveStreams(Recogniser recogniser, ServerOptions options, ServerMetrics metrics, IHostApplicationLifetime life)
{
    private const int MessageBytes = 64 << 10, WaitingBytes = 1 << 20; // beyond these, who sends waits
    private const double ProvisionalSeconds = 1;
    private const string Source = "live";

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30), Sending = TimeSpan.FromSeconds(10), Closing = TimeSpan.FromSeconds(5);

    private int _open;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/stream", (HttpContext context, LiveStreams streams, int rate = Recording.SampleRate, int channels = 1) => streams.ServeAsync(context, rate, channels))
        .WithTags(ApiDescription.Tag).WithSummary("Recognises while someone speaks (WebSocket)")
        .WithDescription("Send 16-bit little-endian samples as binary messages, rate and channels as the query says, and the text \"end\" at the end. Events come back as JSON texts: ready, provisional, turn, end, error.")
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status426UpgradeRequired).ProducesProblem(StatusCodes.Status429TooManyRequests);

    private async Task<IResult> ServeAsync(HttpContext context, int rate, int channels)
    {
        if (!context.WebSockets.IsWebSocketRequest) return Results.Problem("Open a WebSocket here.", statusCode: StatusCodes.Status426UpgradeRequired);
        if (rate is < 4000 or > 192_000 || channels is < 1 or > 8) return Results.Problem("rate is from 4000 to 192000, channels from 1 to 8.", statusCode: StatusCodes.Status400BadRequest);
        try
        {
            if (Interlocked.Increment(ref _open) > options.Streams) return RequestLimits.TooMany(10, "As many live streams are open as the server takes on.");
            using var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            await RecogniseAsync(socket, rate, channels, stop).ConfigureAwait(false);
            return Results.Empty;
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task RecogniseAsync(WebSocket socket, int rate, int channels, CancellationTokenSource stop)
    {
        using var samples = new LiveSamples(WaitingBytes, Silence);
        using var stopping = life.ApplicationStopping.Register(() => _ = samples.EndAsync());
        metrics.StreamOpened();
        var receiving = ReceiveAsync(socket, samples, stop);
        try
        {
            await SendAsync(socket, new { Type = "ready", recogniser.Card.Emotions, Model = recogniser.Card.Name }, stop.Token).ConfigureAwait(false);
            WebSocketCloseStatus status;
            using (var audio = await Task.Run(() => AudioStream.Open(samples.Reading, Source, rate, channels), stop.Token).ConfigureAwait(false))
            {
                audio.LongestSeconds = options.LongestSeconds;
                status = await AnswerAsync(socket, audio, stop.Token).ConfigureAwait(false);
            }
            await CloseAsync(socket, status, receiving).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            // who listened has gone, or was too slow
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await receiving.ConfigureAwait(false);
            metrics.StreamClosed((double)samples.Bytes / sizeof(short) / channels / rate);
        }
    }

    private async Task<WebSocketCloseStatus> AnswerAsync(WebSocket socket, AudioStream audio, CancellationToken cancel)
    {
        try
        {
            await foreach (var turn in recogniser.ListenAsync(audio, ProvisionalSeconds, cancel).ConfigureAwait(false))
            {
                await SendAsync(socket, new { Type = turn.IsProvisional ? "provisional" : "turn", Turn = PredictionRow.ToJson(Source, turn, recogniser.Card) }, cancel).ConfigureAwait(false);
                if (!turn.IsProvisional) metrics.Answered(turn);
            }
            await SendAsync(socket, new { Type = "end", Seconds = Math.Round((double)audio.Frames / audio.SourceRate, 3) }, cancel).ConfigureAwait(false);
            return life.ApplicationStopping.IsCancellationRequested ? WebSocketCloseStatus.EndpointUnavailable : WebSocketCloseStatus.NormalClosure;
        }
        catch (InputException problem)
        {
            await SendAsync(socket, new { Type = "error", Detail = problem.Message }, cancel).ConfigureAwait(false);
            return WebSocketCloseStatus.PolicyViolation;
        }
    }

    /// <summary>Passes samples on until the client closes or has gone. What comes after its end is read and let go, so that it still gets its events.</summary>
    private static async Task ReceiveAsync(WebSocket socket, LiveSamples samples, CancellationTokenSource stop)
    {
        var buffer = new byte[MessageBytes];
        try
        {
            while (await socket.ReceiveAsync(buffer, stop.Token).ConfigureAwait(false) is { MessageType: not WebSocketMessageType.Close } message)
            {
                if (message.MessageType == WebSocketMessageType.Binary) await samples.WriteAsync(buffer.AsMemory(0, message.Count), stop.Token).ConfigureAwait(false);
                else await samples.EndAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }
        await samples.EndAsync().ConfigureAwait(false);
    }

    private static async Task SendAsync<T>(WebSocket socket, T value, CancellationToken cancel)
    {
        using var slow = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        slow.CancelAfter(Sending);
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(value, RecognitionServer.Json), WebSocketMessageType.Text, endOfMessage: true, slow.Token).ConfigureAwait(false);
    }

    /// <summary>Closes and waits for the other side to do so, for a while: to hang up on one that still sends would take its last events from it.</summary>
    private static async Task CloseAsync(WebSocket socket, WebSocketCloseStatus status, Task receiving)
    {
        using var slow = new CancellationTokenSource(Closing);
        await socket.CloseOutputAsync(status, null, slow.Token).ConfigureAwait(false);
        await Task.WhenAny(receiving, Task.Delay(Closing, slow.Token)).ConfigureAwait(false);
    }
}
