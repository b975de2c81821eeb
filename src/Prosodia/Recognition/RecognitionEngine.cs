using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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

    /// <summary>What the features are adapted to; null for nothing.</summary>
    public FeatureAdaptation? Adaptation { get; private init; }

    /// <summary>The same recognizer for recordings of one source. It lasts as long as this one.</summary>
    public RecognitionEngine AdaptedTo(FeatureAdaptation source) =>
        new(_model) { Threshold = Threshold, Adaptation = source };

    /// <summary>
    /// What the model reads of the speech in a file, one for each answer that it would get, to adapt to its source.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <returns>Deviates, each (features).</returns>
    /// <exception cref="InputException">The file cannot be used; the message says why and what to do.</exception>
    public IReadOnlyList<float[]> Deviates(string path, CancellationToken cancellationToken)
    {
        using var stream = AudioStream.Open(path);
        using var stop = cancellationToken.Register(stream.Stop);
        var finder = new SpeechSegmenter(); // of a recording that is longer than one answer
        var start = new List<float>();
        var found = new List<float[]>();
        while (stream.Read() is [var block])
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsLong())
            {
                Judge(finder.Write(block));
                continue;
            }
            start.AddRange(block);
            if (IsLong())
                Judge(finder.Write(CollectionsMarshal.AsSpan(start)));
        }
        cancellationToken.ThrowIfCancellationRequested();
        if (IsLong())
            Judge(finder.Finish());
        else if (SpeechSegmenter.FindsIn(CollectionsMarshal.AsSpan(start)))
            Judge([new SpeechSegment(0, [.. start])]);
        return found;

        bool IsLong() => start.Count > TimelineSeconds * Recording.SampleRate;

        void Judge(IEnumerable<SpeechSegment> turns) =>
            found.AddRange(turns.Select(t => _model.Deviates(ModelFeatures.Of(t.Samples))));
    }

    /// <summary>Recognizes a file: WAV, or whatever ffmpeg reads.</summary>
    /// <param name="path">The file.</param>
    /// <param name="separate">Whether channels are kept apart, each with a timeline of its own, as in a call.</param>
    /// <param name="progress">Reports which share of a long file was read, where that is known.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="InputException">The file cannot be used; the message says why and what to do.</exception>
    public RecognitionResult Recognize(
        string path,
        bool separate = false,
        Action<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        using var stream = AudioStream.Open(path, null, separate);
        return Recognize(stream, path, progress, cancellationToken);
    }

    /// <summary>Recognizes audio up to its end.</summary>
    /// <param name="stream">The audio.</param>
    /// <param name="source">What the result calls it.</param>
    /// <param name="progress">Reports which share of a long file was read, where that is known.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="InputException">The audio cannot be used.</exception>
    public RecognitionResult Recognize(
        AudioStream stream,
        string source,
        Action<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => Classify([Buffer(stream, source, progress, cancellationToken)])[0];

    /// <summary>
    /// Reads audio up to its end. What is longer than ten seconds is recognized on the way; the rest is for
    /// <see cref="Classify(IReadOnlyList{BufferedAudio})"/>.
    /// </summary>
    /// <param name="stream">The audio.</param>
    /// <param name="source">What the result calls it.</param>
    /// <param name="progress">Reports which share of a long file was read, where that is known.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="InputException">The audio cannot be used.</exception>
    public BufferedAudio Buffer(
        AudioStream stream,
        string source,
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
                return Whole(start, stream, source);
            }
            foreach (var (c, block) in blocks.Index())
                start[c].AddRange(block);
        }
        var clock = new Clock();
        var turns = Timeline(Blocks(), clock, TurnsAhead * Environment.ProcessorCount, cancellationToken)
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
        var estimates = new Queue<EmotionPrediction>(Recognize([.. together.SelectMany(h => h.Channels)]));
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
                                    new EmotionSegment(
                                        TimeSpan.Zero,
                                        Recording.TimeOf(r.Samples.Length),
                                        h.Channels.Count > 1 ? c + 1 : 0,
                                        estimates.Dequeue()
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
    /// <param name="cancellationToken">Stops listening.</param>
    public async IAsyncEnumerable<EmotionSegment> ListenAsync(
        AudioStream stream,
        double? provisionalEvery = null,
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
                    foreach (var turn in Timeline(Blocks(), new Clock(), ahead: 0, stop.Token, provisionalEvery))
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
        var speech = recordings.Select(r => SpeechSegmenter.FindsIn(r.Samples)).ToArray();
        var outputs = new Queue<float[]>(
            _model.Run([.. recordings.Where((_, i) => speech[i]).Select(r => ModelFeatures.Of(r.Samples))], Adaptation)
        );
        return
        [
            .. recordings.Select(
                (r, i) =>
                {
                    if (!speech[i])
                        return r.Seconds < AudioFile.MinSeconds
                            ? EmotionPrediction.TooShort
                            : EmotionPrediction.NoSpeech;
                    var output = outputs.Dequeue();
                    return Classify(Doubles(output));
                }
            ),
        ];
    }

    /// <summary>What decided an answer.</summary>
    /// <param name="recording">One channel at 16 kHz.</param>
    /// <param name="sameSpeaker">Other recordings of the same person, against which this voice stands out; without any,
    /// the training recordings.</param>
    public Explanation Explain(Recording recording, IReadOnlyList<Recording>? sameSpeaker = null) =>
        Explanation.Of(_model, recording, Recognize(recording), sameSpeaker ?? []);

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private static BufferedAudio Whole(IReadOnlyList<List<float>> channels, AudioStream stream, string source)
    {
        if (stream.Frames == 0)
            throw new InputException(source, "holds no samples", "Record or copy it again");
        var recordings = channels.Select(c => new Recording([.. c], [])).ToArray();
        var clock = new Clock();
        clock.Pass(recordings[0].Samples);
        return new BufferedAudio(
            new RecognitionResult(source, clock.Time, [], IsTimeline: false, stream.Warnings) { Peaks = clock.Peaks },
            recordings
        );
    }

    private static double[] Doubles(float[] probabilities) => [.. probabilities.Select(p => (double)p)];

    /// <summary>
    /// Turns in the order in which they end; up to so many are judged on all cores while the audio is read on.
    /// </summary>
    private IEnumerable<EmotionSegment> Timeline(
        IEnumerable<float[][]> audio,
        Clock clock,
        int ahead,
        CancellationToken cancellationToken,
        double? provisionalEvery = null
    )
    {
        var (finders, smoothing, reported) = (
            new List<SpeechSegmenter>(),
            new List<ForwardSmoothing>(),
            new List<double>()
        );
        var waiting = new Queue<(SpeechSegment Turn, int Channel, Task<float[]> Output)>();
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
                var output = _model.Run(ModelFeatures.Of(open.Samples), Adaptation);
                yield return Turn(open, c, Classify(Doubles(output))) with
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
                waiting.Enqueue(
                    (
                        turn,
                        channel,
                        Task.Run(() => _model.Run(ModelFeatures.Of(turn.Samples), Adaptation), cancellationToken)
                    )
                );
        }

        EmotionSegment Answered()
        {
            var (turn, channel, task) = waiting.Dequeue();
            var ((start, end), output) = (turn.Seconds, task.GetAwaiter().GetResult());
            return Turn(turn, channel, Classify(smoothing[channel].Apply(output, start, end)));
        }

        EmotionSegment Turn(SpeechSegment turn, int channel, EmotionPrediction estimate) =>
            new(turn.Time.Start, turn.Time.End, finders.Count > 1 ? channel + 1 : 0, estimate);
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
