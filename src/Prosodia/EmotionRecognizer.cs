using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Prosodia.Audio;
using Prosodia.Recognition;

namespace Prosodia;

/// <summary>
/// Recognizes how people sound in recordings and in live audio. A recording of up to ten seconds gets one answer; a
/// longer one a timeline of segments. Memory doesn't grow with the length of the audio. Thread-safe: one recognizer
/// serves a whole program.
/// </summary>
public sealed partial class EmotionRecognizer : IDisposable
{
    private const string Stream = "stream";

    private readonly ILogger _logger;

    /// <summary>Opens a model.</summary>
    /// <param name="modelPath">A model that <c>prosodia train</c> wrote, with its card beside it, or the name of a
    /// bundled one: <c>prosodia</c> (not for commercial use; null means this one) or <c>prosodia-open</c>.</param>
    /// <param name="logger">Where warnings about recordings are logged.</param>
    /// <exception cref="InputException">A file is missing, damaged, or of another version.</exception>
    public EmotionRecognizer(string? modelPath = null, ILogger<EmotionRecognizer>? logger = null)
    {
        Engine = new RecognitionEngine(modelPath is null ? EmotionModel.OpenDefault() : EmotionModel.Open(modelPath));
        _logger = logger ?? NullLogger<EmotionRecognizer>.Instance;
    }

    /// <summary>What is known of the model: training data, metrics, limits.</summary>
    public ModelCard Card => Engine.Card;

    /// <summary>
    /// Below this probability the answer is <see cref="PredictionStatus.Unsure"/>, 0 to 1; by default the model's own.
    /// </summary>
    public double Threshold
    {
        get => Engine.Threshold;
        init => Engine.Threshold = value;
    }

    internal RecognitionEngine Engine { get; }

    /// <summary>Recognizes a file: WAV, or whatever ffmpeg decodes where it is installed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>One segment, or the segments of a timeline; computed on the thread pool.</returns>
    /// <exception cref="InputException">The file cannot be used; the message says why and what to do.</exception>
    public Task<RecognitionResult> RecognizeAsync(
        string path,
        RecognizerOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new RecognizerOptions();
        return RecognizeAsync(
            () => AudioStream.Open(path, separate: options.SeparateChannels),
            path,
            options,
            cancellationToken
        );
    }

    /// <summary>
    /// Recognizes audio up to its end: WAV, another format by its first bytes, or 16-bit samples without a header.
    /// </summary>
    /// <param name="audio">The audio; it is left open.</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>One segment, or the segments of a timeline; computed on the thread pool.</returns>
    /// <exception cref="InputException">The audio cannot be used; the message says why and what to do.</exception>
    public Task<RecognitionResult> RecognizeAsync(
        Stream audio,
        RecognizerOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(audio);
        options ??= new RecognizerOptions();
        var name = (audio as FileStream)?.Name ?? Stream;
        return RecognizeAsync(() => Open(audio, name, options), name, options, cancellationToken);
    }

    /// <summary>Recognizes live audio: each segment comes as soon as its speaker pauses.</summary>
    /// <param name="audio">The audio, read on the thread pool; it is left open.</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    /// <param name="cancellationToken">Stops listening.</param>
    /// <exception cref="InputException">The audio cannot be used; the message says why and what to do.</exception>
    public async IAsyncEnumerable<EmotionSegment> RecognizeStreamAsync(
        Stream audio,
        RecognizerOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(audio);
        options ??= new RecognizerOptions();
        using var stream = await Task.Run(() => Open(audio, Stream, options), cancellationToken)
            .WaitAsync(cancellationToken)
            .ConfigureAwait(false);
        var segments = Engine.ListenAsync(
            stream,
            options.ProvisionalInterval?.TotalSeconds,
            AdaptationOf(options),
            cancellationToken
        );
        await foreach (var segment in segments.ConfigureAwait(false))
            yield return segment;
        Warn(stream.Warnings);
    }

    /// <summary>
    /// Measures how the recordings of a source (a microphone, a call center, a person) differ from those of training,
    /// so that others of it can be compared with them. It needs no labels; ten recordings or more of various emotions
    /// are a good start.
    /// </summary>
    /// <param name="paths">The recordings; those that cannot be used are logged as warnings and left out.</param>
    /// <param name="source">What results call the source.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The profile, for <see cref="RecognizerOptions.Profile"/>; computed on the thread pool.</returns>
    /// <exception cref="InputException">No recording has speech.</exception>
    public Task<AdaptationProfile> MeasureSourceAsync(
        IEnumerable<string> paths,
        string source,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentException.ThrowIfNullOrEmpty(source);
        return Task.Run(
            () =>
            {
                var profiles = new SourceMeasurement(Engine.Model, separate: false).Measure(
                    paths,
                    (_, _) => source,
                    problem => LogWarning(problem.Message),
                    _ => { },
                    cancellationToken
                );
                return profiles.GetValueOrDefault(source)
                    ?? throw new InputException(source, "has no recording in which speech is found", "Give others");
            },
            cancellationToken
        );
    }

    /// <summary>Explains an answer: key segments, groups of features, what of the voice stands out.</summary>
    /// <param name="recording">One channel at 16 kHz, such as <see cref="AudioFile.Read"/> gives.</param>
    /// <param name="sameSpeaker">Other recordings of the same person, against which this voice stands out; without any,
    /// the training recordings.</param>
    public Explanation Explain(Recording recording, IReadOnlyList<Recording>? sameSpeaker = null) =>
        Engine.Explain(recording, sameSpeaker);

    /// <inheritdoc/>
    public void Dispose() => Engine.Dispose();

    private Task<RecognitionResult> RecognizeAsync(
        Func<AudioStream> open,
        string source,
        RecognizerOptions options,
        CancellationToken cancellationToken
    ) =>
        Task.Run(
            () =>
            {
                using var stream = open();
                var result = Engine.Recognize(
                    stream,
                    source,
                    AdaptationOf(options),
                    options.Progress is { } p ? p.Report : null,
                    cancellationToken
                );
                Warn(result.Warnings);
                return result;
            },
            cancellationToken
        );

    /// <exception cref="ArgumentException">Two adaptations are asked for.</exception>
    private Adaptation? AdaptationOf(RecognizerOptions options) =>
        options switch
        {
            { Profile: not null, AdaptsToStream: true } => throw new ArgumentException(
                $"{nameof(options.Profile)} and {nameof(options.AdaptsToStream)} don't go together",
                nameof(options)
            ),
            { Profile: { } profile } => Engine.AdaptationTo(profile),
            { AdaptsToStream: true } => Adaptation.Running(perChannel: options.SeparateChannels),
            _ => null,
        };

    private static AudioStream Open(Stream audio, string name, RecognizerOptions options) =>
        AudioStream.Open(
            audio,
            name,
            options.RawSampleRate,
            options.RawChannels,
            separate: options.SeparateChannels,
            leaveOpen: true
        );

    private void Warn(IReadOnlyList<string> warnings)
    {
        foreach (var warning in warnings)
            LogWarning(warning);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private partial void LogWarning(string warning);
}
