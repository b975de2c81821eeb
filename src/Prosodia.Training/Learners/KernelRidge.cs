using Prosodia.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Learners;

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

    public IReadOnlyList<Tensor> Scores(InnerProducts products, Tensor targets)
    {
        var classes = targets.shape[1];
        using Scalar own = 1 + 1.0 / (classes - 1),
            others = -1.0 / (classes - 1),
            tiny = 1e-300;
        using var all = NewDisposeScope();
        // each class has the same weight
        var balanced = targets.mul(Balance(targets));
        var weight = balanced.sum([1], keepdim: true); // (n, 1)
        var root = weight.sqrt();
        // 1 for the class, -1 / (classes - 1) for the others; of several, their mean
        var target = balanced.div(weight.clamp_min(tiny)).mul(own).add(others).mul(root);
        var scores = new List<Tensor>();
        foreach (var width in Widths)
        {
            using var scope = NewDisposeScope();
            var (known, asked) = Radial(products, width);
            var weighted = known.mul_(root).mul_(root.t()); // W^1/2 K W^1/2
            var kernel = asked.mul_(root.t());
            foreach (var penalty in Penalties)
            {
                scores.Add(kernel.matmul(Ridge.Solve(weighted, penalty, target)));
                scope.MoveToOuter(scores[^1]);
            }
        }
        foreach (var tensor in scores)
            all.MoveToOuter(tensor);
        return scores;
    }

    /// <summary>What each class is multiplied by so that all have the same weight, (classes).</summary>
    public static Tensor Balance(Tensor targets)
    {
        var counts = targets.sum([0]).data<double>().ToArray();
        var all = counts.Sum();
        return tensor([.. counts.Select(c => c > 0 ? all / (counts.Length * c) : 0)]).clone();
    }

    /// <summary>The RBF kernel of the training examples, (n, n), and of those to score with them, (m, n).</summary>
    public static (Tensor Known, Tensor Asked) Radial(InnerProducts products, double width)
    {
        using var scope = NewDisposeScope();
        using Scalar exponent = -width;
        var squares = products.Known.diagonal();
        return (
            SquaredDistances(products.Known, squares, squares).mul_(exponent).exp_().MoveToOuterDisposeScope(),
            SquaredDistances(products.Asked, products.AskedSquares, squares)
                .mul_(exponent)
                .exp_()
                .MoveToOuterDisposeScope()
        );
    }

    private static Tensor SquaredDistances(Tensor products, Tensor rows, Tensor columns) =>
        products
            .mul(PinnedScalars.MinusTwo)
            .add_(rows.unsqueeze(1), PinnedScalars.One)
            .add_(columns.unsqueeze(0), PinnedScalars.One)
            .clamp_min_(PinnedScalars.Zero);
}
