using Prosodia.Training.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Prosodia.Training.Networks;

/// <summary>
/// The <c>compact</c> model: a small convolutional network over each key segment's log spectrogram, trained together
/// with the classifier over the utterance. About 2.5 million weights, most of them the BiLSTM's.
/// </summary>
internal sealed class CompactNetwork : nn.Module<Tensor, Tensor, Tensor>
{
    private const int Features = 128;

    private readonly Sequential cnn,
        project;
    private readonly SeededDropout dropout;
    private readonly nn.Module<Tensor, Tensor, Tensor> head;

    /// <summary>Makes the network.</summary>
    /// <param name="head">Makes the classifier from the number of its features.</param>
    /// <param name="dropout">Probability to drop a feature while training.</param>
    /// <param name="generator">Where dropout draws from.</param>
    public CompactNetwork(Func<int, nn.Module<Tensor, Tensor, Tensor>> head, double dropout, Generator generator)
        : base(nameof(CompactNetwork))
    {
        cnn = nn.Sequential( // (N, 1, 64, 63)
            Block(1, 16, (5, 5), (2, 2), (2, 2)), // (N, 16, 32, 32)
            Block(16, 32, (3, 3), (2, 2), (1, 1)), // (N, 32, 16, 16)
            Block(32, 48, (3, 3), (2, 1), (1, 1)), // (N, 48, 8, 16)
            Block(48, 64, (3, 3), (2, 1), (1, 1))
        ); // (N, 64, 4, 16)
        project = nn.Sequential(nn.Linear(2 * 64 * 4, Features), new BatchNormalization(Features), nn.ReLU());
        this.dropout = new SeededDropout(dropout, generator);
        this.head = head(Features);
        RegisterComponents();
    }

    /// <summary>Scores, (B, outputs).</summary>
    /// <param name="spectrograms">Mel spectrograms of all utterances on one axis, (N, 64, 63).</param>
    /// <param name="lengths">How many key segments each utterance has, (B).</param>
    public override Tensor forward(Tensor spectrograms, Tensor lengths)
    {
        var maps = cnn.forward(spectrograms.unsqueeze(1)).flatten(1, 2); // (N, 256, 16); frequency is kept
        // (N, 512); over time
        var statistics = cat([maps.mean([2]), maps.var(2, unbiased: false).maximum(tensor(1e-5f)).sqrt()], 1);
        var features = project.forward(dropout.forward(statistics)); // (N, 128)
        return head.call(dropout.forward(features), lengths); // (B, classes)
    }

    private static Sequential Block(int from, int to, (long, long) kernel, (long, long) stride, (long, long) padding) =>
        nn.Sequential(nn.Conv2d(from, to, kernel, stride, padding, bias: false), new BatchNormalization(to), nn.ReLU());
}
