using static TorchSharp.torch;

namespace Prosodia.Training.Data;

/// <summary>
/// The input of a network: for each utterance a sequence of items of one shape, one a key segment. Sequences differ in
/// length, so a batch is all its items on one axis, with the length of each sequence.
/// </summary>
/// <param name="Kind">What the items are.</param>
/// <param name="Sequences">The items of each utterance, one after the other, row-major.</param>
/// <param name="ItemShape">The shape of an item; its first axis is the feature that normalization goes by.</param>
internal sealed record SequenceSet(InputKind Kind, IReadOnlyList<float[]> Sequences, long[] ItemShape)
{
    /// <summary>The items of each utterance played at other speeds, by speed.</summary>
    public IReadOnlyList<IReadOnlyList<float[]>> Perturbed { get; init; } = [];

    /// <summary>Numbers of an item.</summary>
    public int ItemSize => (int)ItemShape.Aggregate(1L, (a, b) => a * b);

    /// <summary>The items of each utterance by speed: as recorded, then played at other speeds.</summary>
    public IReadOnlyList<IReadOnlyList<float[]>> Speeds => [Sequences, .. Perturbed];

    /// <summary>Copies sequences into a tensor, (items, item shape...), with the lengths, (sequences).</summary>
    public (Tensor Items, Tensor Lengths) Batch(IReadOnlyCollection<float[]> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        long[] lengths = [.. sequences.Select(s => (long)s.Length / ItemSize)];
        var items = empty([lengths.Sum(), .. ItemShape]);
        var bytes = items.bytes;
        foreach (var sequence in sequences)
        {
            var source = System.Runtime.InteropServices.MemoryMarshal.AsBytes(sequence.AsSpan());
            source.CopyTo(bytes);
            bytes = bytes[source.Length..];
        }
        return (items, tensor(lengths));
    }
}
