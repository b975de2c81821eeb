using System.Runtime.InteropServices;
using Prosodia.Audio;
using Prosodia.Dsp;

namespace Prosodia.Vad;

/// <summary>A stretch in which someone speaks without a long pause.</summary>
/// <param name="Start">Its first sample, counted from the beginning of the audio.</param>
/// <param name="Samples">Its samples at 16 kHz.</param>
/// <param name="VoicedSeconds">How much of it is voiced.</param>
internal sealed record SpeechSegment(long Start, float[] Samples, double VoicedSeconds)
{
    /// <summary>Where it begins and ends, in seconds.</summary>
    public (double Start, double End) Seconds => (Time.Start.TotalSeconds, Time.End.TotalSeconds);

    /// <summary>When it begins and ends.</summary>
    public (TimeSpan Start, TimeSpan End) Time => (Recording.TimeOf(Start), Recording.TimeOf(Start + Samples.Length));
}

/// <summary>
/// Finds speech in audio as it comes: turns end with a pause, and long ones are split where they are quietest.
/// </summary>
internal sealed class SpeechSegmenter
{
    private const int Pause = 60; // frames without a voice that end a turn

    // frames before the first and after the last voiced one: what is unvoiced there is speech as well
    private const int Margin = 25;
    private const int Longest = 800; // frames of a turn
    private const int MinVoiced = 12; // frames; less is a click or a cough

    private readonly VoiceActivityDetector _activity = new();
    private readonly List<float> _samples = []; // from _kept on
    private readonly List<ActivityFrame> _frames = []; // of the open turn
    private long _kept,
        _frame,
        _firstFrame,
        _lastVoiced = -1,
        _freeFrom; // the last: no turn begins before this frame

    /// <summary>Whether there is a turn in a whole recording.</summary>
    /// <param name="samples">At 16 kHz.</param>
    public static bool FindsIn(ReadOnlySpan<float> samples)
    {
        var finder = new SpeechSegmenter();
        return finder.Write(samples).Concat(finder.Finish()).Any();
    }

    /// <summary>
    /// What there is so far of a turn that goes on; null where nobody speaks, or not long enough yet to tell.
    /// </summary>
    public SpeechSegment? Unfinished =>
        _lastVoiced < 0 ? null : Cut(Math.Max(_freeFrom, _firstFrame - Margin), _frame, _frames.Count(f => f.Voiced));

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
        if (_lastVoiced >= 0 && Close(_lastVoiced + Margin) is { } last)
            turns.Add(last);
        return turns;
    }

    private List<SpeechSegment> Follow(IReadOnlyList<ActivityFrame> frames)
    {
        var turns = new List<SpeechSegment>();
        foreach (var frame in frames)
        {
            if (_lastVoiced < 0 && frame.Voiced)
                _firstFrame = _frame;
            if (frame.Voiced)
                _lastVoiced = _frame;
            if (_lastVoiced >= 0)
                _frames.Add(frame);
            if (_lastVoiced >= 0 && _frame - _lastVoiced >= Pause && Close(_lastVoiced + Margin) is { } ended)
                turns.Add(ended);
            else if (_frames.Count >= Longest && Part() is { } part)
                turns.Add(part);
            _frame++;
        }
        Forget();
        return turns;
    }

    /// <summary>Ends the turn before a frame; null where it was too short to be speech.</summary>
    private SpeechSegment? Close(long before)
    {
        var turn = Cut(Math.Max(_freeFrom, _firstFrame - Margin), before, _frames.Count(f => f.Voiced));
        (_lastVoiced, _freeFrom) = (-1, before);
        _frames.Clear();
        return turn;
    }

    /// <summary>Ends the turn at its quietest frame in the later half; what follows is a turn of its own.</summary>
    private SpeechSegment? Part()
    {
        var quietest = Enumerable.Range(Longest / 2, _frames.Count - Longest / 2).MinBy(f => _frames[f].Decibels);
        var turn = Cut(
            Math.Max(_freeFrom, _firstFrame - Margin),
            _firstFrame + quietest,
            _frames.Take(quietest).Count(f => f.Voiced)
        );
        _frames.RemoveRange(0, quietest);
        _firstFrame = _freeFrom = _firstFrame + quietest;
        if (!_frames.Any(f => f.Voiced))
        {
            _lastVoiced = -1;
            _frames.Clear();
        }
        return turn;
    }

    private SpeechSegment? Cut(long from, long to, int voiced)
    {
        if (voiced < MinVoiced)
            return null;
        var start = from * PowerSpectrogram.Hop;
        var end = Math.Min(to * PowerSpectrogram.Hop, _kept + _samples.Count);
        var samples = CollectionsMarshal.AsSpan(_samples)[(int)(start - _kept)..(int)(end - _kept)].ToArray();
        return new SpeechSegment(start, samples, voiced / (double)PowerSpectrogram.FramesPerSecond);
    }

    /// <summary>Lets go of samples that no turn can need any more.</summary>
    private void Forget()
    {
        var needed = Math.Max(_freeFrom, (_lastVoiced >= 0 ? _firstFrame : _frame) - Margin) * PowerSpectrogram.Hop;
        var gone = (int)Math.Clamp(needed - _kept, 0, _samples.Count);
        _samples.RemoveRange(0, gone);
        _kept += gone;
    }
}
