using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Prosodia.Audio;
using Prosodia.Formats;
using Prosodia.Recognition;

namespace Prosodia.Server;

/// <summary>
/// <c>WS /v1/stream</c>: 16-bit samples come as binary messages, events go as JSON texts: <c>ready</c>,
/// <c>provisional</c> and <c>turn</c> while someone speaks, <c>end</c>, <c>error</c>. The text <c>end</c> from the
/// client says that no more samples come; any other text is answered by an <c>error</c>, and the stream goes on.
/// </summary>
internal sealed class StreamEndpoints(
    RecognitionEngine recognizer,
    ProsodiaOptions options,
    ServerMetrics metrics,
    AdaptationProfiles profiles,
    IHostApplicationLifetime life
)
{
    private const int MessageBytes = 64 << 10,
        WaitingBytes = 1 << 20; // beyond these, who sends waits
    private const int MaxTextBytes = 64;
    private const double ProvisionalSeconds = 1;
    private const string Source = "live";

    private const string UnknownText =
        "A text was received that is not understood. Send samples as binary messages, and the text \"end\" after "
        + "the last; the stream goes on.";

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private int _open;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/v1/stream",
                (
                    HttpContext context,
                    StreamEndpoints streams,
                    int rate = Recording.SampleRate,
                    int channels = 1,
                    string? adapt = null
                ) => streams.ServeAsync(context, rate, channels, adapt)
            )
            .WithTags(OpenApiConfiguration.Tag)
            .WithSummary("Recognizes while someone speaks (WebSocket)")
            .WithDescription(
                "Send 16-bit little-endian samples as binary messages, rate and channels as the query says, and "
                    + "the text \"end\" at the end. adapt=stream compares each turn with those before it, adapt=NAME "
                    + "with a profile. Events come back as JSON texts: ready, provisional, turn, end, "
                    + "error."
            )
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status426UpgradeRequired)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);

    private async Task<IResult> ServeAsync(HttpContext context, int rate, int channels, string? adapt)
    {
        if (!context.WebSockets.IsWebSocketRequest)
            return Results.Problem("Open a WebSocket here.", statusCode: StatusCodes.Status426UpgradeRequired);
        if (rate is < 4000 or > 192_000 || channels is < 1 or > 8)
            return Results.Problem(
                "rate is from 4000 to 192000, channels from 1 to 8.",
                statusCode: StatusCodes.Status400BadRequest
            );
        if (!profiles.TryFind(adapt, separate: false, out var adaptation, out var problem))
            return problem;
        try
        {
            if (Interlocked.Increment(ref _open) > options.MaxStreams)
                return RateLimits.TooMany(10, "As many live streams are open as the server takes on.");
            using var socket = new LiveSocket(await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            await RecognizeAsync(socket, rate, channels, adaptation, stop).ConfigureAwait(false);
            return Results.Empty;
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task RecognizeAsync(
        LiveSocket socket,
        int rate,
        int channels,
        Adaptation? adaptation,
        CancellationTokenSource stop
    )
    {
        using var samples = new LiveSampleBuffer(WaitingBytes, Silence);
        using var stopping = life.ApplicationStopping.Register(() => _ = samples.EndAsync());
        metrics.StreamOpened();
        var receiving = ReceiveAsync(socket, samples, stop);
        try
        {
            await socket
                .SendAsync(
                    new
                    {
                        Type = "ready",
                        recognizer.Card.Emotions,
                        Dimensions = RecognitionEndpoints.RangesOf(recognizer.Card),
                        Model = recognizer.Card.Name,
                    },
                    stop.Token
                )
                .ConfigureAwait(false);
            var status = await AnswerAsync(
                    socket,
                    () => AudioStream.Open(samples.Reading, Source, rate, channels),
                    adaptation,
                    stop.Token
                )
                .ConfigureAwait(false);
            await socket.CloseAsync(status, receiving).ConfigureAwait(false);
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

    private async Task<WebSocketCloseStatus> AnswerAsync(
        LiveSocket socket,
        Func<AudioStream> open,
        Adaptation? adaptation,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var audio = await Task.Run(open, cancellationToken).ConfigureAwait(false);
            audio.MaxSeconds = options.MaxDuration.TotalSeconds;
            await foreach (
                var turn in recognizer
                    .ListenAsync(audio, ProvisionalSeconds, adaptation, cancellationToken)
                    .ConfigureAwait(false)
            )
            {
                await socket
                    .SendAsync(
                        new
                        {
                            Type = turn.IsProvisional ? "provisional" : "turn",
                            Turn = PredictionRow.ToJson(Source, turn, recognizer.Card),
                        },
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                if (!turn.IsProvisional)
                    metrics.Answered(turn);
            }
            await socket
                .SendAsync(
                    new { Type = "end", Seconds = Math.Round((double)audio.Frames / audio.SourceRate, 3) },
                    cancellationToken
                )
                .ConfigureAwait(false);
            return life.ApplicationStopping.IsCancellationRequested
                ? WebSocketCloseStatus.EndpointUnavailable
                : WebSocketCloseStatus.NormalClosure;
        }
        catch (InputException problem)
        {
            await socket
                .SendAsync(new { Type = "error", Detail = problem.Message }, cancellationToken)
                .ConfigureAwait(false);
            return WebSocketCloseStatus.PolicyViolation;
        }
    }

    /// <summary>
    /// Passes samples on until the client closes or has gone. What comes after its end is read and let go, so that it
    /// still gets its events.
    /// </summary>
    private static async Task ReceiveAsync(LiveSocket socket, LiveSampleBuffer samples, CancellationTokenSource stop)
    {
        var buffer = new byte[MessageBytes];
        try
        {
            var text = new List<byte>(); // of a message that comes in parts
            while (
                await socket.ReceiveAsync(buffer, stop.Token).ConfigureAwait(false)
                    is { MessageType: not WebSocketMessageType.Close } message
            )
            {
                var received = buffer.AsMemory(0, message.Count);
                if (message.MessageType == WebSocketMessageType.Binary)
                    await samples.WriteAsync(received, stop.Token).ConfigureAwait(false);
                else
                {
                    if (text.Count < MaxTextBytes)
                        text.AddRange(received.Span);
                    if (!message.EndOfMessage)
                        continue;
                    if (IsEnd([.. text]))
                        await samples.EndAsync().ConfigureAwait(false);
                    else
                        await socket
                            .SendAsync(new { Type = "error", Detail = UnknownText }, stop.Token)
                            .ConfigureAwait(false);
                    text.Clear();
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }
        await samples.EndAsync().ConfigureAwait(false);
    }

    private static bool IsEnd(ReadOnlySpan<byte> text) =>
        Encoding.UTF8.GetString(text).Trim().Equals("end", StringComparison.OrdinalIgnoreCase);
}
