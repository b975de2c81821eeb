namespace Prosodia.KeySegments;

/// <summary>
/// A recording cut into segments of 500 ms that overlap by 25 %, the last ones padded with zeros. Segment i starts at
/// sample 6000 i; there are ceil(samples / 6000) of them, so every sample is in one. Source: the paper, section III-A.
/// </summary>
internal sealed class SegmentedSpeech
{
    /// <summary>Samples of a segment: 500 ms at 16 kHz.</summary>
    public const int Length = 8000;

    /// <summary>Samples from one segment's start to the next one's: 75 % of a segment.</summary>
    public const int Hop = 6000;

    private readonly ReadOnlyMemory<float> _samples;
    private readonly float[] _end; // the segments after the whole ones, padded

    /// <summary>Cuts samples at 16 kHz into segments. The samples are looked at, not copied.</summary>
    /// <exception cref="ArgumentException">There is no sample.</exception>
    public SegmentedSpeech(ReadOnlyMemory<float> samples)
    {
        if (samples.IsEmpty)
            throw new ArgumentException("at least one sample is needed", nameof(samples));
        _samples = samples;
        Count = (samples.Length + Hop - 1) / Hop;
        _end = new float[(Count - 1 - WholeSegments) * Hop + Length];
        samples.Span[(WholeSegments * Hop)..].CopyTo(_end);
    }

    /// <summary>How many segments there are, at least one.</summary>
    public int Count { get; }

    /// <summary>The 8000 samples of one segment.</summary>
    public ReadOnlySpan<float> this[int segment] =>
        segment < WholeSegments
            ? _samples.Span.Slice(segment * Hop, Length)
            : _end.AsSpan((segment - WholeSegments) * Hop, Length);

    /// <summary>How many segments end before the samples do; one fewer than fit, so that there is an end.</summary>
    private int WholeSegments => Math.Max(0, (_samples.Length - Length) / Hop);

    /// <summary>Squared Euclidean distance of two segments, summed in double precision.</summary>
    public double SquaredDistance(int one, int other) => KeySegments.SquaredDistance.Between(this[one], this[other]);
}
