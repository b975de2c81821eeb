using MathNet.Numerics.LinearAlgebra;
using Prosodia.Evaluation.Metrics;

namespace Prosodia.Training.Learners;

/// <summary>
/// Several methods' numbers as one: for each target their weighted sum, none of the weights below 0, by least squares;
/// then stretched around its mean until it varies as much as the truth, which is what the concordance correlation
/// coefficient rewards. Source: Breiman, Stacked Regressions, Machine Learning 24, 1996; Valstar et al., AVEC 2016, for
/// scaling.
/// </summary>
internal sealed class LinearPool : IScorePool
{
    private const double Negligible = 1e-12,
        MostStretched = 3;

    private readonly Target[] _targets;

    private LinearPool(Target[] targets, double loss) => (_targets, Loss) = (targets, loss);

    /// <summary>1 less the correlation with the truth, the mean over targets.</summary>
    public double Loss { get; }

    /// <summary>The weight of each method, the mean over targets.</summary>
    public IReadOnlyList<double> Weights =>
        [.. _targets[0].Weights.Select((_, m) => _targets.Average(t => t.Weights[m]))];

    /// <summary>Learns the weights.</summary>
    /// <param name="scores">For each method the numbers of each example, from models that were not trained on
    /// it.</param>
    /// <param name="truth">What is true of each example, (targets).</param>
    public static LinearPool Fit(IReadOnlyList<double[][]> scores, IReadOnlyList<double[]> truth)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(truth);
        var targets = truth[0].Select((_, t) => Target.Fit(Columns(scores, t), [.. truth.Select(y => y[t])])).ToArray();
        var loss = targets
            .Select(
                (target, t) =>
                    1 - RegressionMetrics.Of([.. truth.Select(y => y[t])], target.Apply(Columns(scores, t))).Pearson
            )
            .Average();
        return new LinearPool(targets, loss);
    }

    /// <inheritdoc/>
    public double[][] Apply(IReadOnlyList<double[][]> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        double[][] columns = [.. _targets.Select((target, t) => target.Apply(Columns(scores, t)))];
        return [.. Enumerable.Range(0, scores[0].Length).Select(i => columns.Select(c => c[i]).ToArray())];
    }

    /// <summary>The sum for a target as what is added and the weight of each method.</summary>
    public (double Bias, IReadOnlyList<double> Weights) Linear(int target)
    {
        var of = _targets[target];
        return (of.Mean - of.Weights.Zip(of.Means, (w, m) => w * m).Sum(), of.Weights);
    }

    private static double[][] Columns(IReadOnlyList<double[][]> scores, int target) =>
        [.. scores.Select(method => method.Select(row => row[target]).ToArray())];

    /// <summary>The weights of a target: mean + stretch x sum of weights x (numbers - their means).</summary>
    private sealed record Target(double Mean, double[] Means, double[] Weights)
    {
        public static Target Fit(double[][] methods, double[] truth)
        {
            var mean = truth.Average();
            double[] means = [.. methods.Select(m => m.Average())];
            var centered = Matrix<double>.Build.DenseOfColumns(methods.Select((m, i) => m.Select(x => x - means[i])));
            var wanted = Vector<double>.Build.DenseOfEnumerable(truth.Select(y => y - mean));
            var weights = NonNegative(centered, wanted);
            var deviation = (centered * Vector<double>.Build.Dense(weights)).L2Norm();
            var stretch = deviation > Negligible ? Math.Min(MostStretched, wanted.L2Norm() / deviation) : 1;
            return new Target(mean, means, [.. weights.Select(w => stretch * w)]);
        }

        public double[] Apply(double[][] methods) =>
            [
                .. Enumerable
                    .Range(0, methods[0].Length)
                    .Select(i => Mean + Weights.Select((w, m) => w * (methods[m][i] - Means[m])).Sum()),
            ];

        /// <summary>Least squares with weights of 0 and more: the best of all subsets of a few methods.</summary>
        private static double[] NonNegative(Matrix<double> columns, Vector<double> wanted)
        {
            var best = (Error: double.PositiveInfinity, Weights: new double[columns.ColumnCount]);
            for (var subset = 1; subset < 1 << columns.ColumnCount; subset++)
            {
                int[] chosen = [.. Enumerable.Range(0, columns.ColumnCount).Where(m => (subset >> m & 1) == 1)];
                var part = Matrix<double>.Build.DenseOfColumnVectors(chosen.Select(columns.Column));
                var products = part.TransposeThisAndMultiply(part);
                var ridge = Negligible * (1 + products.Diagonal().Sum());
                for (var m = 0; m < chosen.Length; m++)
                    products[m, m] += ridge;
                var solved = products.Solve(part.TransposeThisAndMultiply(wanted));
                if (solved.Any(w => !(w >= 0)))
                    continue;
                var error = (part * solved - wanted).L2Norm();
                if (error >= best.Error)
                    continue;
                best = (error, new double[columns.ColumnCount]);
                foreach (var (place, m) in chosen.Index())
                    best.Weights[m] = solved[place];
            }
            return best.Weights;
        }
    }
}
