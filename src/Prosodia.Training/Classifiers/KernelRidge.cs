using Prosodia.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Classifiers;

/// <summary>
/// Ridge regression onto the classes in the space of an RBF kernel, examples weighted so that each class has the same
/// weight. Sources: Saunders et al., ICML 1998; Toh et al., weighted kernel ridge, 2008.
/// </summary>
internal sealed class KernelRidge : IClosedForm
{
    /// <summary>The widths that are tried: the kernel is exp(-width * mean squared difference).</summary>
    public static IReadOnlyList<double> Widths { get; } = [0.1, 0.4];

    /// <summary>The penalties that are tried.</summary>
    public static IReadOnlyList<double> Penalties { get; } = [0.1, 0.3];

    public string Name => "kernel ridge";

    public IReadOnlyList<string> Settings { get; } =
    [.. Widths.SelectMany(w => Penalties.Select(p => FormattableString.Invariant($"width {w}, penalty {p}")))];

    public IReadOnlyList<Tensor> Scores(InnerProducts products, int[] labels, int classes)
    {
        var squares = products.Known.diagonal();
        var between = SquaredDistances(products.Known, squares, squares);
        var toAsked = SquaredDistances(products.Asked, products.AskedSquares, squares);
        double[] share =
        [
            .. labels.Select(label => Math.Sqrt((double)labels.Length / (classes * labels.Count(l => l == label)))),
        ];
        var weight = tensor(share).clone().unsqueeze(1); // (n, 1)
        var target =
            weight
            * tensor(
                labels
                    .SelectMany(l => Enumerable.Range(0, classes).Select(c => c == l ? 1.0 : -1.0 / (classes - 1)))
                    .ToArray(),
                [labels.Length, classes]
            );
        var scores = new List<Tensor>();
        foreach (var width in Widths)
        {
            using var scope = NewDisposeScope();
            using Scalar exponent = -width;
            var weighted = between.mul(exponent).exp_().mul_(weight).mul_(weight.t()); // W^1/2 K W^1/2
            var kernel = toAsked.mul(exponent).exp_().mul_(weight.t());
            foreach (var penalty in Penalties)
                scores.Add(kernel.matmul(Ridge.Solve(weighted, penalty, target)).MoveToOuterDisposeScope());
        }
        return scores;
    }

    private static Tensor SquaredDistances(Tensor products, Tensor rows, Tensor columns) =>
        products
            .mul(PinnedScalars.MinusTwo)
            .add_(rows.unsqueeze(1), PinnedScalars.One)
            .add_(columns.unsqueeze(0), PinnedScalars.One)
            .clamp_min_(PinnedScalars.Zero);
}
