using Prosodia.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Learners;

/// <summary>
/// Linear discriminant analysis whose covariance is drawn towards a multiple of the identity; all classes equally
/// likely. An example may count for several classes. It may have more features than examples: by Woodbury's identity
/// only a system as large as the examples is solved. Sources: Friedman, Regularized Discriminant Analysis, JASA 84,
/// 1989; Ledoit and Wolf, 2004.
/// </summary>
/// <param name="features">How many features there are.</param>
internal sealed class ShrinkageLda(int features) : IClosedForm
{
    /// <summary>The strengths of shrinkage that are tried.</summary>
    public static IReadOnlyList<double> Shrinkages { get; } = [0.3, 0.5, 0.7, 0.85, 0.95, 0.98];

    public string Name => "LDA";

    public IReadOnlyList<string> Settings { get; } =
    [.. Shrinkages.Select(s => FormattableString.Invariant($"shrinkage {s}"))];

    public IReadOnlyList<Tensor> Scores(InnerProducts products, Tensor targets)
    {
        using var all = NewDisposeScope();
        var counts = targets.sum([0]); // (classes)
        var total = counts.sum().data<double>()[0];
        var mean = Means(targets, counts); // (classes, n): a class's mean as a sum of examples
        var root = targets.sum([1]).sqrt(); // (n)
        var (share, inner) = Between(targets, counts, root);
        var (within, withMeans) = Within();
        var askedWithin = Residuals(products.Asked); // (m, n)
        var askedWithMeans = products.Asked.matmul(mean.t()); // (m, classes)
        var meansSquared = (mean.matmul(products.Known) * mean).sum([1]); // (classes)
        var level = within.diagonal().sum().data<double>()[0] / total / features; // mean eigenvalue of the covariance
        Tensor[] scores =
        [
            .. Shrinkages.Select(shrinkage =>
            {
                // (a R'R + b I)^-1 = (I - R' (R R' + b/a I)^-1 R) / b
                using var scope = NewDisposeScope();
                var (a, b) = ((1 - shrinkage) / total, shrinkage * level);
                using Scalar scale = 1 / b;
                var solution = Ridge.Solve(within, b / a, withMeans); // (n, classes)
                var likelihood = askedWithMeans.add(askedWithin.matmul(solution), PinnedScalars.MinusOne);
                var lengths = meansSquared.add((withMeans * solution).sum([0]), PinnedScalars.MinusOne);
                return likelihood
                    .add(lengths.mul(PinnedScalars.Half).unsqueeze(0), PinnedScalars.MinusOne)
                    .mul(scale)
                    .MoveToOuterDisposeScope();
            }),
        ];
        foreach (var tensor in scores)
            all.MoveToOuter(tensor);
        return scores;

        // of columns for examples, those for their residuals: the deviations from the means of their classes
        Tensor Residuals(Tensor columns)
        {
            var weighted = columns.mul(root);
            return weighted.add(weighted.matmul(share).matmul(inner).matmul(share.t()), PinnedScalars.MinusOne);
        }

        // inner products of residuals with each other, (n, n), and with the classes' means, (n, classes)
        (Tensor, Tensor) Within()
        {
            using var scope = NewDisposeScope();
            var residual = Residuals(products.Known).t();
            return (Residuals(residual).MoveToOuterDisposeScope(), residual.matmul(mean.t()).MoveToOuterDisposeScope());
        }
    }

    /// <summary>
    /// What each example contributes to a class's mean; to that of a class without examples, the same from all.
    /// </summary>
    private static Tensor Means(Tensor targets, Tensor counts)
    {
        var (classes, n) = ((int)targets.shape[1], (int)targets.shape[0]);
        var rows = targets.t().contiguous().data<double>().ToArray().Chunk(n).ToArray();
        var sums = counts.data<double>().ToArray();
        return tensor(
                [.. rows.SelectMany((row, c) => row.Select(y => sums[c] > 0 ? y / sums[c] : 1.0 / n))],
                [classes, n]
            )
            .clone();
    }

    /// <summary>
    /// With W the examples' weights, the scatter within classes is W^1/2 (I - S S') W^1/2; gives S, (n, classes), and
    /// M, (classes, classes), by which I - S M S' is the root of what is in parentheses.
    /// </summary>
    private static (Tensor Share, Tensor Inner) Between(Tensor targets, Tensor counts, Tensor root)
    {
        using var scope = NewDisposeScope();
        using Scalar least = 1e-150;
        var share = targets.div(root.clamp_min(least).unsqueeze(1)).div(counts.clamp_min(least).sqrt());
        var (eigenvalues, vectors) = linalg.eigh(share.t().matmul(share));
        var factors = tensor([
                .. eigenvalues
                    .data<double>()
                    .ToArray()
                    .Select(e => Math.Clamp(e, 0, 1))
                    .Select(e => e < 1e-9 ? 0.5 : (1 - Math.Sqrt(1 - e)) / e),
            ])
            .clone();
        return (share.MoveToOuterDisposeScope(), vectors.mul(factors).matmul(vectors.t()).MoveToOuterDisposeScope());
    }
}
