using static TorchSharp.torch;

namespace Prosodia.Training.Learners;

/// <summary>
/// Ridge regression onto numbers, linear or in the space of an RBF kernel; their means are not penalized. Source:
/// Saunders et al., Ridge Regression Learning Algorithm in Dual Variables, ICML 1998.
/// </summary>
/// <param name="isRadial">Whether it works in the space of an RBF kernel.</param>
internal sealed class RidgeRegression(bool isRadial) : IClosedForm
{
    /// <summary>The penalties that are tried of linear regression.</summary>
    public static IReadOnlyList<double> LinearPenalties { get; } = [3, 10, 30, 100, 300];

    /// <summary>The penalties that are tried in the space of the kernel.</summary>
    public static IReadOnlyList<double> RadialPenalties { get; } = [0.1, 0.3, 1];

    /// <inheritdoc/>
    public string Name => isRadial ? "kernel ridge regression" : "ridge regression";

    /// <inheritdoc/>
    public IReadOnlyList<string> Settings { get; } =
    [
        .. isRadial
            ? KernelRidge.Widths.SelectMany(w =>
                RadialPenalties.Select(p => FormattableString.Invariant($"width {w}, penalty {p}"))
            )
            : LinearPenalties.Select(p => FormattableString.Invariant($"penalty {p}")),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Scores(InnerProducts products, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(products);
        using var all = NewDisposeScope();
        var means = targets.mean([0]);
        var centered = targets.sub(means);
        var scores = new List<Tensor>();
        foreach (var kernel in Kernels(products))
        {
            using var own = NewDisposeScope(); // a kernel is as large as all examples squared
            var (known, asked) = kernel();
            foreach (var penalty in isRadial ? RadialPenalties : LinearPenalties)
            {
                using var scope = NewDisposeScope();
                scores.Add(asked.matmul(Ridge.Solve(known, penalty, centered)).add_(means, Torch.PinnedScalars.One));
                scope.MoveToOuter(scores[^1]);
                own.MoveToOuter(scores[^1]);
            }
        }
        foreach (var tensor in scores)
            all.MoveToOuter(tensor);
        return scores;
    }

    private IEnumerable<Func<(Tensor Known, Tensor Asked)>> Kernels(InnerProducts products) =>
        isRadial
            ? KernelRidge.Widths.Select<double, Func<(Tensor, Tensor)>>(w => () => KernelRidge.Radial(products, w))
            : [() => (products.Known, products.Asked)];
}
