using MathNet.Numerics.Distributions;
using Prosodia.Features;

namespace Prosodia.Training.Export;

/// <summary>
/// Each feature as the normal deviate of its rank among training examples, by straight lines between knots that are
/// evenly spaced in deviations: outliers count no more than others, and the scale is a small table. Source: van der
/// Waerden scores.
/// </summary>
/// <param name="Knots">Values of each feature at the knots, (features, <see cref="Count"/>), ascending.</param>
internal sealed record QuantileNormalizer(float[][] Knots)
{
    /// <summary>Knots of a feature.</summary>
    public const int Count = 33;

    /// <summary>The deviate of the lowest knot and of what lies below; the highest is its opposite.</summary>
    public const float Lowest = -2.8f;

    /// <summary>Deviations from one knot to the next.</summary>
    public const float Step = -2 * Lowest / (Count - 1);

    private const float Narrowest = 1e-6f; // between knots: a feature that takes few values moves in steps

    /// <summary>Measures training examples.</summary>
    /// <param name="examples">(examples, features).</param>
    public static QuantileNormalizer Fit(IReadOnlyList<float[]> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        double[] parts = [.. Enumerable.Range(0, Count).Select(k => Normal.CDF(0, 1, Lowest + k * Step))];
        var knots = new float[examples[0].Length][];
        Parallel.For(
            0,
            knots.Length,
            f =>
            {
                float[] sorted = [.. examples.Select(e => e[f])];
                Array.Sort(sorted);
                knots[f] = [.. parts.Select(p => (float)Functionals.Percentile(sorted, p))];
            }
        );
        return new QuantileNormalizer(knots);
    }

    /// <summary>One over the distance from each knot to the next, (features, knots - 1), row-major.</summary>
    internal float[] Slopes =>
        [.. Knots.SelectMany(k => k.Skip(1).Zip(k, (high, low) => 1 / Math.Max(high - low, Narrowest)))];

    /// <summary>The deviates of an example.</summary>
    public float[] Apply(float[] example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var deviates = new float[example.Length];
        for (var f = 0; f < deviates.Length; f++)
        {
            var (knots, sum) = (Knots[f], 0f);
            for (var k = 1; k < Count; k++)
                sum += Math.Clamp((example[f] - knots[k - 1]) / Math.Max(knots[k] - knots[k - 1], Narrowest), 0, 1);
            deviates[f] = Lowest + Step * sum;
        }
        return deviates;
    }
}
