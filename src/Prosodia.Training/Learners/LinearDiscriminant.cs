using Prosodia.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Learners;

/// <summary>
/// Shrinkage LDA as weights: for many examples of few features, where <see cref="ShrinkageLda"/> is for few of many.
/// Scores are <c>x W + b</c>; all classes are equally likely.
/// </summary>
/// <param name="Weights">(features, classes), row-major.</param>
/// <param name="Bias">(classes).</param>
internal sealed record LinearDiscriminant(double[][] Weights, double[] Bias)
{
    /// <summary>Scores of an example.</summary>
    public double[] Score(float[] example)
    {
        var scores = (double[])Bias.Clone();
        for (var f = 0; f < example.Length; f++)
        for (var c = 0; c < scores.Length; c++)
            scores[c] += Weights[f][c] * example[f];
        return scores;
    }

    /// <summary>Weighted sums over examples, all that fitting needs; those of groups add up to those of all.</summary>
    /// <param name="Squares">X'X, (features, features).</param>
    /// <param name="Sums">Of each class, (classes, features).</param>
    /// <param name="Counts">The weight of each class.</param>
    internal sealed record Statistics(Tensor Squares, Tensor Sums, double[] Counts)
    {
        /// <summary>Of examples, their classes and their weights.</summary>
        public static Statistics Of(
            IReadOnlyList<float[]> examples,
            IReadOnlyList<int> labels,
            IReadOnlyList<double> weights,
            int classes
        )
        {
            using var scope = NewDisposeScope();
            var features = examples[0].Length;
            var x = tensor([.. examples.SelectMany(e => e)], [examples.Count, features]).clone().to(float64);
            var member = tensor(
                    [
                        .. labels
                            .Zip(weights)
                            .SelectMany(l => Enumerable.Range(0, classes).Select(c => c == l.First ? l.Second : 0)),
                    ],
                    [examples.Count, classes]
                )
                .clone();
            var weight = tensor([.. weights], [examples.Count, 1]).clone();
            return new Statistics(
                x.t().matmul(x.mul(weight)).MoveToOuterDisposeScope(),
                member.t().matmul(x).MoveToOuterDisposeScope(),
                [
                    .. Enumerable
                        .Range(0, classes)
                        .Select(c => labels.Zip(weights).Where(l => l.First == c).Sum(l => l.Second)),
                ]
            );
        }

        /// <summary>Keeps its tensors beyond the current scope.</summary>
        public Statistics MoveToOuterDisposeScope() =>
            this with
            {
                Squares = Squares.MoveToOuterDisposeScope(),
                Sums = Sums.MoveToOuterDisposeScope(),
            };

        /// <summary>Of all groups together.</summary>
        public static Statistics Total(IReadOnlyList<Statistics> groups) =>
            groups.Aggregate(
                (a, b) =>
                    new Statistics(
                        a.Squares.add(b.Squares, PinnedScalars.One),
                        a.Sums.add(b.Sums, PinnedScalars.One),
                        [.. a.Counts.Zip(b.Counts, (x, y) => x + y)]
                    )
            );
    }

    /// <summary>Fits at one strength of shrinkage.</summary>
    public static LinearDiscriminant Fit(Statistics statistics, double shrinkage)
    {
        using var scope = NewDisposeScope();
        var (classes, features) = ((int)statistics.Sums.shape[0], (int)statistics.Sums.shape[1]);
        var count = tensor([.. statistics.Counts.Select(c => Math.Max(c, 1))], [classes, 1]).clone();
        var mean = statistics.Sums.div(count); // (classes, features)
        using Scalar share = (1 - shrinkage) / statistics.Counts.Sum();
        var within = statistics.Squares.add(mean.t().matmul(statistics.Sums), PinnedScalars.MinusOne).mul_(share);
        // mean eigenvalue of the covariance
        var level = shrinkage / (1 - shrinkage) * within.diagonal().sum().data<double>()[0] / features;
        var weights = Ridge.Solve(within, level, mean.t()); // (features, classes)
        var w = weights.contiguous().data<double>().ToArray().Chunk(classes).ToArray();
        var m = mean.contiguous().data<double>().ToArray().Chunk(features).ToArray();
        return new LinearDiscriminant(w, [.. m.Select((row, c) => -0.5 * row.Select((x, f) => x * w[f][c]).Sum())]);
    }
}
