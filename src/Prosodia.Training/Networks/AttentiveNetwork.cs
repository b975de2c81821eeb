using Prosodia.Training.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Prosodia.Training.Networks;

/// <summary>A small network over what a layer of an encoder gives over time, which it pools by attention.</summary>
internal sealed class AttentiveNetwork : nn.Module<Tensor, Tensor, Tensor>
{
    private const int Features = 128;

    private readonly Linear project,
        @out;
    private readonly AttentiveStatistics pooling;
    private readonly SeededDropout dropout;

    /// <summary>Makes the network.</summary>
    /// <param name="width">Numbers of a frame.</param>
    /// <param name="outputs">Scores of an utterance, such as one an emotion.</param>
    /// <param name="dropout">Probability to drop a feature while training.</param>
    /// <param name="generator">Where dropout draws from.</param>
    public AttentiveNetwork(int width, int outputs, double dropout, Generator generator)
        : base(nameof(AttentiveNetwork))
    {
        project = nn.Linear(width, Features);
        pooling = new AttentiveStatistics(Features);
        this.dropout = new SeededDropout(dropout, generator);
        @out = nn.Linear(2 * Features, outputs);
        RegisterComponents();
    }

    /// <summary>
    /// Scores, (B, outputs); those of an utterance don't depend on the others of its batch.
    /// </summary>
    /// <param name="items">The frames of all utterances on one axis, (N, width).</param>
    /// <param name="lengths">How many frames each utterance has, (B).</param>
    public override Tensor forward(Tensor items, Tensor lengths)
    {
        var counts = lengths.data<long>().ToArray();
        var frames = nn.functional.relu(project.forward(dropout.forward(items))); // (N, features)
        var steps = nn.utils.rnn.pad_sequence(frames.split(counts), batch_first: true); // (B, T, features)
        var present = AttentiveStatistics.Present(counts, steps.shape[1]).unsqueeze(2); // (B, T, 1)
        return @out.forward(dropout.forward(pooling.call(steps, present)));
    }
}
