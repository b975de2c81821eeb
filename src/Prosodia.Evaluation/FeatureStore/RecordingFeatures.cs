using Prosodia.Audio;
using Prosodia.Encoders;
using Prosodia.Features;
using Prosodia.Recognition;

namespace Prosodia.Evaluation.FeatureStore;

/// <summary>A set of features of whole recordings.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Features">Names, units and sources.</param>
/// <param name="Of">Measures a recording.</param>
internal sealed record RecordingFeatures(
    string Name,
    IReadOnlyList<(string Name, string Unit, string Source)> Features,
    Func<Recording, float[]> Of
)
{
    /// <summary>Whether it is defined at any rate, rather than at 16 kHz alone.</summary>
    public bool AnyRate { get; private init; }

    /// <summary>Names of the low-level descriptors; empty where the set has none.</summary>
    public IReadOnlyList<string> DescriptorNames { get; private init; } = [];

    /// <summary>
    /// The low-level descriptors of a recording, (frames, descriptors), row-major; null where the set has none.
    /// </summary>
    public Func<Recording, float[]>? Descriptors { get; private init; }

    /// <summary>The set of what an encoder makes of whole utterances.</summary>
    public const string Utterance = "utterance";

    private const string Eyben = "Eyben et al., IEEE Trans. Affective Computing 7, 2016";

    /// <summary>The 953 hand-made features.</summary>
    public static RecordingFeatures Prosody { get; } =
        new(
            "prosody",
            [.. ProsodicFeatures.FeatureSet.Select(f => (f.Name, f.Unit, f.Source))],
            recording => [.. new ProsodicFeatures(recording).Features().Select(f => f.Value)]
        )
        {
            DescriptorNames = ProsodicFeatures.DescriptorNames,
            Descriptors = recording => new ProsodicFeatures(recording).Descriptors(),
        };

    /// <summary>The 88 of eGeMAPSv02, compatible with published models.</summary>
    public static RecordingFeatures Egemaps { get; } = EgemapsOf("egemaps", EgemapsFlavor.Compatible);

    /// <summary>The 88 of eGeMAPSv02 as published.</summary>
    public static RecordingFeatures EgemapsPaper { get; } = EgemapsOf("egemaps-paper", EgemapsFlavor.AsPublished);

    /// <summary>The 62 of GeMAPS, compatible with published models.</summary>
    public static RecordingFeatures Gemaps { get; } =
        new(
            "gemaps",
            [.. EgemapsFeatures.GemapsIndices.Select(i => Egemaps.Features[i])],
            recording =>
            {
                var all = Egemaps.Of(recording);
                return [.. EgemapsFeatures.GemapsIndices.Select(i => all[i])];
            }
        )
        {
            AnyRate = true,
        };

    /// <summary>All sets.</summary>
    public static IReadOnlyList<RecordingFeatures> All => [Prosody, Egemaps, EgemapsPaper, Gemaps];

    /// <summary>What an encoder makes of whole utterances.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="layer">One layer of it, from 0; null for all.</param>
    /// <param name="of">Encodes a recording, (layers, features of each).</param>
    public static RecordingFeatures OfEncoder(UtteranceEncoder encoder, int? layer, Func<Recording, float[]> of)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        int[] layers = layer is { } one ? [one] : [.. Enumerable.Range(0, encoder.Layers)];
        var size = encoder.FeaturesPerLayer;
        return new(
            Utterance,
            [.. layers.SelectMany(l => EncoderFeatures.NamesOf(encoder, l)).Select(n => (n, "", encoder.Identity))],
            recording => layer is { } l ? of(recording).AsSpan(l * size, size).ToArray() : of(recording)
        );
    }

    private static RecordingFeatures EgemapsOf(string name, EgemapsFlavor flavor) =>
        new(
            name,
            [.. EgemapsFeatures.Names.Select(n => (n, UnitOf(n), Eyben))],
            recording => [.. new EgemapsFeatures(recording.Samples, recording.Rate, flavor).Values]
        )
        {
            AnyRate = true,
            DescriptorNames = EgemapsFeatures.DescriptorNames,
            Descriptors = recording => [.. new EgemapsFeatures(recording.Samples, recording.Rate, flavor).Descriptors],
        };

    private static string UnitOf(string name)
    {
        if (name.Contains("stddevNorm", StringComparison.Ordinal))
            return "";
        var (descriptor, slope) = (
            name.Split('_')[0],
            name.EndsWith("Slope", StringComparison.Ordinal) ? " per second" : ""
        );
        return descriptor switch
            {
                _ when descriptor.StartsWith("F0", StringComparison.Ordinal) => "semitones",
                _ when descriptor.EndsWith("PerSec", StringComparison.Ordinal) => "per second",
                _ when descriptor.Contains("SegmentLength", StringComparison.Ordinal) => "s",
                _ when descriptor.StartsWith("slope", StringComparison.Ordinal) => "dB/Hz",
                _ when descriptor.EndsWith("frequency", StringComparison.Ordinal) => "Hz",
                _ when descriptor.EndsWith("bandwidth", StringComparison.Ordinal) => "Hz",
                "jitterLocal" or "loudness" or "loudnessPeaksPerSec" => "",
                _ when descriptor.StartsWith("mfcc", StringComparison.Ordinal) => "",
                _ when descriptor.StartsWith("spectralFlux", StringComparison.Ordinal) => "",
                "equivalentSoundLevel" => "dB of full scale",
                _ => "dB",
            } + slope;
    }
}
