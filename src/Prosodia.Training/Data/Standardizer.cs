using static TorchSharp.torch;

namespace Prosodia.Training.Data;

/// <summary>
/// Shifts and scales each feature to mean 0 and deviation 1, as measured on the utterances that a network is trained on
/// and on nothing else. A feature that hardly varies is not blown up: deviations count as at least 1 % of the mean one.
/// </summary>
internal sealed class Standardizer : IDisposable
{
    private const double MinShareOfMeanDeviation = 0.01;

    private readonly Tensor _mean,
        _inverseDeviation;

    private Standardizer(double[] mean, double[] deviation, long[] shape)
    {
        var floor = Math.Max(deviation.Average() * MinShareOfMeanDeviation, 1e-12);
        _mean = tensor(mean, float32).reshape(shape).DetachFromDisposeScope();
        _inverseDeviation = tensor(deviation.Select(d => 1 / Math.Max(d, floor)).ToArray(), float32)
            .reshape(shape)
            .DetachFromDisposeScope();
    }

    /// <summary>Leaves items as they are.</summary>
    public static Standardizer None(SequenceSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return new Standardizer([0], [1], [.. set.ItemShape.Select(_ => 1L)]);
    }

    /// <summary>Measures the features of some utterances.</summary>
    public static Standardizer Fit(SequenceSet set, IReadOnlyCollection<int> training)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(training);
        var features = (int)set.ItemShape[0];
        var perFeature = set.ItemSize / features;
        double[] sum = new double[features],
            squares = new double[features];
        long items = 0;
        foreach (var sequence in training.Select(u => set.Sequences[u]))
        {
            items += sequence.Length / set.ItemSize;
            for (var at = 0; at < sequence.Length; at += perFeature)
            {
                double s = 0,
                    q = 0;
                foreach (var x in sequence.AsSpan(at, perFeature))
                {
                    s += x;
                    q += (double)x * x;
                }
                var feature = at / perFeature % features;
                sum[feature] += s;
                squares[feature] += q;
            }
        }
        var n = (double)items * perFeature;
        double[] mean = [.. sum.Select(s => s / n)];
        double[] deviation = [.. squares.Select((q, f) => Math.Sqrt(Math.Max(0, q / n - mean[f] * mean[f])))];
        return new Standardizer(mean, deviation, [features, .. set.ItemShape.Skip(1).Select(_ => 1L)]);
    }

    /// <summary>Normalized items, (items, item shape...), which gradients pass through.</summary>
    public Tensor Standardize(Tensor items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items.sub(_mean).mul(_inverseDeviation);
    }

    /// <summary>Normalizes items in place, (items, item shape...).</summary>
    public Tensor Apply(Tensor items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items.sub_(_mean).mul_(_inverseDeviation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mean.Dispose();
        _inverseDeviation.Dispose();
    }
}
