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
    /// <param name="outputs">Scores of an utterance, such as one an emotion.</param>
    /// <param name="dropout">Probability to drop a mean while training.</param>
    /// <param name="generator">Where dropout draws from.</param>
    public MeanClassifier(int features, int outputs, double dropout, Generator generator)
        : base(nameof(MeanClassifier))
    {
        @out = nn.Linear(features, outputs);
        this.dropout = new SeededDropout(dropout, generator);
        RegisterComponents();
    }

    /// <summary>Scores, (B, outputs).</summary>
    /// <param name="items">The items of all sequences on one axis, (items, features).</param>
    /// <param name="lengths">How many items each sequence has, at least 1, (B).</param>
    public override Tensor forward(Tensor items, Tensor lengths)
    {
        // (B, features)
        var means = stack(items.split(lengths.data<long>().ToArray()).Select(sequence => sequence.mean([0])).ToArray());
        return @out.forward(dropout.forward(means)); // (B, outputs)
    }
}
