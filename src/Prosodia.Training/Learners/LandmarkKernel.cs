using Prosodia.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Learners;

/// <summary>
/// Sums over recordings, whose rows are values of a kernel with each landmark: all that fitting needs, and those of
/// groups add up to those of all.
/// </summary>
/// <param name="Squares">Of products of the values, (landmarks, landmarks).</param>
/// <param name="Classes">Of the values of each class, or times each number, (outputs, landmarks).</param>
/// <param name="Counts">Of the weights of each class, (outputs, 1).</param>
internal sealed record LandmarkSums(Tensor Squares, Tensor Classes, Tensor Counts)
{
    /// <summary>Over no recording.</summary>
    public static LandmarkSums Zero(int landmarks, int classes) =>
        new(zeros(landmarks, landmarks, float64), zeros(classes, landmarks, float64), zeros(classes, 1, float64));

    /// <summary>Over all recordings of several.</summary>
    public static LandmarkSums Total(IReadOnlyList<LandmarkSums> groups)
    {
        var total = Zero((int)groups[0].Squares.shape[0], (int)groups[0].Classes.shape[0]);
        foreach (var group in groups)
        {
            total.Squares.add_(group.Squares, PinnedScalars.One);
            total.Classes.add_(group.Classes, PinnedScalars.One);
            total.Counts.add_(group.Counts, PinnedScalars.One);
        }
        return total;
    }

    /// <summary>Adds recordings.</summary>
    /// <param name="rows">Their values, (recordings, landmarks).</param>
    /// <param name="targets">What each counts for each class, or its numbers.</param>
    /// <param name="weights">Their weights.</param>
    public void Add(Tensor rows, double[][] targets, double[] weights)
    {
        using var scope = NewDisposeScope();
        using var _ = rows;
        var weight = tensor(weights).clone().unsqueeze(1);
        var members = tensor([.. targets.SelectMany(t => t)], [targets.Length, Classes.shape[0]]).clone();
        Squares.add_(rows.t().matmul(rows.mul(weight)), PinnedScalars.One);
        Classes.add_(members.t().matmul(rows), PinnedScalars.One);
        Counts.add_(members.sum([0]).unsqueeze(1), PinnedScalars.One);
    }
}

/// <summary>A kernel by its values with landmarks, and what can be fitted in the space that these span.</summary>
internal sealed class LandmarkKernel
{
    private const double Negligible = 1e-6; // share of the largest eigenvalue, beyond what 32 bits hold

    private readonly LandmarkProducts _products;
    private readonly double? _width;
    private readonly Tensor _basis; // (landmarks, dimensions): values to coordinates
    private readonly Tensor _landmarkSquares;

    private LandmarkKernel(LandmarkProducts products, double? width)
    {
        (_products, _width) = (products, width);
        _landmarkSquares = products.Squares[0].index_select(0, products.LandmarkRows);
        using var scope = NewDisposeScope();
        var among = Values(products.Among, _landmarkSquares);
        var (eigenvalues, vectors) = linalg.eigh(among);
        var values = eigenvalues.data<double>().ToArray();
        long[] kept = [.. values.Index().Where(v => v.Item > Negligible * values[^1]).Select(v => (long)v.Index)];
        var scale = tensor([.. kept.Select(i => 1 / Math.Sqrt(values[i]))]).clone();
        _basis = vectors.index_select(1, tensor(kept)).mul(scale.unsqueeze(0)).MoveToOuterDisposeScope();
    }

    /// <summary>The inner product of features.</summary>
    public static LandmarkKernel Linear(LandmarkProducts products) => new(products, null);

    /// <summary>exp(-width x mean squared difference) of features.</summary>
    public static LandmarkKernel Radial(LandmarkProducts products, double width) => new(products, width);

    /// <summary>Whether what is fitted gives each class the same weight by weights of recordings.</summary>
    public bool IsBalanced => _width is not null;

    /// <summary>The values of recordings, (recordings, landmarks).</summary>
    public Tensor Rows(int speed, int[] recordings)
    {
        using var scope = NewDisposeScope();
        var places = tensor([.. recordings.Select(u => (long)u)]);
        return Values(
                _products.WithLandmarks[speed].index_select(0, places).to(float64),
                _products.Squares[speed].index_select(0, places)
            )
            .MoveToOuterDisposeScope();
    }

