using Prosodia.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Optimization;

/// <summary>
/// Numbers: 1 less the concordance correlation coefficient of a batch, the mean over the targets. Source: Weninger et
/// al., Discriminatively Trained Recurrent Neural Networks for Continuous Dimensional Emotion Recognition from Audio,
/// IJCAI 2016.
/// </summary>
/// <param name="values">The numbers of each utterance, (targets).</param>
internal sealed class ConcordanceObjective(IReadOnlyList<double[]> values) : IObjective
{
    private const double LeastDeviation = 1e-9;

    private double[] _means = [],
        _deviations = [];

    /// <inheritdoc/>
    public int Outputs => values[0].Length;

    /// <summary>Measures the scale of the training utterances' numbers, on which the network works.</summary>
    public void Fit(int[] train)
    {
        ArgumentNullException.ThrowIfNull(train);
        _means = [.. Enumerable.Range(0, Outputs).Select(t => train.Average(u => values[u][t]))];
        _deviations =
        [
            .. _means.Select(
                (mean, t) => Math.Max(LeastDeviation, Math.Sqrt(train.Average(u => Math.Pow(values[u][t] - mean, 2))))
            ),
        ];
    }

    /// <inheritdoc/>
    public (Tensor Gradient, Tensor Reported) Loss(Tensor scores, int[] batch, Random random)
    {
        var loss = ValidationLoss(scores, batch);
        return (loss, loss);
    }

    /// <inheritdoc/>
    public Tensor ValidationLoss(Tensor scores, int[] utterances)
    {
        using Scalar tiny = 1e-6,
            two = 2.0;
        float[] scaled =
        [
            .. utterances.SelectMany(u => values[u].Select((v, t) => (float)((v - _means[t]) / _deviations[t]))),
        ];
        var truth = tensor(scaled, [utterances.Length, Outputs]).clone();
        Tensor truthMean = truth.mean([0]),
            mean = scores.mean([0]);
        Tensor truthApart = truth.sub(truthMean),
            apart = scores.sub(mean),
            difference = mean.sub(truthMean);
        var shared = apart.mul(truthApart).mean([0]).mul(two);
        var all = apart
            .mul(apart)
            .mean([0])
            .add(truthApart.mul(truthApart).mean([0]), PinnedScalars.One)
            .add(difference.mul(difference), PinnedScalars.One)
            .add(tiny);
        return shared.div(all).mean().neg().add(PinnedScalars.One);
    }

    /// <summary>The numbers: the mean over speeds, on the targets' own scale.</summary>
    public double[][] Predict(Tensor scores)
    {
        var mean = scores.mean([0]).to(float64).data<double>().ToArray();
        return [.. mean.Chunk(Outputs).Select(row => row.Select((x, t) => _means[t] + _deviations[t] * x).ToArray())];
    }
}
