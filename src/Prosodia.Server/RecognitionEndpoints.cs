using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Prosodia.Audio;
using Prosodia.Formats;
using Prosodia.Recognition;

namespace Prosodia.Server;

/// <summary><c>POST /v1/recognitions</c>: a recording in, how people sound in it out.</summary>
internal static class RecognitionEndpoints
{
    private const string JsonType = "application/json",
        EmotionMlType = "application/emotionml+xml",
        WebVttType = "text/vtt";

    /// <summary>The route's name in the OpenAPI document.</summary>
    public const string Operation = "recognize";

    public static void Map(IEndpointRouteBuilder routes, ProsodiaOptions options) =>
        routes
            .MapPost("/v1/recognitions", PostAsync)
            .WithMetadata(new UploadLimit(options.MaxUploadBytes))
            .WithName(Operation)
            .WithTags(OpenApiConfiguration.Tag)
            .WithSummary("Recognizes a recording")
            .WithDescription(
                "The body is the recording, or a form with one file: WAV, or whatever ffmpeg reads. details=true "
                    + "adds peaks of the waveform and, up to 10 s, what decided; per_channel=true keeps channels "
                    + "apart; adapt=NAME compares it with others of a profile, adapt=stream with what comes before. "
                    + "Accept chooses JSON, EmotionML or WebVTT."
            )
            .Produces<JsonElement>(StatusCodes.Status200OK, JsonType, EmotionMlType, WebVttType)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> PostAsync(
        HttpContext context,
        Uploads uploads,
        RecognitionQueue queue,
        ProsodiaOptions options,
        RecognitionEngine recognizer,
        KeptRecordings keep,
        AdaptationProfiles profiles,
        bool details = false,
        bool per_channel = false,
        string? adapt = null
    )
    {
        if (FormOf(context.Request) is not { } form)
            return Problem(
                StatusCodes.Status406NotAcceptable,
                $"Accept one of {JsonType}, {EmotionMlType}, {WebVttType}."
            );
        if (!profiles.TryFind(adapt, per_channel, out var adaptation, out var problem))
            return problem;
        if (queue.IsFull)
            return Full(queue);
        try
        {
            using var upload = await uploads
                .ReceiveAsync(context.Request, context.RequestAborted)
                .ConfigureAwait(false);
            using var job = new RecognitionJob(
                () => Open(upload, per_channel, options),
                upload.Name,
                details,
                adaptation,
                options.Timeout,
                context.RequestAborted
            );
            if (queue.Enqueue(job) is not { } task)
                return Full(queue);
            var recognition = await task.ConfigureAwait(false);
            if (options.KeepDirectory is { } folder)
                keep.Keep(folder, upload, recognition.Audio);
            return Answer(form, recognition, recognizer.Card, details);
        }
        catch (InputException e)
        {
            return Problem(StatusCodes.Status422UnprocessableEntity, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            return Problem(
                e.StatusCode,
                e.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? $"The recording is larger than {options.MaxUploadBytes >> 20} MB. Cut it into parts, or send "
                        + "it compressed, as FLAC or Opus."
                    : e.Message
            );
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return Problem(
                StatusCodes.Status503ServiceUnavailable,
                $"It took longer than {options.Timeout.TotalSeconds:0} s. Send a shorter recording, or come back "
                    + "when there is less to do."
            );
        }
    }

    private static AudioStream Open(Upload upload, bool separate, ProsodiaOptions options)
    {
        var stream = AudioStream.Open(upload.Path, null, separate, upload.Name);
        stream.MaxSeconds = options.MaxDuration.TotalSeconds;
        return stream;
    }

    private static IResult Full(RecognitionQueue queue) =>
        RateLimits.TooMany(queue.RetryAfter, "As many recordings wait as the server takes on.");

    private static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);

    /// <summary>The form that a client likes best; null where it likes none.</summary>
    private static string? FormOf(HttpRequest request)
    {
        var wanted = request.GetTypedHeaders().Accept;
        if (wanted.Count == 0)
            return request.Headers.Accept.Count == 0 ? JsonType : null;
        return wanted
            .Where(w => w.Quality is not 0)
            .OrderByDescending(w => w.Quality ?? 1)
            .Select(w => new[] { JsonType, EmotionMlType, WebVttType }.FirstOrDefault(f => w.MatchesMediaType(f)))
            .FirstOrDefault(f => f is not null);
    }

    private static IResult Answer(string form, Recognition recognition, ModelCard card, bool details)
    {
        if (form == JsonType)
            return Results.Json(ToJson(recognition, card, details), RecognitionServer.Json);
        var text = new Utf8Text();
        if (form == EmotionMlType)
            EmotionMl.Write(text, [recognition.Audio], card);
        else
            WebVtt.Write(text, recognition.Audio);
        return Results.Text(text.ToString(), form, System.Text.Encoding.UTF8);
    }

    internal static object ToJson(Recognition recognition, ModelCard card, bool details) =>
        new
        {
            Name = recognition.Audio.Source,
            Seconds = Math.Round(recognition.Audio.Duration.TotalSeconds, 3),
            recognition.Audio.IsTimeline,
            recognition.Audio.Warnings,
            Model = new { card.Name, card.Sha256 },
            card.Emotions,
            Dimensions = RangesOf(card),
            Turns = recognition.Audio.Segments.Select(t => PredictionRow.ToJson(recognition.Audio.Source, t, card)),
            PeaksPerSecond = details ? RecognitionResult.PeaksPerSecond : (int?)null,
            Peaks = details ? recognition.Audio.Peaks.Select(p => MathF.Round(p, 4)) : null,
            recognition.Why,
        };

    /// <summary>The dimensions of a model, each with its range; null for none.</summary>
    internal static IEnumerable<object>? RangesOf(ModelCard card) =>
        card.Dimensions?.Select(d => new
        {
            d.Name,
            d.Low,
            d.High,
        });

    private sealed record UploadLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;

    /// <summary>Text whose XML declaration says what it is sent as.</summary>
    private sealed class Utf8Text : StringWriter
    {
        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;
    }
}
