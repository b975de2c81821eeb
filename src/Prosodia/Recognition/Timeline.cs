using Prosodia.Vad;

namespace Prosodia.Recognition;

/// <summary>The turns of speech in audio, channel by channel, each classified once it has ended.</summary>
/// <param name="classifier">Classifies them.</param>
/// <param name="clock">Passes what was read.</param>
/// <param name="adaptation">What features are adapted to, from its beginning; null for nothing.</param>
internal sealed class Timeline(SpeechClassifier classifier, AudioClock clock, Adaptation? adaptation)
{
    private readonly List<Channel> _channels = [];
    private readonly Queue<(SpeechSegment Turn, Channel Of, Task<Lazy<SpeechOutput>> Output)> _waiting = [];

    /// <summary>
    /// Turns in the order in which they end; up to so many are classified on all cores while the audio is read on.
    /// </summary>
    /// <param name="audio">Blocks of each channel, at 16 kHz.</param>
    /// <param name="ahead">How many.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <param name="provisionalEvery">Seconds after which a turn that goes on gets a provisional answer, again and
    /// again; null for none.</param>
    public IEnumerable<EmotionSegment> Turns(
        IEnumerable<float[][]> audio,
        int ahead,
        CancellationToken cancellationToken,
        double? provisionalEvery = null
    )
    {
        foreach (var blocks in audio)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (_channels.Count < blocks.Length)
                _channels.Add(new Channel(_channels.Count));
            var ended = _channels
                .Zip(
                    blocks,
                    (channel, block) => channel.Segmenter.Write(block).Select(turn => (turn, channel)).ToArray()
                )
                .SelectMany(turns => turns);
            Classify(ended, cancellationToken);
            clock.Pass(blocks[0]);
            while (_waiting.Count > 0 && (_waiting.Peek().Output.IsCompleted || _waiting.Count > ahead))
                yield return Answer();
            if (provisionalEvery is not { } every)
                continue;
            foreach (var channel in _channels)
                if (channel.Unreported(every) is { } open)
                    yield return Provisional(open, channel);
        }
        Classify(_channels.SelectMany(c => c.Segmenter.Finish().Select(turn => (turn, c))), cancellationToken);
        while (_waiting.Count > 0)
            yield return Answer();
    }

    private void Classify(IEnumerable<(SpeechSegment Turn, Channel Channel)> ended, CancellationToken cancellationToken)
    {
        foreach (var (turn, channel) in ended.OrderBy(t => t.Turn.Seconds.End)) // stable
            _waiting.Enqueue((turn, channel, Task.Run(() => OutputOf(turn, channel), cancellationToken)));
    }

    /// <summary>
    /// What the model says of a turn: at once, or with a running adaptation only after those before it.
    /// </summary>
    private Lazy<SpeechOutput> OutputOf(SpeechSegment turn, Channel channel)
    {
        var features = classifier.FeaturesOf(turn.Samples);
        var output = new Lazy<SpeechOutput>(() => classifier.Run(features, adaptation, channel.Index));
        if (adaptation is not { IsRunning: true })
            _ = output.Value;
        return output;
    }

    private EmotionSegment Answer()
    {
        var (turn, channel, task) = _waiting.Dequeue();
        var ((start, end), output) = (turn.Seconds, task.GetAwaiter().GetResult().Value);
        return Segment(
            turn,
            channel,
            output with
            {
                Probabilities = channel.Smoothing.Apply(output.Probabilities, start, end),
            }
        );
    }

    private EmotionSegment Provisional(SpeechSegment open, Channel channel) =>
        Segment(
            open,
            channel,
            classifier.Run(classifier.FeaturesOf(open.Samples), adaptation, channel.Index, isProvisional: true)
        ) with
        {
            IsProvisional = true,
        };

    private EmotionSegment Segment(SpeechSegment turn, Channel channel, SpeechOutput output) =>
        classifier.Estimate(output).At(turn.Time.Start, turn.Time.End, _channels.Count > 1 ? channel.Index + 1 : 0);

    private sealed class Channel(int index)
    {
        private double _reported; // until where its open turn had provisional answers

        public int Index => index;

        public SpeechSegmenter Segmenter { get; } = new();

        public ForwardSmoothing Smoothing { get; } = new();

        /// <summary>The turn that goes on, if so many seconds of it have had no answer yet.</summary>
        public SpeechSegment? Unreported(double seconds)
        {
            if (
                Segmenter.Unfinished is not { } open
                || open.Seconds.End - Math.Max(_reported, open.Seconds.Start) < seconds
            )
                return null;
            _reported = open.Seconds.End;
            return open;
        }
    }
}
