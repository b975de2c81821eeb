using Prosodia.Training.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Prosodia.Training.Networks;

/// <summary>
/// Pooling over time by attention: the weighted mean and deviation of what each moment tells. Source: Okabe et al.,
/// Attentive Statistics Pooling for Deep Speaker Embedding, Interspeech 2018.
/// </summary>
internal sealed class AttentiveStatistics : nn.Module<Tensor, Tensor, Tensor>
{
    private const int Units = 64;

    private readonly Sequential attention;

    /// <summary>Makes the pooling of so many features.</summary>
    public AttentiveStatistics(int features)
        : base(nameof(AttentiveStatistics))
    {
        attention = nn.Sequential(nn.Linear(features, Units), nn.Tanh(), nn.Linear(Units, 1));
        RegisterComponents();
    }

    /// <summary>Whether each of so many steps is before a sequence's end, (B, T).</summary>
    /// <param name="lengths">Steps of each sequence.</param>
    /// <param name="steps">Steps of the longest.</param>
    public static Tensor Present(long[] lengths, long steps) =>
        tensor(Enumerable.Range(0, (int)steps).Select(i => (long)i).ToArray())
            .unsqueeze(0)
            .lt(tensor(lengths).unsqueeze(1));

    /// <summary>Mean and deviation, (B, 2 features).</summary>
    /// <param name="steps">(B, T, features).</param>
    /// <param name="present">False at the steps after a sequence's end, (B, T, 1).</param>
    public override Tensor forward(Tensor steps, Tensor present)
    {
        var scores = attention.forward(steps).where(present, tensor(-1e4f)); // (B, T, 1)
        var weights = nn.functional.softmax(scores, dim: 1);
        var mean = weights.mul(steps).sum(1); // (B, features)
        var variance = weights.mul(steps.mul(steps)).sum(1).add(mean.mul(mean), PinnedScalars.MinusOne);
        return cat([mean, variance.maximum(tensor(1e-6f)).sqrt()], 1);
    }
}
