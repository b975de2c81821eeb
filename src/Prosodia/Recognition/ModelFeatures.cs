using System.Numerics.Tensors;
using Prosodia.Audio;
using Prosodia.Features;

namespace Prosodia.Recognition;

/// <summary>
/// What models read of a stretch of sound, in three views: the hand-made features after <see cref="InputNormalizer"/>,
/// which a telephone or a noisy room change little; the same of the sound as it is, with its level and all that a
/// telephone would take away; and how the descriptors move together.
/// </summary>
internal sealed class ModelFeatures : IUtteranceFeatures
{
    /// <summary>What names of normalized features begin with.</summary>
    public const string Normalized = "normalized_";

    private ModelFeatures() => Id = Sha256Hash.Of($"version {FeatureVersion.Current}\n{string.Join('\n', Names)}");

    /// <summary>The features, which need nothing that would have to be disposed.</summary>
    public static ModelFeatures Acoustic { get; } = new();

    /// <inheritdoc/>
    public string Id { get; }

    /// <inheritdoc/>
    public bool AreNamed => true;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } =
    [
        .. ProsodicFeatures.FeatureNames.Select(n => Normalized + n),
        .. ProsodicFeatures.FeatureNames,
        .. DescriptorCovariances.Names,
    ];

    /// <inheritdoc/>
    public IReadOnlyList<int> Views { get; } =
    [ProsodicFeatures.FeatureNames.Count, ProsodicFeatures.FeatureNames.Count, DescriptorCovariances.Names.Count];

    /// <inheritdoc/>
    public float[] Of(ReadOnlySpan<float> samples)
    {
        var normalized = new ProsodicFeatures(InputNormalizer.Apply(samples).Speech);
        var centered = samples.ToArray();
        if (centered.Length > 0)
        {
            var offset = TensorPrimitives.Sum<float>(centered) / centered.Length;
            TensorPrimitives.Subtract(centered, offset, centered);
        }
        var whole = new ProsodicFeatures(new Recording(centered, []));
        return [.. Values(normalized), .. Values(whole), .. whole.Covariances()];
    }

    /// <inheritdoc/>
    public void Dispose() { }

    private static IEnumerable<float> Values(ProsodicFeatures features) => features.Features().Select(f => f.Value);
}
