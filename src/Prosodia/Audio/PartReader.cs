using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Prosodia.Audio;

/// <summary>
/// Reads parts of a file in one pass: it is decoded once, from its start to the last end, and only the parts that
/// aren't complete yet are held.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="parts">Which parts, at least one.</param>
/// <param name="channel">Which channel to keep, from 1; null averages all of them.</param>
/// <param name="native">Whether samples keep the rate of the file.</param>
internal sealed class PartReader(string path, IReadOnlyList<AudioPart> parts, int? channel, bool native)
{
    private const double EndTolerance = 0.05; // seconds that a file may end before a part does

    private const int MinNativeRate = 8000;

    private readonly List<int> _pending =
    [
        .. Enumerable.Range(0, parts.Count).OrderBy(i => parts[i].End ?? double.PositiveInfinity),
    ];
    private readonly List<float> _held = [];
    private long _first; // sample of the file that _held begins with
    private int _rate;

    private long Position => _first + _held.Count;

    /// <summary>Reads the parts, each when it is complete.</summary>
    /// <returns>The number of a part, and the part or why it cannot be used.</returns>
    public IEnumerable<(int Part, Recording? Recording, InputException? Problem)> Read()
    {
        AudioStream? stream = null;
        InputException? problem = Attempt(() => stream = AudioStream.Open(path, channel, native: native));
        using (stream)
        {
            _rate = native ? stream?.SourceRate ?? 0 : Recording.SampleRate;
            for (float[][]? block = []; problem is null && block is not null && _pending.Count > 0; )
            {
                problem = Attempt(() => block = stream!.Read());
                if (problem is not null || block is not [var samples])
                    continue;
                _held.AddRange(samples);
                while (_pending.FindIndex(p => Sample(parts[p].End) <= Position || TooLong(p)) is >= 0 and var at)
                    yield return Cut(at, stream!, ended: false);
                Drop();
            }
            while (_pending.Count > 0)
                yield return problem is null ? Cut(0, stream!, ended: true) : Failed(0, problem);
        }
    }

    private static InputException? Attempt(Action step)
    {
        try
        {
            step();
            return null;
        }
        catch (InputException problem)
        {
            return problem;
        }
    }

    private long Sample(double? seconds) => seconds is { } s ? (long)Math.Round(s * _rate) : long.MaxValue;

    private bool TooLong(int part) => Position - Sample(parts[part].Start) > AudioFile.MaxSeconds * _rate;

    /// <summary>Lets go of what no pending part has.</summary>
    private void Drop()
    {
        var needed = _pending.Count == 0 ? Position : _pending.Min(p => Sample(parts[p].Start));
        var done = (int)Math.Clamp(needed - _first, 0, _held.Count);
        _held.RemoveRange(0, done);
        _first += done;
    }

    private (int, Recording?, InputException?) Failed(int at, InputException problem)
    {
        var part = _pending[at];
        _pending.RemoveAt(at);
        return (part, null, problem);
    }

    private (int, Recording?, InputException?) Cut(int at, AudioStream stream, bool ended)
    {
        var part = parts[_pending[at]];
        long from = Math.Min(Sample(part.Start), Position),
            to = Math.Min(Sample(part.End), Position);
        var samples = CollectionsMarshal.AsSpan(_held)[(int)(from - _first)..(int)(to - _first)];
        var (count, rate) = part.IsWhole ? (stream.Frames, stream.SourceRate) : (samples.Length, _rate);
        (string What, string Remedy)? problem =
            stream.Frames == 0 ? ("holds no samples", "Record or copy it again")
            : native && _rate < MinNativeRate
                ? ($"has {_rate} samples a second; at least {MinNativeRate} are needed", "Leave out --rate native")
            : samples.Length > AudioFile.MaxSeconds * _rate
                ? (
                    $"is longer than {AudioFile.MaxSeconds / 60:0} minutes",
                    "Cut it into utterances, for example: ffmpeg -i FILE -f segment -segment_time 60 part%03d.wav"
                )
            : samples.Length == 0 && !part.IsWhole
                ? ($"ends at {(double)Position / _rate:0.000} s", "Correct the times, or remove the row")
            : samples.Length < AudioFile.MinSeconds * _rate
                ? (
                    $"is too short: {(double)count / rate:0.000} s ({count} samples)",
                    $"At least {AudioFile.MinSeconds} s of speech is needed"
                )
            : (part.IsWhole ? stream.IsSilent : IsSilent(samples))
                ? ("holds no sound, only silence", "Record or copy it again, or remove it")
            : null;
        if (problem is { } found)
            return Failed(at, new InputException(path + part, found.What, found.Remedy));
        string[] early =
            part.End is { } end && to < Sample(end) - EndTolerance * _rate
                ? [$"{path}{part}: ends at {(double)Position / _rate:0.000} s; what is there is used"]
                : [];
        var recording = new Recording(samples.ToArray(), [.. ended ? stream.Warnings : [], .. early]) { Rate = _rate };
        var index = _pending[at];
        _pending.RemoveAt(at);
        return (index, recording, null);
    }

    private static bool IsSilent(ReadOnlySpan<float> samples) =>
        TensorPrimitives.Max(samples) - TensorPrimitives.Min(samples) <= AudioStream.SilentRange;
}
