using MathNet.Numerics.Distributions;

namespace Prosodia.Training.Learners;

/// <summary>
/// Each feature as the normal deviate of its rank among the training examples: outliers and skewed features then count
/// no more than others, and what is beyond all training examples stays at their edge. Source: van der Waerden scores.
/// </summary>
internal sealed class RankGaussTransform : IFeatureScale
{
    private readonly float[][] _sorted; // (features, training examples)
    private readonly float[] _deviates; // of twice the rank

    /// <summary>Learns from training examples.</summary>
    public RankGaussTransform(IReadOnlyList<float[]> training)
    {
        var count = training.Count;
        _sorted =
        [
            .. Enumerable.Range(0, training[0].Length).Select(f => training.Select(x => x[f]).Order().ToArray()),
        ];
        _deviates =
        [
            .. Enumerable
                .Range(0, 2 * count + 1)
                .Select(i => (float)Normal.InvCDF(0, 1, Math.Clamp(i / (2.0 * count), 0.5 / count, 1 - 0.5 / count))),
        ];
    }

    /// <summary>The scores of examples, (examples, features), row-major.</summary>
    public float[] Apply(IReadOnlyList<float[]> examples)
    {
        var scores = new float[examples.Count * _sorted.Length];
        for (var i = 0; i < examples.Count; i++)
        for (var f = 0; f < _sorted.Length; f++)
            scores[i * _sorted.Length + f] = _deviates[
                First(_sorted[f], examples[i][f], orEqual: true) + First(_sorted[f], examples[i][f], orEqual: false)
            ];
        return scores;
    }

    /// <summary>How many sorted values lie before a value, or before the first that is larger.</summary>
    private static int First(float[] sorted, float value, bool orEqual)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (orEqual ? sorted[middle] < value : sorted[middle] <= value)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
