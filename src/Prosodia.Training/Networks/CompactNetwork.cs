using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Prosodia.Training.Networks;

/// <summary>
/// The <c>compact</c> model: a small convolutional network over each key segment's log spectrogram, trained together
/// with the classifier over the utterance. About 2.5 million weights, most of them the BiLSTM's.
/// </summary>
public sealed class CompactNetwork : nn.Module<Tensor, Tensor, Tensor>
{
    private const int Features = 128;

    private readonly Sequential cnn, project;
    private readonly SeededDropout dropout;
    private readonly nn.Module<Tensor, Tensor, Tensor> head;

    /// <summary>Makes the network.</summary>
    /// <param name="head">Makes the classifier from the number of its features.</param>
    /// <param name="dropout">Probability to drop a feature while training.</param>
    /// <param name="generator">Where dropout draws from.</param>
    public CompactNetwork(Func<int, nn.Module<Tensor, Tensor, Tensor>> head, double dropout, Generator generator) : base(nameof(CompactNetwork))
    {
        cnn = nn.Sequential(                       // (N, 1, 257, 63)
            Block(1, 16, (7, 3), (4, 2), (3, 1)),  // (N, 16, 65, 32)
            Block(16, 32, (3, 3), (2, 2), (1, 1)), // (N, 32, 33, 16)
            Block(32, 64, (3, 3), (2, 2), (1, 1)), // (N, 64, 17, 8)
            Block(64, 64, (3, 3), (2, 2), (1, 1))); // (N, 64, 9, 4)
        project = nn.Sequential(nn.Linear(64 * 9, Features), nn.BatchNorm1d(Features), nn.ReLU());
        this.dropout = new SeededDropout(dropout, generator);
        this.head = head(Features);
        RegisterComponents();
    }

    /// <summary>Log-probabilities, (B, classes).</summary>
    /// <param name="spectrograms">Log spectrograms of all utterances on one axis, (N, 257, 63).</param>
    /// <param name="lengths">How many key segments each utterance has, (B).</param>
    public override Tensor forward(Tensor spectrograms, Tensor lengths)
    {
        var maps = cnn.forward(spectrograms.unsqueeze(1));                               // (N, 64, 9, 4)
        var features = project.forward(dropout.forward(maps.mean([3]).flatten(1)));      // (N, 128); time is averaged, frequency kept
        return head.call(dropout.forward(features), lengths);                         // (B, classes)
    }

    private static Sequential Block(int from, int to, (long, long) kernel, (long, long) stride, (long, long) padding) =>
        nn.Sequential(nn.Conv2d(from, to, kernel, stride, padding, bias: false), nn.BatchNorm2d(to), nn.ReLU());
}
