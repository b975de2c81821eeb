using Prosodia.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Classifiers;

/// <summary>Inner products of examples, all that a classifier in closed form needs to know of their features.</summary>
/// <param name="Known">Of the training examples with each other, (n, n).</param>
/// <param name="Asked">Of the examples to score with the training examples, (m, n).</param>
/// <param name="AskedSquares">Of each example to score with itself, (m).</param>
internal sealed record InnerProducts(Tensor Known, Tensor Asked, Tensor AskedSquares);

/// <summary>A classifier in closed form, at several strengths of its regularisation at once.</summary>
internal interface IClosedForm
{
    /// <summary>What results call it.</summary>
    string Name { get; }

    /// <summary>The strengths.</summary>
    IReadOnlyList<string> Settings { get; }

    /// <summary>Trains at every strength, and scores examples.</summary>
    /// <param name="products">Of standardized features, divided by how many there are.</param>
    /// <param name="labels">The classes of the training examples.</param>
    /// <param name="classes">Number of classes.</param>
    /// <returns>For each setting scores, (m, classes), the higher the likelier.</returns>
    IReadOnlyList<Tensor> Scores(InnerProducts products, int[] labels, int classes);
}

/// <summary>
/// Ridge regression onto the classes in the space of an RBF kernel, examples weighted so that each class has the same say.
/// Sources: Saunders et al., ICML 1998; Toh et al., weighted kernel ridge, 2008.
/// </summary>
internal sealed class KernelRidge : IClosedForm
{
    private static readonly double[] Widths = [0.1, 0.4]; // kernel exp(-width * mean squared difference)
    private static readonly double[] Penalties = [0.1, 0.3];

    public string Name => "kernel ridge";

    public IReadOnlyList<string> Settings { get; } = [.. Widths.SelectMany(w => Penalties.Select(p => FormattableString.Invariant($"width {w}, penalty {p}")))];

    public IReadOnlyList<Tensor> Scores(InnerProducts products, int[] labels, int classes)
    {
        var squares = products.Known.diagonal();
        var between = SquaredDistances(products.Known, squares, squares);
        var toAsked = SquaredDistances(products.Asked, products.AskedSquares, squares);
        double[] share = [.. labels.Select(label => Math.Sqrt((double)labels.Length / (classes * labels.Count(l => l == label))))];
        var weight = tensor(share).clone().unsqueeze(1);                                             // (n, 1)
        var target = weight * tensor(labels.SelectMany(l => Enumerable.Range(0, classes).Select(c => c == l ? 1.0 : -1.0 / (classes - 1))).ToArray(), [labels.Length, classes]);
        var scores = new List<Tensor>();
        foreach (var width in Widths)
        {
            using var scope = NewDisposeScope();
            using Scalar exponent = -width;
            var weighted = between.mul(exponent).exp_().mul_(weight).mul_(weight.t());               // W^1/2 K W^1/2
            var kernel = toAsked.mul(exponent).exp_().mul_(weight.t());
            foreach (var penalty in Penalties) scores.Add(kernel.matmul(Ridge.Solve(weighted, penalty, target)).MoveToOuterDisposeScope());
        }
        return scores;
    }

    private static Tensor SquaredDistances(Tensor products, Tensor rows, Tensor columns) =>
        products.mul(PinnedScalars.MinusTwo).add_(rows.unsqueeze(1), PinnedScalars.One).add_(columns.unsqueeze(0), PinnedScalars.One).clamp_min_(PinnedScalars.Zero);
}

/// <summary>
/// Linear discriminant analysis whose covariance is drawn towards a multiple of the identity; all classes equally likely. It may have
/// more features than examples: by Woodbury's identity only a system as large as the examples is solved.
/// Sources: Friedman, Regularized Discriminant Analysis, JASA 84, 1989; Ledoit and Wolf, 2004.
/// </summary>
/// <param name="features">How many features there are.</param>
internal sealed class ShrinkageLda(int features) : IClosedForm
{
    private static readonly double[] Shrinkages = [0.3, 0.5, 0.7, 0.85, 0.95, 0.98];

    public string Name => "LDA";

    public IReadOnlyList<string> Settings { get; } = [.. Shrinkages.Select(s => FormattableString.Invariant($"shrinkage {s}"))];

    public IReadOnlyList<Tensor> Scores(InnerProducts products, int[] labels, int classes)
    {
        var count = labels.Length;
        var mean = tensor(Enumerable.Range(0, classes).SelectMany(c => MeanOf(c, labels)).ToArray(), [classes, count]).clone(); // (classes, n): a class's mean as a sum of examples
        var own = tensor([.. labels.Select(l => (long)l)]);
        var (within, withMeans) = Within();
        var askedWithin = Residuals(products.Asked);                                                     // (m, n)
        var askedWithMeans = products.Asked.matmul(mean.t());                                            // (m, classes)
        var meansSquared = (mean.matmul(products.Known) * mean).sum([1]);                                // (classes)
        var level = within.diagonal().sum().data<double>()[0] / count / features;                        // mean eigenvalue of the covariance
        return [.. Shrinkages.Select(shrinkage =>
        {
            // (a R'R + b I)^-1 = (I - R' (R R' + b/a I)^-1 R) / b
            using var scope = NewDisposeScope();
            var (a, b) = ((1 - shrinkage) / count, shrinkage * level);
            using Scalar scale = 1 / b;
            var solution = Ridge.Solve(within, b / a, withMeans);                                        // (n, classes)
            var likelihood = askedWithMeans.add(askedWithin.matmul(solution), PinnedScalars.MinusOne);
            var lengths = meansSquared.add((withMeans * solution).sum([0]), PinnedScalars.MinusOne);
            return likelihood.add(lengths.mul(PinnedScalars.Half).unsqueeze(0), PinnedScalars.MinusOne).mul(scale).MoveToOuterDisposeScope();
        })];

        // of columns for examples, those for their residuals
        Tensor Residuals(Tensor columns) => columns.add(columns.matmul(mean.t()).index_select(1, own), PinnedScalars.MinusOne);

        // inner products of residuals with each other, (n, n), and with the classes' means, (n, classes)
        (Tensor, Tensor) Within()
        {
            using var scope = NewDisposeScope();
            var residual = Residuals(products.Known).t();
            return (Residuals(residual).MoveToOuterDisposeScope(), residual.matmul(mean.t()).MoveToOuterDisposeScope());
        }
    }

    /// <summary>What each example contributes to a class's mean; to that of a class without examples, the same from all.</summary>
    private static IEnumerable<double> MeanOf(int c, int[] labels)
    {
        var members = labels.Count(l => l == c);
        return labels.Select(l => members == 0 ? 1.0 / labels.Length : l == c ? 1.0 / members : 0);
    }
}

/// <summary>Systems of a positive semidefinite matrix with something added to its diagonal.</summary>
internal static class Ridge
{
    /// <summary>Solves (matrix + added I) x = right.</summary>
    public static Tensor Solve(Tensor matrix, double added, Tensor right)
    {
        using var scope = NewDisposeScope();
        using Scalar number = added;
        var system = matrix.clone();
        system.diagonal().add_(ones(matrix.shape[0], float64), number);
        return cholesky_solve(right, linalg.cholesky(system)).MoveToOuterDisposeScope();
    }
}
