using Prosodia.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Classifiers;

/// <summary>
/// Linear discriminant analysis whose covariance is drawn towards a multiple of the identity; all classes equally
/// likely. It may have more features than examples: by Woodbury's identity only a system as large as the examples is
/// solved. Sources: Friedman, Regularized Discriminant Analysis, JASA 84, 1989; Ledoit and Wolf, 2004.
/// </summary>
/// <param name="features">How many features there are.</param>
internal sealed class ShrinkageLda(int features) : IClosedForm
{
    /// <summary>The strengths of shrinkage that are tried.</summary>
    public static IReadOnlyList<double> Shrinkages { get; } = [0.3, 0.5, 0.7, 0.85, 0.95, 0.98];

    public string Name => "LDA";

    public IReadOnlyList<string> Settings { get; } =
    [.. Shrinkages.Select(s => FormattableString.Invariant($"shrinkage {s}"))];

    public IReadOnlyList<Tensor> Scores(InnerProducts products, int[] labels, int classes)
    {
        var count = labels.Length;
        var mean = tensor(Enumerable.Range(0, classes).SelectMany(c => MeanOf(c, labels)).ToArray(), [classes, count])
            .clone(); // (classes, n): a class's mean as a sum of examples
        var own = tensor([.. labels.Select(l => (long)l)]);
        var (within, withMeans) = Within();
        var askedWithin = Residuals(products.Asked); // (m, n)
        var askedWithMeans = products.Asked.matmul(mean.t()); // (m, classes)
        var meansSquared = (mean.matmul(products.Known) * mean).sum([1]); // (classes)
        var level = within.diagonal().sum().data<double>()[0] / count / features; // mean eigenvalue of the covariance
        return
        [
            .. Shrinkages.Select(shrinkage =>
            {
                // (a R'R + b I)^-1 = (I - R' (R R' + b/a I)^-1 R) / b
                using var scope = NewDisposeScope();
                var (a, b) = ((1 - shrinkage) / count, shrinkage * level);
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

        // of columns for examples, those for their residuals
        Tensor Residuals(Tensor columns) =>
            columns.add(columns.matmul(mean.t()).index_select(1, own), PinnedScalars.MinusOne);

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
    private static IEnumerable<double> MeanOf(int c, int[] labels)
    {
        var members = labels.Count(l => l == c);
        return labels.Select(l =>
            members == 0 ? 1.0 / labels.Length
            : l == c ? 1.0 / members
            : 0
        );
    }
}
