namespace Prosodia.Segments;

/// <summary>
/// A recording cut into segments of 500 ms that overlap by 25 %, the last ones padded with zeros. Segment i starts at
/// sample 6000 i; there are ceil(samples / 6000) of them, so every sample is in one. Source: the paper, section III-A.
/// </summary>
public sealed class SegmentedSpeech
{
    /// <summary>Samples of a segment: 500 ms at 16 kHz.</summary>
    public const int Length = 8000;

    /// <summary>Samples from one segment's start to the next one's: 75 % of a segment.</summary>
    public const int Hop = 6000;

    private readonly float[] _padded;

    /// <summary>Cuts samples at 16 kHz into segments.</summary>
    /// <exception cref="ArgumentException">There is no sample.</exception>
    public SegmentedSpeech(ReadOnlySpan<float> samples)
    {
        if (samples.IsEmpty) throw new ArgumentException("at least one sample is needed", nameof(samples));
        Count = (samples.Length + Hop - 1) / Hop;
        _padded = new float[(Count - 1) * Hop + Length];
        samples.CopyTo(_padded);
    }

    /// <summary>How many segments there are, at least one.</summary>
    public int Count { get; }

    /// <summary>The 8000 samples of one segment.</summary>
    public ReadOnlySpan<float> this[int segment] => _padded.AsSpan(segment * Hop, Length);

    /// <summary>Squared Euclidean distance of two segments, summed in double precision.</summary>
    public double SquaredDistance(int one, int other) => DoublePrecision.SquaredDistance(this[one], this[other]);
}
