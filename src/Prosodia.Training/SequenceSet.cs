using static TorchSharp.torch;

namespace Prosodia.Training;

/// <summary>
/// The input of a network: for each utterance a sequence of items of one shape, one a key segment. Sequences differ in
/// length, so a batch is all its items on one axis, with the length of each sequence.
/// </summary>
/// <param name="Sequences">The items of each utterance, one after the other, row-major.</param>
/// <param name="ItemShape">The shape of an item; its first axis is the feature that normalisation goes by.</param>
/// <param name="Labels">The class of each utterance, from 0.</param>
public sealed record SequenceSet(IReadOnlyList<float[]> Sequences, long[] ItemShape, IReadOnlyList<int> Labels)
{
    /// <summary>Numbers of an item.</summary>
    public int ItemSize { get; } = (int)ItemShape.Aggregate(1L, (a, b) => a * b);

    /// <summary>How many items an utterance has.</summary>
    public int Length(int utterance) => Sequences[utterance].Length / ItemSize;

    /// <summary>Copies the items of some utterances into a tensor, (items, item shape...), with the lengths, (utterances).</summary>
    public (Tensor Items, Tensor Lengths) Batch(ReadOnlySpan<int> utterances)
    {
        var lengths = new long[utterances.Length];
        for (var i = 0; i < lengths.Length; i++) lengths[i] = Length(utterances[i]);
        var items = empty([lengths.Sum(), .. ItemShape]);
        var bytes = items.bytes;
        foreach (var utterance in utterances)
        {
            var sequence = System.Runtime.InteropServices.MemoryMarshal.AsBytes(Sequences[utterance].AsSpan());
            sequence.CopyTo(bytes);
            bytes = bytes[sequence.Length..];
        }
        return (items, tensor(lengths));
    }

    /// <summary>The classes of some utterances, (utterances).</summary>
    public Tensor LabelsOf(ReadOnlySpan<int> utterances)
    {
        var labels = new long[utterances.Length];
        for (var i = 0; i < labels.Length; i++) labels[i] = Labels[utterances[i]];
        return tensor(labels);
    }
}
