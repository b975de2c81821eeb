using System.IO.Pipelines;
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

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30), Sending = TimeSpan.FromSeconds(10);

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
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: WaitingBytes, resumeWriterThreshold: WaitingBytes / 2));
        long bytes = 0;
        metrics.StreamOpened();
        var receiving = ReceiveAsync(socket, pipe.Writer, count => bytes += count, stop);
        try
        {
            await SendAsync(socket, new { Type = "ready", recogniser.Card.Emotions, Model = recogniser.Card.Name }, stop.Token).ConfigureAwait(false);
            var source = pipe.Reader.AsStream();
            using var audio = await Task.Run(() => AudioStream.Open(source, Source, rate, channels), stop.Token).ConfigureAwait(false);
            audio.LongestSeconds = options.LongestSeconds;
            await foreach (var turn in recogniser.ListenAsync(audio, ProvisionalSeconds, stop.Token).ConfigureAwait(false))
            {
                await SendAsync(socket, new { Type = turn.IsProvisional ? "provisional" : "turn", Turn = PredictionRow.ToJson(Source, turn, recogniser.Card) }, stop.Token).ConfigureAwait(false);
                if (!turn.IsProvisional) metrics.Answered(turn);
            }
            await SendAsync(socket, new { Type = "end", Seconds = Math.Round((double)audio.Frames / audio.SourceRate, 3) }, stop.Token).ConfigureAwait(false);
            await CloseAsync(socket, life.ApplicationStopping.IsCancellationRequested ? WebSocketCloseStatus.EndpointUnavailable : WebSocketCloseStatus.NormalClosure).ConfigureAwait(false);
        }
        catch (InputException problem)
        {
            await SendAsync(socket, new { Type = "error", Detail = problem.Message }, stop.Token).ConfigureAwait(false);
            await CloseAsync(socket, WebSocketCloseStatus.PolicyViolation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            socket.Abort(); // who listened has gone, or was too slow
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await receiving.ConfigureAwait(false);
            metrics.StreamClosed((double)bytes / sizeof(short) / channels / rate);
        }
    }

    /// <summary>Passes samples on until the client has said that it ends, has gone, is silent for too long, or the server stops.</summary>
    private async Task ReceiveAsync(WebSocket socket, PipeWriter samples, Action<int> count, CancellationTokenSource stop)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, life.ApplicationStopping);
        try
        {
            while (true)
            {
                using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
                waiting.CancelAfter(Silence);
                var message = await socket.ReceiveAsync(samples.GetMemory(MessageBytes), waiting.Token).ConfigureAwait(false);
                if (message.MessageType != WebSocketMessageType.Binary) break;
                samples.Advance(message.Count);
                count(message.Count);
                if ((await samples.FlushAsync(stop.Token).ConfigureAwait(false)).IsCompleted) break;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            if (socket.State == WebSocketState.Aborted && !life.ApplicationStopping.IsCancellationRequested) await stop.CancelAsync().ConfigureAwait(false);
        }
        await samples.CompleteAsync().ConfigureAwait(false);
    }

    private static async Task SendAsync<T>(WebSocket socket, T value, CancellationToken cancel)
    {
        using var slow = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        slow.CancelAfter(Sending);
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(value, RecognitionServer.Json), WebSocketMessageType.Text, endOfMessage: true, slow.Token).ConfigureAwait(false);
    }

    private static async Task CloseAsync(WebSocket socket, WebSocketCloseStatus status)
    {
        using var slow = new CancellationTokenSource(Sending);
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await socket.CloseOutputAsync(status, null, slow.Token).ConfigureAwait(false);
    }
}