    /// <summary>Scores of recordings, (recordings, settings x classes).</summary>
    /// <param name="speed">At which speed.</param>
    /// <param name="recordings">The recordings.</param>
    /// <param name="weights">Of <see cref="Lda"/> or <see cref="Ridge"/>, side by side.</param>
    public Tensor Score(int speed, int[] recordings, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var landmarks = weights.shape[0] - 1;
        return Rows(speed, recordings)
            .matmul(weights.narrow(0, 0, landmarks))
            .add(weights.narrow(0, landmarks, 1), PinnedScalars.One)
            .MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Shrinkage LDA as <see cref="ShrinkageLda"/> fits it; gives for each strength weights of the values and a bias,
    /// (landmarks + 1, classes).
    /// </summary>
    /// <param name="sums">Over the recordings to fit to.</param>
    /// <param name="shrinkages">Towards a multiple of the identity.</param>
    /// <param name="features">How many features there are.</param>
    public Tensor[] Lda(LandmarkSums sums, IEnumerable<double> shrinkages, int features)
    {
        using var scope = NewDisposeScope();
        using Scalar least = 1e-9;
        var count = sums.Counts.sum().data<double>()[0];
        var mean = sums.Classes.div(sums.Counts.clamp_min(least)).matmul(_basis); // (classes, dimensions)
        var scatter = Projected(sums).add_(mean.t().matmul(sums.Counts.mul(mean)), PinnedScalars.MinusOne);
        return
        [
            .. shrinkages.Select(shrinkage =>
            {
                using var own = NewDisposeScope();
                using Scalar share = (1 - shrinkage) / count;
                var within = scatter.mul(share);
                var level = shrinkage / (1 - shrinkage) * within.diagonal().sum().data<double>()[0] / features;
                var weights = Learners.Ridge.Solve(within, level, mean.t()); // (dimensions, classes)
                var bias = mean.t().mul(weights).sum([0]).mul(PinnedScalars.Half).neg();
                return Kept(cat([_basis.matmul(weights), bias.unsqueeze(0)], 0), scope);
            }),
        ];
    }

    /// <summary>
    /// Ridge regression onto the classes as <see cref="KernelRidge"/> fits it; gives for each penalty weights of the
    /// values and no bias, (landmarks + 1, classes).
    /// </summary>
    /// <param name="sums">Over the recordings to fit to.</param>
    /// <param name="penalties">On the squares of the weights.</param>
    public Tensor[] Ridge(LandmarkSums sums, IEnumerable<double> penalties)
    {
        using var scope = NewDisposeScope();
        var classes = sums.Classes.shape[0];
        using Scalar others = -1.0 / (classes - 1),
            own = 1 + 1.0 / (classes - 1);
        // 1 for the class, -1 / (classes - 1) for the others
        var target = sums.Classes.mul(own).add(sums.Classes.sum([0]).unsqueeze(0), others).t(); // (landmarks, classes)
        var (products, right) = (Projected(sums), _basis.t().matmul(target));
        return
        [
            .. penalties.Select(penalty =>
            {
                using var each = NewDisposeScope();
                var weights = Learners.Ridge.Solve(products, penalty, right);
                return Kept(cat([_basis.matmul(weights), zeros(1, classes, float64)], 0), scope);
            }),
        ];
    }

    /// <summary>
    /// Ridge regression onto numbers as <see cref="RidgeRegression"/> fits it; gives for each penalty weights of the
    /// values and a bias, (landmarks + 1, targets).
    /// </summary>
    /// <param name="sums">Over the recordings to fit to, their numbers less the means.</param>
    /// <param name="penalties">On the squares of the weights.</param>
    /// <param name="means">Of the numbers.</param>
    public Tensor[] Regression(LandmarkSums sums, IEnumerable<double> penalties, double[] means)
    {
        using var scope = NewDisposeScope();
        var (products, right) = (Projected(sums), _basis.t().matmul(sums.Classes.t()));
        var bias = tensor(means).clone().unsqueeze(0);
        return
        [
            .. penalties.Select(penalty =>
            {
                using var each = NewDisposeScope();
                var weights = Learners.Ridge.Solve(products, penalty, right);
                return Kept(cat([_basis.matmul(weights), bias], 0), scope);
            }),
        ];
    }

    /// <summary>The sums of products in the space that the landmarks span, (dimensions, dimensions).</summary>
    private Tensor Projected(LandmarkSums sums) => _basis.t().matmul(sums.Squares).matmul(_basis);

    /// <summary>Moves a tensor out of the current scope and out of the one around it.</summary>
    private static Tensor Kept(Tensor tensor, DisposeScope around)
    {
        tensor.MoveToOuterDisposeScope();
        around.MoveToOuter(tensor);
        return tensor;
    }

    private Tensor Values(Tensor products, Tensor squares)
    {
        if (_width is not { } width)
            return products;
        using Scalar exponent = -width;
        return products
            .mul(PinnedScalars.MinusTwo)
            .add_(squares.unsqueeze(1), PinnedScalars.One)
            .add_(_landmarkSquares.unsqueeze(0), PinnedScalars.One)
            .clamp_min_(PinnedScalars.Zero)
            .mul_(exponent)
            .exp_();
    }
}
