using Prosodia.Training.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Prosodia.Training.Networks;

/// <summary>
/// A network over contours of pitch, voice and spectrum that pools them by attention. About 250,000 weights.
/// </summary>
internal sealed class ContourNetwork : nn.Module<Tensor, Tensor, Tensor>
{
    private const int Features = 128;

    private static readonly (int Kernel, int Stride)[] Shapes = [(5, 2), (3, 1), (3, 2), (3, 1)]; // in time

    private readonly ModuleList<nn.Module<Tensor, Tensor>> layers;
    private readonly AttentiveStatistics pooling;
    private readonly SeededDropout dropout;
    private readonly Linear @out;

    /// <summary>Makes the network.</summary>
    /// <param name="contours">Contours of a frame.</param>
    /// <param name="outputs">Scores of an utterance, such as one an emotion.</param>
    /// <param name="dropout">Probability to drop a feature while training.</param>
    /// <param name="generator">Where dropout draws from.</param>
    public ContourNetwork(int contours, int outputs, double dropout, Generator generator)
        : base(nameof(ContourNetwork))
    {
        layers = nn.ModuleList<nn.Module<Tensor, Tensor>>([
            .. Shapes.Select((s, i) => Block(i == 0 ? contours : Features, s.Kernel, s.Stride)),
        ]);
        pooling = new AttentiveStatistics(Features);
        this.dropout = new SeededDropout(dropout, generator);
        @out = nn.Linear(2 * Features, outputs);
        RegisterComponents();
    }

    /// <summary>
    /// Scores, (B, outputs); those of an utterance don't depend on the others of its batch.
    /// </summary>
    /// <param name="items">The frames of all utterances on one axis, (N, contours).</param>
    /// <param name="lengths">How many frames each utterance has, (B).</param>
    public override Tensor forward(Tensor items, Tensor lengths)
    {
        var counts = lengths.data<long>().ToArray();
        // (B, contours, T)
        var steps = nn.utils.rnn.pad_sequence(items.split(counts), batch_first: true).transpose(1, 2);
        var present = Present(counts, steps);
        foreach (var (layer, (_, stride)) in layers.Zip(Shapes))
        {
            steps = layer.call(steps);
            counts = [.. counts.Select(c => (c + stride - 1) / stride)];
            present = Present(counts, steps);
            steps = steps.where(present, zeros_like(steps)); // what follows an utterance's end stays silence
        }
        var pooled = pooling.call(dropout.forward(steps.transpose(1, 2)), present.transpose(1, 2)); // (B, 256)
        return @out.forward(dropout.forward(pooled));
    }

    private static Tensor Present(long[] counts, Tensor steps) =>
        AttentiveStatistics.Present(counts, steps.shape[2]).unsqueeze(1); // (B, 1, T)

    private static Sequential Block(int from, int kernel, int stride) =>
        nn.Sequential(
            nn.Conv1d(from, Features, kernel, stride, kernel / 2, bias: false),
            new BatchNormalization(Features),
            nn.ReLU()
        );
}
