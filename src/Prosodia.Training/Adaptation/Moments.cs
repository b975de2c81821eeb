namespace Prosodia.Training.Adaptation;

/// <summary>Mean and variance of each feature of some recordings.</summary>
internal sealed record Moments(double[] Mean, double[] Variance)
{
    private const double DeviationPrior = 5; // recordings that other voices' spread counts as

    /// <summary>Of sequences of items whose first axis is the feature.</summary>
    public static Moments Of(IEnumerable<float[]> sequences, long[] shape)
    {
        var each = EachFeature(shape);
        double[] sum = new double[shape[0]],
            squares = new double[shape[0]];
        long count = 0;
        foreach (var sequence in sequences)
        {
            for (var i = 0; i < sequence.Length; i++)
            {
                var feature = i / each % sum.Length;
                sum[feature] += sequence[i];
                squares[feature] += (double)sequence[i] * sequence[i];
            }
            count += sequence.Length / sum.Length;
        }
        double[] mean = [.. sum.Select(s => s / count)];
        return new Moments(mean, [.. squares.Select((q, f) => Math.Max(0, q / count - mean[f] * mean[f]))]);
    }

    /// <summary>
    /// These moments of some recordings, with those of others as if a few more had them: the fewer, the more speakers
    /// differ (empirical Bayes; Efron and Morris, JASA 70, 1975).
    /// </summary>
    public Moments Drawn(int count, Moments[] others, Moments[] spreads, bool ownSpread)
    {
        if (others.Length == 0)
            return this;
        var recordings = ownSpread ? count : 0;
        var mean = new double[Mean.Length];
        var variance = new double[Mean.Length];
        for (var f = 0; f < mean.Length; f++)
        {
            var (center, within) = (others.Average(o => o.Mean[f]), spreads.Average(o => o.Variance[f]));
            var between = others.Average(o => (o.Mean[f] - center) * (o.Mean[f] - center));
            var prior = between > 0 ? within / between : 0;
            mean[f] = (count * Mean[f] + prior * center) / (count + prior);
            variance[f] = (recordings * Variance[f] + DeviationPrior * within) / (recordings + DeviationPrior);
        }
        return new Moments(mean, variance);
    }

    /// <summary>A sequence with mean 0 and variance 1 where the recordings have these moments.</summary>
    public float[] Standardize(float[] sequence, long[] shape)
    {
        var each = EachFeature(shape);
        double[] scale = [.. Variance.Select(v => v > 1e-18 ? 1 / Math.Sqrt(v) : 0)];
        var standardized = new float[sequence.Length];
        for (var i = 0; i < sequence.Length; i++)
        {
            var feature = i / each % scale.Length;
            standardized[i] = (float)((sequence[i] - Mean[feature]) * scale[feature]);
        }
        return standardized;
    }

    private static int EachFeature(long[] shape) => (int)shape.Skip(1).Aggregate(1L, (a, b) => a * b);
}
