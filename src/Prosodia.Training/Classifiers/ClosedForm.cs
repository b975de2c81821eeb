using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Classifiers;

/// <summary>A classifier in closed form, at several strengths of its regularisation at once.</summary>
internal interface IClosedForm
{
    /// <summary>Name and strength of each result.</summary>
    IReadOnlyList<string> Settings { get; }

    /// <summary>Trains at every strength, and scores examples.</summary>
    /// <param name="known">Training examples, (n, features), standardised.</param>
    /// <param name="labels">Their classes.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="asked">Examples to score, (m, features).</param>
    /// <returns>For each setting scores, (m, classes), the higher the likelier.</returns>
    IReadOnlyList<Tensor> Scores(Tensor known, int[] labels, int classes, Tensor asked);
}

/// <summary>
/// Ridge regression onto the classes in the space of an RBF kernel, examples weighted so that each class has the same say.
/// Sources: Saunders et al., ICML 1998; Toh et al., weighted kernel ridge, 2008.
/// </summary>
internal sealed class KernelRidge : IClosedForm
{
    private static readonly double[] Widths = [0.1, 0.4]; // kernel exp(-width * mean squared difference)
    private static readonly double[] Penalties = [0.03, 0.1, 0.3, 1];

    public IReadOnlyList<string> Settings { get; } = [.. Widths.SelectMany(w => Penalties.Select(p => FormattableString.Invariant($"width {w}, penalty {p}")))];

    public IReadOnlyList<Tensor> Scores(Tensor known, int[] labels, int classes, Tensor asked)
    {
        var (between, toAsked) = (SquaredDistances(known, known), SquaredDistances(asked, known));
        double[] share = [.. labels.Select(label => Math.Sqrt((double)labels.Length / (classes * labels.Count(l => l == label))))];
        using var weight = tensor(share).clone().unsqueeze(1);                                        // (n, 1)
        using var target = weight * tensor(labels.SelectMany(l => Enumerable.Range(0, classes).Select(c => c == l ? 1.0 : -1.0 / (classes - 1))).ToArray(), [labels.Length, classes]);
        var scores = new List<Tensor>();
        foreach (var width in Widths)
        {
            using Scalar exponent = -width / known.shape[1];
            var (values, vectors) = linalg.eigh(between.mul(exponent).exp() * weight * weight.t()); // of W^1/2 K W^1/2
            var projected = vectors.t().matmul(target);
            var kernel = toAsked.mul(exponent).exp() * weight.t();
            foreach (var penalty in Penalties)
            {
                using Scalar added = penalty;
                scores.Add(kernel.matmul(vectors.matmul(projected / values.unsqueeze(1).add(added, Numbers.One))));
            }
        }
        return scores;
    }

    private static Tensor SquaredDistances(Tensor x, Tensor y) =>
        x.mul(x).sum(1).unsqueeze(1).add(y.mul(y).sum(1).unsqueeze(0), Numbers.One).add(x.matmul(y.t()), Numbers.MinusTwo).clamp_min(Numbers.Zero);
}

/// <summary>
/// Linear discriminant analysis whose covariance is drawn towards a multiple of the identity; all classes equally likely.
/// Sources: Friedman, Regularized Discriminant Analysis, JASA 84, 1989; Ledoit and Wolf, 2004.
/// </summary>
internal sealed class ShrinkageLda : IClosedForm
{
    private static readonly double[] Shrinkages = [0.1, 0.3, 0.5, 0.7, 0.85, 0.95];

    public IReadOnlyList<string> Settings { get; } = [.. Shrinkages.Select(s => FormattableString.Invariant($"shrinkage {s}"))];

    public IReadOnlyList<Tensor> Scores(Tensor known, int[] labels, int classes, Tensor asked)
    {
        var member = tensor(Enumerable.Range(0, classes).SelectMany(c => labels.Select(l => l == c ? 1.0 : 0)).ToArray(), [classes, labels.Length]).clone();
        var means = member.matmul(known) / member.sum(1).unsqueeze(1);                             // (classes, features)
        foreach (var missing in Enumerable.Range(0, classes).Except(labels)) means[missing] = known.mean([0]); // as likely as nothing in particular
        var residuals = known.add(member.t().matmul(means), Numbers.MinusOne);
        using Scalar count = (double)labels.Length;
        var (values, vectors) = linalg.eigh(residuals.t().matmul(residuals).div(count));
        var (rotatedMeans, rotated) = (means.matmul(vectors), asked.matmul(vectors));
        var level = values.mean();
        return [.. Shrinkages.Select(shrinkage =>
        {
            using Scalar drawn = shrinkage, kept = 1 - shrinkage;
            var directions = rotatedMeans / values.mul(kept).add(level.mul(drawn), Numbers.One); // (classes, features)
            return rotated.matmul(directions.t()).add((rotatedMeans * directions).sum(1).mul(Numbers.Half).unsqueeze(0), Numbers.MinusOne);
        })];
    }
}
