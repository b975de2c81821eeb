using Prosodia.Evaluation.Encoders.Quantization;

namespace Prosodia.Evaluation.Encoders;

/// <summary>The encoder that a user chose, with what every figure that it takes part in must say.</summary>
/// <param name="Encoder">Ready to run.</param>
/// <param name="Name">What it is called, with its precision and the first digits of its SHA-256.</param>
/// <param name="Note">What a reader must know about it; or null.</param>
internal sealed record EncoderSelection(SegmentEncoder Encoder, string Name, string? Note) : IDisposable
{
    /// <summary>What stands beside every figure of an encoder that learned nothing.</summary>
    public const string RandomNote =
        "The encoder's weights come from a formula and were not pretrained, so these are not the paper's features.";

    private const string FilePrefix = "onnx:",
        RandomPrefix = "random:";

    /// <summary>The file of <c>onnx:FILE</c>; null where another kind of name is given.</summary>
    public static string? FileOf(string? name) =>
        name?.StartsWith(FilePrefix, StringComparison.Ordinal) == true ? name[FilePrefix.Length..] : null;

    /// <summary>Opens an encoder.</summary>
    /// <param name="folder">Where encoders were imported to.</param>
    /// <param name="name">The name of an imported one, <c>onnx:FILE</c>, or <c>random:RESNET</c>, whose weights come
    /// from a formula; null takes the only one with learned weights, and where none were imported,
    /// <see cref="PretrainedResNet18"/>.</param>
    /// <param name="random">True takes a ResNet-101 whose weights come from a formula.</param>
    /// <param name="int8">True runs its convolutions on 8-bit integers.</param>
    /// <exception cref="InputException">There is no such encoder; the message says how to get one.</exception>
    public static EncoderSelection Open(EncoderStore folder, string? name, bool random, bool int8)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var (file, title, note) = FileOf(name) is { } given
            ? (given, Path.GetFileName(given), null)
            : Imported(
                random ? folder.WithRandomWeights(ResNet.ResNet101)
                : name?.StartsWith(RandomPrefix, StringComparison.OrdinalIgnoreCase) == true
                    ? folder.WithRandomWeights(ResNet.Named(name[RandomPrefix.Length..]))
                : name is null ? folder.Default()
                : folder.Get(name)
            );
        var encoder = new SegmentEncoder(int8 ? Int8Quantizer.Of(file, Path.Combine(folder.Path, "int8")) : file);
        return new EncoderSelection(
            encoder,
            $"{title}, {(int8 ? "int8" : "fp32")}, SHA-256 {encoder.Sha256[..12]}",
            note
        );

        (string, string, string?) Imported(EncoderCard card) =>
            folder.IsUnaltered(card)
                ? (folder.FileOf(card.Name), card.Title ?? card.Name, card.Pretrained ? null : RandomNote)
                : throw new InputException(
                    folder.FileOf(card.Name),
                    "is not the file that was imported: its SHA-256 differs",
                    "Import the weights again with: prosodia weights import FILE"
                );
    }

    /// <inheritdoc/>
    public void Dispose() => Encoder.Dispose();
}
