using System.Text.Json.Serialization;
using MathNet.Numerics.Statistics;

namespace Prosodia.Evaluation.Metrics;

/// <summary>How well numbers are predicted.</summary>
/// <param name="Ccc">Concordance correlation coefficient: 1 only where predictions equal the truth.</param>
/// <param name="Pearson">Pearson's correlation coefficient; 0 where either doesn't vary.</param>
/// <param name="Spearman">Spearman's rank correlation coefficient; ties have their mean rank.</param>
/// <param name="Rmse">Root mean square error, in units of the target.</param>
/// <param name="Mae">Mean absolute error, in units of the target.</param>
internal sealed record RegressionMetrics(double Ccc, double Pearson, double Spearman, double Rmse, double Mae)
{
    /// <summary>The figures by name, as results have them.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Name, double Value)> All =>
        [("ccc", Ccc), ("pearson", Pearson), ("spearman", Spearman), ("rmse", Rmse), ("mae", Mae)];

    /// <summary>The figures of predictions.</summary>
    /// <param name="truth">What is true of each recording.</param>
    /// <param name="predicted">What was predicted.</param>
    public static RegressionMetrics Of(IReadOnlyList<double> truth, IReadOnlyList<double> predicted) =>
        new WeightedPairs(truth, predicted).Of([.. truth.Select(_ => 1.0)]);

    /// <summary>The mean over runs.</summary>
    public static RegressionMetrics Mean(IReadOnlyList<RegressionMetrics> runs) => Each(runs, v => v.Average());

    /// <summary>The standard deviation (n - 1) over runs; zero of one run.</summary>
    public static RegressionMetrics Deviation(IReadOnlyList<RegressionMetrics> runs) =>
        Each(runs, v => runs.Count < 2 ? 0 : v.StandardDeviation());

    private static RegressionMetrics Each(
        IReadOnlyList<RegressionMetrics> runs,
        Func<IEnumerable<double>, double> of
    ) =>
        new(
            of(runs.Select(r => r.Ccc)),
            of(runs.Select(r => r.Pearson)),
            of(runs.Select(r => r.Spearman)),
            of(runs.Select(r => r.Rmse)),
            of(runs.Select(r => r.Mae))
        );
}

/// <summary>
/// Pairs of truth and prediction whose figures are computed for any weights, since a bootstrap draws recordings several
/// times or not at all. Sources: Lin, A Concordance Correlation Coefficient to Evaluate Reproducibility, Biometrics 45,
/// 1989 (with variances by n); Spearman, 1904.
/// </summary>
internal sealed class WeightedPairs
{
    private readonly double[] _truth,
        _predicted;
    private const double Rounding = 1e-24;

    private readonly int[] _byTruth,
        _byPredicted;

    public WeightedPairs(IReadOnlyList<double> truth, IReadOnlyList<double> predicted)
    {
        ArgumentNullException.ThrowIfNull(truth);
        if (truth.Count == 0 || truth.Count != predicted.Count)
            throw new ArgumentException("one prediction a truth is needed, and one pair at least", nameof(predicted));
        (_truth, _predicted) = ([.. truth], [.. predicted]);
        (_byTruth, _byPredicted) = (Order(_truth), Order(_predicted));
    }

    /// <summary>The figures with a weight for each pair; they sum to more than 0.</summary>
    public RegressionMetrics Of(double[] weights)
    {
        double squares = 0,
            absolute = 0,
            total = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            var error = _predicted[i] - _truth[i];
            total += weights[i];
            squares += weights[i] * error * error;
            absolute += weights[i] * Math.Abs(error);
        }
        var raw = Moments(_truth, _predicted, weights, total);
        var ranks = Moments(Ranks(_truth, _byTruth, weights), Ranks(_predicted, _byPredicted, weights), weights, total);
        return new RegressionMetrics(
            raw.Concordance,
            raw.Correlation,
            ranks.Correlation,
            Math.Sqrt(squares / total),
            absolute / total
        );
    }

    private static int[] Order(double[] values) => [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];

    /// <summary>The rank of each value, that of ties being their mean.</summary>
    private static double[] Ranks(double[] values, int[] order, double[] weights)
    {
        var ranks = new double[values.Length];
        double before = 0;
        for (var from = 0; from < order.Length; )
        {
            var to = from;
            double tied = 0;
            for (; to < order.Length && values[order[to]] == values[order[from]]; to++)
                tied += weights[order[to]];
            for (var i = from; i < to; i++)
                ranks[order[i]] = before + (tied + 1) / 2;
            before += tied;
            from = to;
        }
        return ranks;
    }

    private static (double Correlation, double Concordance) Moments(
        double[] x,
        double[] y,
        double[] weights,
        double total
    )
    {
        double meanX = 0,
            meanY = 0,
            xx = 0,
            yy = 0,
            xy = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            meanX += weights[i] * x[i] / total;
            meanY += weights[i] * y[i] / total;
        }
        for (var i = 0; i < weights.Length; i++)
        {
            var (dx, dy) = (x[i] - meanX, y[i] - meanY);
            xx += weights[i] * dx * dx / total;
            yy += weights[i] * dy * dy / total;
            xy += weights[i] * dx * dy / total;
        }
        // what varies by rounding alone doesn't vary
        if (xx <= Rounding * meanX * meanX)
            xx = xy = 0;
        if (yy <= Rounding * meanY * meanY)
            yy = xy = 0;
        var apart = (meanX - meanY) * (meanX - meanY);
        return (
            xx * yy > 0 ? xy / Math.Sqrt(xx * yy) : 0,
            xx + yy + apart > 0 ? 2 * xy / (xx + yy + apart) : 1 // nothing varies, and all is right
        );
    }
}
