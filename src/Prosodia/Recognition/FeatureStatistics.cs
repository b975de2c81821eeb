namespace Prosodia.Recognition;

/// <summary>The mean and the deviation of the features of one source, from recordings as they come.</summary>
internal sealed class FeatureStatistics
{
    private const double TrainingWeight = 5; // recordings that the training recordings count for
    private const double LeastVariance = 1e-2; // of deviates, of which the training recordings have 1

    private double[] _sum = [],
        _squares = [];

    /// <summary>How many recordings there were.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a recording.</summary>
    /// <param name="deviates">(features).</param>
    public void Add(ReadOnlySpan<float> deviates)
    {
        if (Count++ == 0)
            (_sum, _squares) = (new double[deviates.Length], new double[deviates.Length]);
        for (var f = 0; f < deviates.Length; f++)
        {
            _sum[f] += deviates[f];
            _squares[f] += (double)deviates[f] * deviates[f];
        }
    }

    /// <summary>The same statistics, to be gone on with apart.</summary>
    public FeatureStatistics Copy() =>
        new()
        {
            _sum = [.. _sum],
            _squares = [.. _squares],
            Count = Count,
        };

    /// <summary>The adaptation to this source.</summary>
    /// <exception cref="InvalidOperationException">There was no recording.</exception>
    public FeatureAdaptation ToAdaptation()
    {
        if (Count == 0)
            throw new InvalidOperationException("there was no recording");
        var share = Count / (Count + TrainingWeight);
        var (shift, gain) = (new float[_sum.Length], new float[_sum.Length]);
        for (var f = 0; f < shift.Length; f++)
        {
            var mean = _sum[f] / Count;
            var variance = Math.Max(0, _squares[f] / Count - mean * mean);
            shift[f] = (float)(share * mean);
            gain[f] = (float)(1 / Math.Sqrt(Math.Max(LeastVariance, share * variance + (1 - share))));
        }
        return new FeatureAdaptation(shift, gain, Count);
    }
}
