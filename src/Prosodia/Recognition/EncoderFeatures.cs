using Prosodia.Encoders;

namespace Prosodia.Recognition;

/// <summary>The features that models read of one layer of an encoder.</summary>
internal sealed class EncoderFeatures : IUtteranceFeatures
{
    /// <summary>Reads a layer.</summary>
    /// <param name="encoder">The encoder; owned from here on.</param>
    /// <param name="layer">The layer, from 0.</param>
    public EncoderFeatures(UtteranceEncoder encoder, int layer)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        (Encoder, Layer) = (encoder, layer);
        Names = NamesOf(encoder, layer);
        Id = IdOf(encoder, layer);
    }

    /// <summary>The encoder.</summary>
    public UtteranceEncoder Encoder { get; }

    /// <summary>The layer, from 0.</summary>
    public int Layer { get; }

    /// <inheritdoc/>
    public string Id { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Views => [Names.Count];

    /// <inheritdoc/>
    public bool AreNamed => false;

    /// <summary><see cref="IUtteranceFeatures.Id"/> of a layer.</summary>
    public static string IdOf(UtteranceEncoder encoder, int layer) =>
        Sha256Hash.Of($"{encoder.Identity}\nlayer {layer}");

    /// <summary>Names of what a layer gives.</summary>
    public static string[] NamesOf(UtteranceEncoder encoder, int layer)
    {
        string[] statistics = encoder.IsVector ? ["vector"] : ["mean", "deviation"];
        return [.. statistics.SelectMany(s => Enumerable.Range(0, encoder.Width).Select(f => $"layer{layer}_{s}_{f}"))];
    }

    /// <inheritdoc/>
    public float[] Of(ReadOnlySpan<float> samples) =>
        Encoder.Encode(samples).AsSpan(Layer * Names.Count, Names.Count).ToArray();

    /// <inheritdoc/>
    public void Dispose() => Encoder.Dispose();
}
