using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Prosodia.Audio;
using Prosodia.Vad;

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

    /// <summary>Makes a recognizer.</summary>
    /// <param name="model">The model; owned from here on.</param>
    public RecognitionEngine(EmotionModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, Threshold) = (model, model.Card.Abstention.Threshold);
    }

    /// <summary>Makes a recognizer with the bundled model.</summary>
    public RecognitionEngine()
        : this(EmotionModel.OpenDefault()) { }

    /// <summary>What is known of the model.</summary>
    public ModelCard Card => _model.Card;

    /// <summary>
    /// Below this probability the answer is "unsure", 0 to 1; the model's card says what that brings.
    /// </summary>
    public double Threshold { get; set; }

    internal EmotionModel Model => _model;

    /// <summary>Adapts recordings to a source that was measured with this model.</summary>
    /// <exception cref="InputException">It was measured with another one.</exception>
    public Adaptation AdaptationTo(AdaptationProfile source) =>
        source.ModelSha256 == Card.Sha256
            ? Adaptation.To(source)
            : throw new InputException(
                $"the profile of {source.Source}",
                "was measured with another model",
                "Measure the source again, with: prosodia adapt RECORDINGS --out FILE"
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
        var clock = new Clock();
        var turns = Timeline(
                Blocks(),
                clock,
                TurnsAhead * Environment.ProcessorCount,
                adaptation?.Start(),
                cancellationToken
            )
            .OrderBy(t => t.Start)
            .ToArray();
        cancellationToken.ThrowIfCancellationRequested();
        return new BufferedAudio(
            new RecognitionResult(source, clock.Time, turns, IsTimeline: true, stream.Warnings) { Peaks = clock.Peaks },
            []
        );

        IEnumerable<float[][]> Blocks()
        {
            yield return [.. start.Select(s => s.ToArray())];
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
        var estimates = new Queue<Estimate>(
            Estimates([.. together.SelectMany(h => h.Channels.Select((r, c) => new Stretch(r, c, h.Adaptation)))])
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
                                        .Segment(
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
                    var turns = Timeline(
                        Blocks(),
                        new Clock(),
                        ahead: 0,
                        adaptation?.Start(),
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
        return [.. Estimates([.. recordings.Select(r => new Stretch(r, 0, null))]).Select(e => e.Prediction)];
    }

    /// <summary>What decided an answer.</summary>
    /// <param name="recording">One channel at 16 kHz.</param>
    /// <param name="sameSpeaker">Other recordings of the same person, against which this voice stands out; without any,
    /// the training recordings.</param>
    public Explanation Explain(Recording recording, IReadOnlyList<Recording>? sameSpeaker = null) =>
        Explanation.Of(_model, recording, Recognize(recording), sameSpeaker ?? []);

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
        var clock = new Clock();
        clock.Pass(recordings[0].Samples);
        return new BufferedAudio(
            new RecognitionResult(source, clock.Time, [], IsTimeline: false, stream.Warnings) { Peaks = clock.Peaks },
            recordings,
            adaptation
        );
    }

    /// <summary>What each stretch sounds like, those of one source in one run of the model.</summary>
    private Estimate[] Estimates(IReadOnlyList<Stretch> stretches)
    {
        var estimates = stretches.Select(s => new Estimate(WithoutSpeech(s.Audio), null)).ToArray();
        var speech = stretches
            .Index()
            .Where(s => SpeechSegmenter.FindsIn(s.Item.Audio.Samples))
            .Select(s =>
            {
                var features = ModelFeatures.Of(s.Item.Audio.Samples);
                return (s.Index, Features: features, Source: SourceOf(s.Item.Adaptation, s.Item.Channel, features));
            })
            .ToArray();
        foreach (var source in speech.GroupBy(s => s.Source))
        foreach (
            var (stretch, output) in source.Zip(_model.Run([.. source.Select(s => s.Features)], source.Key?.Features))
        )
            estimates[stretch.Index] = new Estimate(Classify(Doubles(output)), source.Key);
        return estimates;
    }

    private static EmotionPrediction WithoutSpeech(Recording audio) =>
        audio.Seconds < AudioFile.MinSeconds ? EmotionPrediction.TooShort : EmotionPrediction.NoSpeech;

    private AdaptationProfile? SourceOf(
        Adaptation? adaptation,
        int channel,
        float[] features,
        bool isProvisional = false
    ) => adaptation?.Of(channel, () => _model.Deviates(features), isProvisional);

    private static double[] Doubles(float[] probabilities) => [.. probabilities.Select(p => (double)p)];

    /// <summary>
    /// Turns in the order in which they end; up to so many are judged on all cores while the audio is read on.
    /// </summary>
    private IEnumerable<EmotionSegment> Timeline(
        IEnumerable<float[][]> audio,
        Clock clock,
        int ahead,
        Adaptation? adaptation,
        CancellationToken cancellationToken,
        double? provisionalEvery = null
    )
    {
        var (finders, smoothing, reported) = (
            new List<SpeechSegmenter>(),
            new List<ForwardSmoothing>(),
            new List<double>()
        );
        var waiting = new Queue<(SpeechSegment Turn, int Channel, Task<Lazy<Output>> Output)>();
        foreach (var blocks in audio)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (finders.Count < blocks.Length)
            {
                finders.Add(new SpeechSegmenter());
                smoothing.Add(new ForwardSmoothing());
                reported.Add(0);
            }
            foreach (var (c, block) in blocks.Index())
                Ask(finders[c].Write(block), c);
            clock.Pass(blocks[0]);
            while (waiting.Count > 0 && (waiting.Peek().Output.IsCompleted || waiting.Count > ahead))
                yield return Answered();
            if (provisionalEvery is not { } every)
                continue;
            for (var c = 0; c < finders.Count; c++)
            {
                if (
                    finders[c].Unfinished is not { } open
                    || open.Seconds.End - Math.Max(reported[c], open.Seconds.Start) < every
                )
                    continue;
                reported[c] = open.Seconds.End;
                var output = Run(ModelFeatures.Of(open.Samples), c, isProvisional: true);
                yield return Turn(open, c, Doubles(output.Probabilities), output.Source) with
                {
                    IsProvisional = true,
                };
            }
        }
        foreach (var (c, finder) in finders.Index())
            Ask(finder.Finish(), c);
        while (waiting.Count > 0)
            yield return Answered();

        void Ask(IEnumerable<SpeechSegment> turns, int channel)
        {
            foreach (var turn in turns)
                waiting.Enqueue((turn, channel, Task.Run(() => OutputOf(turn, channel), cancellationToken)));
        }

        // with a running adaptation, only once those before have been answered
        Lazy<Output> OutputOf(SpeechSegment turn, int channel)
        {
            var features = ModelFeatures.Of(turn.Samples);
            return adaptation is { IsRunning: true }
                ? new Lazy<Output>(() => Run(features, channel))
                : new Lazy<Output>(Run(features, channel));
        }

        Output Run(float[] features, int channel, bool isProvisional = false)
        {
            var source = SourceOf(adaptation, channel, features, isProvisional);
            return new Output(_model.Run(features, source?.Features), source);
        }

        EmotionSegment Answered()
        {
            var (turn, channel, task) = waiting.Dequeue();
            var ((start, end), output) = (turn.Seconds, task.GetAwaiter().GetResult().Value);
            return Turn(turn, channel, smoothing[channel].Apply(output.Probabilities, start, end), output.Source);
        }

        EmotionSegment Turn(SpeechSegment turn, int channel, double[] probabilities, AdaptationProfile? source) =>
            new Estimate(Classify(probabilities), source).Segment(
                turn.Time.Start,
                turn.Time.End,
                finders.Count > 1 ? channel + 1 : 0
            );
    }

    private EmotionPrediction Classify(double[] probabilities)
    {
        var best = TensorPrimitives.IndexOfMax(probabilities);
        return new EmotionPrediction(
            probabilities[best] < Threshold ? PredictionStatus.Unsure : PredictionStatus.Emotion,
            Card.Emotions[best],
            probabilities[best],
            probabilities
        );
    }

    /// <summary>A stretch of speech, or of what else there is, that is to be judged.</summary>
    private sealed record Stretch(Recording Audio, int Channel, Adaptation? Adaptation);

    /// <summary>What the model says of a turn, and the source that it was compared with.</summary>
    private sealed record Output(float[] Probabilities, AdaptationProfile? Source);

    private sealed record Estimate(EmotionPrediction Prediction, AdaptationProfile? Source)
    {
        public EmotionSegment Segment(TimeSpan start, TimeSpan end, int channel) =>
            new(start, end, channel, Prediction) { AdaptedTo = Source?.ToString() };
    }

    /// <summary>How much was read, and how loud it was.</summary>
    private sealed class Clock
    {
        private const int PeakSamples = Recording.SampleRate / RecognitionResult.PeaksPerSecond;

        private readonly List<float> _peaks = [];
        private long _samples;

        public TimeSpan Time => Recording.TimeOf(_samples);

        public IReadOnlyList<float> Peaks => _peaks;

        public void Pass(ReadOnlySpan<float> block)
        {
            for (var at = 0; at < block.Length; )
            {
                var within = (int)(_samples % PeakSamples);
                if (within == 0)
                    _peaks.Add(0);
                var part = block.Slice(at, Math.Min(PeakSamples - within, block.Length - at));
                _peaks[^1] = Math.Max(_peaks[^1], Math.Abs(TensorPrimitives.MaxMagnitude(part)));
                at += part.Length;
                _samples += part.Length;
            }
        }
    }
}
