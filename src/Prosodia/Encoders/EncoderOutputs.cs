using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Prosodia.Encoders;

/// <summary>
/// What is read of a network: a vector, a sequence, or the sequences of several layers, each an output of its own or
/// all in one.
/// </summary>
/// <param name="Names">The outputs, in the order of layers.</param>
/// <param name="Rank">Axes of each: 2 for a vector, 3 for a sequence, 4 for several sequences.</param>
/// <param name="LayersFirst">Of several sequences, whether layers come before the batch.</param>
internal sealed record EncoderOutputs(IReadOnlyList<string> Names, int Rank, bool LayersFirst)
{
    /// <summary>Reads the declaration.</summary>
    /// <exception cref="InputException">The network gives something else.</exception>
    public static EncoderOutputs Understand(string file, InferenceSession session)
    {
        var floats = session
            .OutputNames.Select(name => (Name: name, Metadata: session.OutputMetadata[name]))
            .Where(o => o.Metadata.ElementDataType == TensorElementType.Float)
            .ToArray();
        string[] OfRank(int rank) => [.. floats.Where(o => o.Metadata.Dimensions.Length == rank).Select(o => o.Name)];
        if (OfRank(4) is [var stacked, ..])
            return new EncoderOutputs([stacked], 4, session.OutputMetadata[stacked].Dimensions[0] > 1);
        var sequences = OfRank(3);
        var hidden = sequences.Where(s => Number(s) is not null).OrderBy(Number).ToArray();
        if (hidden.Length > 1)
            return new EncoderOutputs(hidden, 3, LayersFirst: false);
        if (sequences is [var sequence, ..])
            return new EncoderOutputs([sequence], 3, LayersFirst: false);
        var vectors = OfRank(2);
        if (vectors.Length > 0)
            return new EncoderOutputs(
                [vectors.FirstOrDefault(v => v.Contains("hidden", StringComparison.OrdinalIgnoreCase)) ?? vectors[0]],
                2,
                LayersFirst: false
            );
        throw new InputException(
            file,
            "gives no vector [N, features], no sequence [N, frames, features] and no layers of 32-bit floats",
            "Export the encoder alone, with its hidden states as outputs (docs/encoders.md)"
        );
    }

    /// <summary>Layers that were given.</summary>
    /// <param name="values">The outputs, with a batch of one.</param>
    public int LayersOf(IReadOnlyList<OrtValue> values) =>
        Rank == 4 ? (int)values[0].GetTensorTypeAndShape().Shape[LayersFirst ? 0 : 1] : values.Count;

    /// <summary>Numbers of a frame.</summary>
    /// <param name="values">The outputs, with a batch of one.</param>
    public static int WidthOf(IReadOnlyList<OrtValue> values) => (int)values[0].GetTensorTypeAndShape().Shape[^1];

    /// <summary>The frames of a layer that count, (frames, width), row-major.</summary>
    /// <param name="values">The outputs, with a batch of one.</param>
    /// <param name="layer">From 0.</param>
    /// <param name="item">What was encoded.</param>
    public ReadOnlySpan<float> FramesOf(IReadOnlyList<OrtValue> values, int layer, EncoderItem item)
    {
        var (width, frames) = (WidthOf(values), Rank == 2 ? 1 : (int)values[0].GetTensorTypeAndShape().Shape[^2]);
        var valid = item.PresentOf(frames);
        var all = values[Rank == 4 ? 0 : layer].GetTensorDataAsSpan<float>();
        return all.Slice(Rank == 4 ? layer * frames * width : 0, valid * width);
    }

    /// <summary>The number that an output's name ends with; null for none.</summary>
    private static int? Number(string name)
    {
        var digits = name.Length - name.AsSpan().TrimEnd("0123456789").Length;
        return digits is > 0 and < 6
            ? int.Parse(name[^digits..], System.Globalization.CultureInfo.InvariantCulture)
            : null;
    }
}
