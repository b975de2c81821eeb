using Prosodia.Training.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Prosodia.Training.Networks;

/// <summary>The mean of an utterance's items and a linear layer: a classifier without their order.</summary>
internal sealed class MeanClassifier : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Linear @out;
    private readonly SeededDropout dropout;

    /// <summary>Makes the network.</summary>
    /// <param name="features">Numbers of an item.</param>
    /// <param name="classes">Emotions.</param>
    /// <param name="dropout">Probability to drop a mean while training.</param>
    /// <param name="generator">Where dropout draws from.</param>
    public MeanClassifier(int features, int classes, double dropout, Generator generator)
        : base(nameof(MeanClassifier))
    {
        @out = nn.Linear(features, classes);
        this.dropout = new SeededDropout(dropout, generator);
        RegisterComponents();
    }

    /// <summary>Log-probabilities, (B, classes).</summary>
    /// <param name="items">The items of all sequences on one axis, (items, features).</param>
    /// <param name="lengths">How many items each sequence has, at least 1, (B).</param>
    public override Tensor forward(Tensor items, Tensor lengths)
    {
        // (B, features)
        var means = stack(items.split(lengths.data<long>().ToArray()).Select(sequence => sequence.mean([0])).ToArray());
        return nn.functional.log_softmax(@out.forward(dropout.forward(means)), dim: 1); // (B, classes)
    }
}
