using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Optimization;

/// <summary>
/// Classes: negative log-likelihood weighted for class balance, with smoothed labels (Szegedy et al., CVPR 2016).
/// </summary>
/// <param name="labels">The class of each utterance, from 0.</param>
/// <param name="classes">How many classes there are.</param>
/// <param name="smoothing">What part of each label is spread over all classes.</param>
internal sealed class ClassObjective(IReadOnlyList<int> labels, int classes, double smoothing) : IObjective
{
    private float[] _weights = [];

    /// <inheritdoc/>
    public int Outputs => classes;

    /// <summary>
    /// Weights each class by the inverse of how often it occurs in training, so that every class has the same weight; 1
    /// for one that doesn't, which validation may have.
    /// </summary>
    public void Fit(int[] train)
    {
        ArgumentNullException.ThrowIfNull(train);
        _weights = new float[classes];
        Array.Fill(_weights, 1);
        foreach (var group in train.GroupBy(u => labels[u]))
            _weights[group.Key] = (float)train.Length / (classes * group.Count());
    }

    /// <inheritdoc/>
    public (Tensor Gradient, Tensor Reported) Loss(Tensor scores, int[] batch, Random random)
    {
        using Scalar sure = 1 - smoothing,
            unsure = -smoothing;
        var output = nn.functional.log_softmax(scores, 1);
        var loss = nn.functional.nll_loss(output, LabelsOf(batch), tensor(_weights));
        return (loss.mul(sure).add(output.mean(), unsure), loss);
    }

    /// <inheritdoc/>
    public Tensor ValidationLoss(Tensor scores, int[] utterances) =>
        nn.functional.nll_loss(nn.functional.log_softmax(scores, 1), LabelsOf(utterances), tensor(_weights));

    /// <summary>The classes' probabilities: the geometric mean over speeds.</summary>
    public double[][] Predict(Tensor scores) => Probabilities(scores, classes);

    /// <inheritdoc cref="Predict"/>
    internal static double[][] Probabilities(Tensor scores, int classes)
    {
        var mean = nn.functional.log_softmax(scores, 2).mean([0]);
        return [.. nn.functional.softmax(mean, 1).to(float64).data<double>().ToArray().Chunk(classes)];
    }

    private Tensor LabelsOf(int[] utterances) => tensor([.. utterances.Select(u => (long)labels[u])]);
}
