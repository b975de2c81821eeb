using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Optimization;

/// <summary>
/// Votes of raters: the cross-entropy of what is learned of them, weighted so that every class has the same weight, and
/// smoothed as labels are (<see cref="ClassObjective"/>). Source: Fayek, Lech and Cavedon, Modeling Subjectiveness in
/// Emotion Recognition with Deep Neural Networks, IJCNN 2016, for soft labels.
/// </summary>
/// <param name="targets">What an utterance counts for each class, (classes): its share of the votes, or what its
/// majority weighs; drawn anew for each batch where the second argument is not null.</param>
/// <param name="classes">How many classes there are.</param>
/// <param name="smoothing">What part of each target is spread over all classes.</param>
internal sealed class VoteObjective(Func<int, Random?, double[]> targets, int classes, double smoothing) : IObjective
{
    private float[] _weights = [];

    /// <inheritdoc/>
    public int Outputs => classes;

    /// <inheritdoc/>
    public void Fit(int[] train)
    {
        ArgumentNullException.ThrowIfNull(train);
        double[][] rows = [.. train.Select(u => targets(u, null))];
        var all = rows.Sum(r => r.Sum());
        _weights =
        [
            .. Enumerable
                .Range(0, classes)
                .Select(c => rows.Sum(r => r[c]) is > 0 and var sum ? (float)(all / (classes * sum)) : 1),
        ];
    }

    /// <inheritdoc/>
    public (Tensor Gradient, Tensor Reported) Loss(Tensor scores, int[] batch, Random random)
    {
        using Scalar sure = 1 - smoothing,
            unsure = -smoothing;
        var output = nn.functional.log_softmax(scores, 1);
        var loss = CrossEntropy(output, batch, random);
        return (loss.mul(sure).add(output.mean(), unsure), loss);
    }

    /// <inheritdoc/>
    public Tensor ValidationLoss(Tensor scores, int[] utterances) =>
        CrossEntropy(nn.functional.log_softmax(scores, 1), utterances, null);

    /// <inheritdoc/>
    public double[][] Predict(Tensor scores) => ClassObjective.Probabilities(scores, classes);

    private Tensor CrossEntropy(Tensor output, int[] utterances, Random? random)
    {
        double[][] rows = [.. utterances.Select(u => targets(u, random))];
        float[] weighted = [.. rows.SelectMany(r => r.Select((t, c) => (float)t * _weights[c]))];
        using Scalar share = -1 / Math.Max(1e-12, weighted.Sum(w => (double)w));
        var target = tensor(weighted, [utterances.Length, classes]).clone();
        return output.mul(target).sum().mul(share);
    }
}
