using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Prosodia.Audio;

namespace Prosodia.Vad;

/// <summary>A stretch in which someone speaks without a long pause.</summary>
/// <param name="Start">Its first sample, counted from the beginning of the audio.</param>
/// <param name="Samples">Its samples at 16 kHz.</param>
internal sealed record SpeechSegment(long Start, float[] Samples)
{
    /// <summary>Where it begins and ends, in seconds.</summary>
    public (double Start, double End) Seconds => (Time.Start.TotalSeconds, Time.End.TotalSeconds);

    /// <summary>When it begins and ends.</summary>
    public (TimeSpan Start, TimeSpan End) Time => (Recording.TimeOf(Start), Recording.TimeOf(Start + Samples.Length));
}

/// <summary>
/// Finds speech in audio as it comes: turns end with a pause, and long ones are split where they are quietest. A turn
/// counts once the probabilities of speech, less a reference, have added up: a few sure frames, or more of less sure
/// ones. Source: the cumulative sum of Page, Continuous Inspection Schemes, Biometrika 41, 1954.
/// </summary>
internal sealed class SpeechSegmenter
{
    private const float Reference = 0.2f, // probability of speech above which a frame speaks for a turn
        Evidence = 3.5f; // sum of what is above it that makes a turn

    private const int Pause = 19, // frames without speech that end a turn
        Margin = 6, // frames before the first and after the last one with speech
        Longest = 250; // frames of a turn
    private const int Block = 4 * VoiceActivityDetector.FrameLength; // samples after which a whole recording is judged

    private readonly VoiceActivityDetector _activity;
    private readonly List<float> _samples = []; // from _kept on
    private readonly List<ActivityFrame> _frames = []; // of the open turn
    private long _kept,
        _frame,
        _firstFrame,
        _lastSpeech = -1,
        _freeFrom; // the last: no turn begins before this frame

    /// <summary>Starts at the beginning of audio.</summary>
    public SpeechSegmenter()
        : this(new VoiceActivityDetector()) { }

    internal SpeechSegmenter(VoiceActivityDetector activity) => _activity = activity;

    /// <summary>Whether someone speaks in a whole recording, at any level.</summary>
    /// <param name="samples">At 16 kHz.</param>
    public static bool FindsIn(ReadOnlySpan<float> samples)
    {
        if (samples.IsEmpty)
            return false;
        var finder = new SpeechSegmenter(new VoiceActivityDetector(Math.Abs(TensorPrimitives.MaxMagnitude(samples))));
        for (; !samples.IsEmpty; samples = samples[Math.Min(Block, samples.Length)..])
            if (finder.Write(samples[..Math.Min(Block, samples.Length)]).Any() || finder.IsSure)
                return true; // whatever follows
        return finder.Finish().Any();
    }

    /// <summary>Whether the open turn will count wherever it ends or is split.</summary>
    private bool IsSure => _frames.Count <= Longest / 2 && MostEvidence(_frames) >= Evidence;

    /// <summary>
    /// What there is so far of a turn that goes on; null where nobody speaks, or not long enough yet to tell.
    /// </summary>
    public SpeechSegment? Unfinished =>
        _lastSpeech < 0 ? null : Cut(Math.Max(_freeFrom, _firstFrame - Margin), _frame, _frames);

    /// <summary>Takes samples and gives the turns that they complete.</summary>
    public IEnumerable<SpeechSegment> Write(ReadOnlySpan<float> samples)
    {
        _samples.AddRange(samples);
        return Follow(_activity.Write(samples));
    }

    /// <summary>The last turn, where the audio ends in one.</summary>
    public IEnumerable<SpeechSegment> Finish()
    {
        var turns = Follow(_activity.Finish()).ToList();
        if (_lastSpeech >= 0 && Close(_lastSpeech + Margin) is { } last)
            turns.Add(last);
        return turns;
    }

    private List<SpeechSegment> Follow(IReadOnlyList<ActivityFrame> frames)
    {
        var turns = new List<SpeechSegment>();
        foreach (var frame in frames)
        {
            var speaks = Speaks(frame);
            if (_lastSpeech < 0 && speaks)
                _firstFrame = _frame;
            if (speaks)
                _lastSpeech = _frame;
            if (_lastSpeech >= 0)
                _frames.Add(frame);
            if (_lastSpeech >= 0 && _frame - _lastSpeech >= Pause && Close(_lastSpeech + Margin) is { } ended)
                turns.Add(ended);
            else if (_frames.Count >= Longest && Part() is { } part)
                turns.Add(part);
            _frame++;
        }
        Forget();
        return turns;
    }

    private static bool Speaks(ActivityFrame frame) => frame.Speech > Reference;

    /// <summary>Ends the turn before a frame; null where there is too little evidence of speech.</summary>
    private SpeechSegment? Close(long before)
    {
        var turn = Cut(Math.Max(_freeFrom, _firstFrame - Margin), before, _frames);
        (_lastSpeech, _freeFrom) = (-1, before);
        _frames.Clear();
        return turn;
    }

    /// <summary>Ends the turn at its quietest frame in the later half; what follows is a turn of its own.</summary>
    private SpeechSegment? Part()
    {
        var quietest = Enumerable.Range(Longest / 2, _frames.Count - Longest / 2).MinBy(f => _frames[f].Decibels);
        var turn = Cut(Math.Max(_freeFrom, _firstFrame - Margin), _firstFrame + quietest, _frames[..quietest]);
        _frames.RemoveRange(0, quietest);
        _firstFrame = _freeFrom = _firstFrame + quietest;
        if (!_frames.Any(Speaks))
        {
            _lastSpeech = -1;
            _frames.Clear();
        }
        return turn;
    }

    private SpeechSegment? Cut(long from, long to, IEnumerable<ActivityFrame> frames)
    {
        if (MostEvidence(frames) < Evidence)
            return null;
        var start = from * VoiceActivityDetector.FrameLength;
        var end = Math.Min(to * VoiceActivityDetector.FrameLength, _kept + _samples.Count);
        var samples = CollectionsMarshal.AsSpan(_samples)[(int)(start - _kept)..(int)(end - _kept)].ToArray();
        return new SpeechSegment(start, samples);
    }

    private static float MostEvidence(IEnumerable<ActivityFrame> frames)
    {
        float evidence = 0,
            most = 0;
        foreach (var frame in frames)
            most = Math.Max(most, evidence = Math.Max(0, evidence + frame.Speech - Reference));
        return most;
    }

    /// <summary>Lets go of samples that no turn can need any more.</summary>
    private void Forget()
    {
        var needed =
            Math.Max(_freeFrom, (_lastSpeech >= 0 ? _firstFrame : _frame) - Margin) * VoiceActivityDetector.FrameLength;
        var gone = (int)Math.Clamp(needed - _kept, 0, _samples.Count);
        _samples.RemoveRange(0, gone);
        _kept += gone;
    }
}
