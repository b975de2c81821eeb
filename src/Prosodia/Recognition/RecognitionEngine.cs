using System.Runtime.CompilerServices;
using Prosodia.Audio;

namespace Prosodia.Recognition;

/// <summary>
/// Recognizes how people sound in recordings and in live audio. A recording of up to ten seconds gets one answer; a
/// longer one a timeline of turns. Memory doesn't grow with the length of the audio. Thread-safe: one recognizer serves
/// all.
/// </summary>
internal sealed class RecognitionEngine : IDisposable
{
    /// <summary>Longer recordings become timelines.</summary>
    public const double TimelineSeconds = 10;

    private const int TurnsAhead = 4; // a core, that are found while earlier ones are judged

    private readonly EmotionModel _model;
    private readonly SpeechClassifier _classifier;

    /// <summary>Makes a recognizer.</summary>
    /// <param name="model">The model; owned from here on.</param>
    public RecognitionEngine(EmotionModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _classifier) = (model, new SpeechClassifier(model));
    }

    /// <summary>Makes a recognizer with the bundled model.</summary>
    public RecognitionEngine()
        : this(EmotionModel.OpenDefault()) { }

    /// <summary>What is known of the model.</summary>
    public ModelCard Card => _model.Card;

    /// <inheritdoc cref="SpeechClassifier.Threshold"/>
    public double Threshold
    {
        get => _classifier.Threshold;
        set => _classifier.Threshold = value;
    }

    internal EmotionModel Model => _model;

    /// <summary>Adapts recordings to a source that was measured with this model.</summary>
    /// <exception cref="InputException">It was measured with another one.</exception>
    public Adaptation AdaptationTo(AdaptationProfile source) =>
        source.ModelSha256 == Card.Sha256 && source.Features.Shift.Length == _model.Features.Names.Count
            ? Adaptation.To(source)
            : throw new InputException(
                source.Path ?? $"the profile of {source.Source}",
                $"was measured with another model than {Card.Name}",
                $"Measure the source with this one: prosodia adapt RECORDINGS --model {Card.Name} --out FILE"
            );

    /// <summary>Recognizes a file: WAV, or whatever ffmpeg reads.</summary>
    /// <param name="path">The file.</param>
    /// <param name="separate">Whether channels are kept apart, each with a timeline of its own, as in a call.</param>
    /// <param name="adaptation">What the features are adapted to; null for nothing.</param>
    /// <param name="progress">Reports which share of a long file was read, where that is known.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="InputException">The file cannot be used; the message says why and what to do.</exception>
    public RecognitionResult Recognize(
        string path,
        bool separate = false,
        Adaptation? adaptation = null,
        Action<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        using var stream = AudioStream.Open(path, null, separate);
        return Recognize(stream, path, adaptation, progress, cancellationToken);
    }

    /// <summary>Recognizes audio up to its end.</summary>
    /// <param name="stream">The audio.</param>
    /// <param name="source">What the result calls it.</param>
    /// <param name="adaptation">What the features are adapted to; null for nothing.</param>
    /// <param name="progress">Reports which share of a long file was read, where that is known.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="InputException">The audio cannot be used.</exception>
    public RecognitionResult Recognize(
        AudioStream stream,
        string source,
        Adaptation? adaptation = null,
        Action<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => Classify([Buffer(stream, source, adaptation, progress, cancellationToken)])[0];

    /// <summary>
    /// Reads audio up to its end. What is longer than ten seconds is recognized on the way; the rest is for
    /// <see cref="Classify(IReadOnlyList{BufferedAudio})"/>.
    /// </summary>
    /// <param name="stream">The audio.</param>
    /// <param name="source">What the result calls it.</param>
    /// <param name="adaptation">What the features are adapted to; null for nothing.</param>
    /// <param name="progress">Reports which share of a long file was read, where that is known.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="InputException">The audio cannot be used.</exception>
    public BufferedAudio Buffer(
        AudioStream stream,
        string source,
        Adaptation? adaptation = null,
        Action<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var stop = cancellationToken.Register(stream.Stop);
        var start = new List<float>[stream.Channels];
        for (var c = 0; c < start.Length; c++)
            start[c] = [];
        while (start[0].Count <= TimelineSeconds * Recording.SampleRate)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (stream.Read() is not { } blocks)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return Whole(start, stream, source, adaptation?.Start());
            }
            foreach (var (c, block) in blocks.Index())
                start[c].AddRange(block);
        }
        var clock = new AudioClock();
        var turns = new Timeline(_classifier, clock, adaptation?.Start())
            .Turns(Blocks(), TurnsAhead * Environment.ProcessorCount, cancellationToken)
            .OrderBy(t => t.Start)
            .ToArray();
        cancellationToken.ThrowIfCancellationRequested();
        return new BufferedAudio(
            new RecognitionResult(source, clock.Time, turns, IsTimeline: true, stream.Warnings) { Peaks = clock.Peaks },
            []
        );

        IEnumerable<float[][]> Blocks()
        {
            for (var at = 0; at < start[0].Count; at += Recording.SampleRate) // as it would have come
                yield return
                [
                    .. start.Select(s => s.Slice(at, Math.Min(Recording.SampleRate, s.Count - at)).ToArray()),
                ];
            while (stream.Read() is { } blocks)
            {
                yield return blocks;
                if (stream.Share is { } share)
                    progress?.Invoke(share);
            }
        }
    }

    /// <summary>Classifies buffered recordings together, in one run of the model.</summary>
    /// <param name="together">Buffered recordings; timelines stay as they are.</param>
    public IReadOnlyList<RecognitionResult> Classify(IReadOnlyList<BufferedAudio> together)
    {
        ArgumentNullException.ThrowIfNull(together);
        var estimates = new Queue<SpeechEstimate>(
            _classifier.Classify([
                .. together.SelectMany(h => h.Channels.Select((r, c) => new SpeechStretch(r, c, h.Adaptation))),
            ])
        );
        return
        [
            .. together.Select(h =>
                h.Channels.Count == 0
                    ? h.Audio
                    : h.Audio with
                    {
                        Segments =
                        [
                            .. h.Channels.Select(
                                (r, c) =>
                                    estimates
                                        .Dequeue()
                                        .At(
                                            TimeSpan.Zero,
                                            Recording.TimeOf(r.Samples.Length),
                                            h.Channels.Count > 1 ? c + 1 : 0
                                        )
                            ),
                        ],
                    }
            ),
        ];
    }

    /// <summary>Recognizes live audio: each turn comes as soon as it has ended.</summary>
    /// <param name="stream">The audio; it is read on a thread of its own.</param>
    /// <param name="provisionalEvery">Seconds after which a turn that goes on gets a provisional answer, again and
    /// again; null for none.</param>
    /// <param name="adaptation">What the features are adapted to; null for nothing.</param>
    /// <param name="cancellationToken">Stops listening.</param>
    public async IAsyncEnumerable<EmotionSegment> ListenAsync(
        AudioStream stream,
        double? provisionalEvery = null,
        Adaptation? adaptation = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        var channel = System.Threading.Channels.Channel.CreateUnbounded<EmotionSegment>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var listening = Task.Run(
            () =>
            {
                try
                {
                    var turns = new Timeline(_classifier, new AudioClock(), adaptation?.Start()).Turns(
                        Blocks(),
                        ahead: 0,
                        stop.Token,
                        provisionalEvery
                    );
                    foreach (var turn in turns)
                        channel.Writer.TryWrite(turn);
                    channel.Writer.Complete();
                }
                catch (Exception e)
                {
                    channel.Writer.Complete(e);
                }
            },
            CancellationToken.None
        );
        try
        {
            await foreach (var turn in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return turn;
            await listening.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false); // who stops listening early
            stream.Stop();
        }

        IEnumerable<float[][]> Blocks()
        {
            while (stream.Read() is { } blocks)
                yield return blocks;
        }
    }

    /// <summary>Recognizes one stretch of speech, whatever its length.</summary>
    /// <param name="recording">One channel at 16 kHz.</param>
    public EmotionPrediction Recognize(Recording recording) => Recognize([recording])[0];

    /// <summary>Recognizes stretches of speech in one run of the model.</summary>
    /// <param name="recordings">One channel each, at 16 kHz.</param>
    public IReadOnlyList<EmotionPrediction> Recognize(IReadOnlyList<Recording> recordings)
    {
        ArgumentNullException.ThrowIfNull(recordings);
        return
        [
            .. _classifier
                .Classify([.. recordings.Select(r => new SpeechStretch(r, 0, null))])
                .Select(e => e.Prediction),
        ];
    }

    /// <summary>What decided an answer.</summary>
    /// <param name="recording">One channel at 16 kHz.</param>
    /// <param name="sameSpeaker">Other recordings of the same person, against which this voice stands out; without any,
    /// the training recordings, or what the features are adapted to.</param>
    /// <param name="adaptation">What they are adapted to; null for nothing.</param>
    public Explanation Explain(
        Recording recording,
        IReadOnlyList<Recording>? sameSpeaker = null,
        Adaptation? adaptation = null
    )
    {
        var estimate = _classifier.Classify([new SpeechStretch(recording, 0, adaptation?.Start())])[0];
        return Explanation.Of(_model, recording, estimate.Prediction, sameSpeaker ?? [], estimate.Source?.Features);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private static BufferedAudio Whole(
        IReadOnlyList<List<float>> channels,
        AudioStream stream,
        string source,
        Adaptation? adaptation
    )
    {
        if (stream.Frames == 0)
            throw new InputException(source, "holds no samples", "Record or copy it again");
        var recordings = channels.Select(c => new Recording([.. c], [])).ToArray();
        var clock = new AudioClock();
        clock.Pass(recordings[0].Samples);
        return new BufferedAudio(
            new RecognitionResult(source, clock.Time, [], IsTimeline: false, stream.Warnings) { Peaks = clock.Peaks },
            recordings,
            adaptation
        );
    }
}
