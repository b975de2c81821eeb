using Prosodia.Training.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Prosodia.Training.Networks;

/// <summary>
/// The paper's classifier (section III-D): a bidirectional LSTM of two layers, 256 units each way, over the key
/// segments of an utterance; the last valid step of each direction. Sequences of different lengths are
/// packed.
/// </summary>
internal sealed class BiLstmClassifier : nn.Module<Tensor, Tensor, Tensor>
{
    private const int Units = 256;

    private readonly LSTM rnn;
    private readonly Linear @out;
    private readonly SeededDropout dropout;

    /// <summary>Makes the network.</summary>
    /// <param name="features">Numbers of an item.</param>
    /// <param name="outputs">Scores of an utterance, such as one an emotion.</param>
    /// <param name="dropout">Probability to drop an output of the LSTM while training.</param>
    /// <param name="generator">Where dropout draws from.</param>
    public BiLstmClassifier(int features, int outputs, double dropout, Generator generator)
        : base(nameof(BiLstmClassifier))
    {
        rnn = nn.LSTM(features, Units, numLayers: 2, batchFirst: true, bidirectional: true);
        @out = nn.Linear(2 * Units, outputs);
        this.dropout = new SeededDropout(dropout, generator);
        RegisterComponents();
    }

    /// <summary>Scores, (B, outputs).</summary>
    /// <param name="items">The items of all sequences on one axis, (items, features).</param>
    /// <param name="lengths">How many items each sequence has, at least 1, (B).</param>
    public override Tensor forward(Tensor items, Tensor lengths)
    {
        var sequences = items.split(lengths.data<long>().ToArray()); // B of (K, features)
        var padded = nn.utils.rnn.pad_sequence(sequences, batch_first: true); // (B, longest K, features)
        var packed = nn.utils.rnn.pack_padded_sequence(padded, lengths, batch_first: true, enforce_sorted: false);
        var (_, last, _) = rnn.call(packed); // (layers x directions, B, units)
        var both = cat([last[-2], last[-1]], dim: 1); // (B, 2 units)
        return @out.forward(dropout.forward(both)); // (B, outputs)
    }
}
