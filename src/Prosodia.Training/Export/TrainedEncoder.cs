using Prosodia.Encoders;
using Prosodia.Recognition;

namespace Prosodia.Training.Export;

/// <summary>The encoder of whole utterances that a model is trained on.</summary>
/// <param name="Utterances">The encoder.</param>
/// <param name="Layer">The one layer of it that is read; null for the best.</param>
/// <param name="Embeds">Whether the model's file is to hold it.</param>
internal sealed record TrainedEncoder(UtteranceEncoder Utterances, int? Layer, bool Embeds)
{
    private const long MaxEmbeddedBytes = 1_900_000_000; // ONNX files end at 2 GB

    /// <summary>What the model's card says of it.</summary>
    public ModelEncoder Describe(int layer) =>
        new(Path.GetFileName(Utterances.Name), Utterances.Sha256, Utterances.Description, layer, Embeds);

    /// <summary>Its file and preprocessor configuration, where the model's file is to hold them.</summary>
    /// <exception cref="InputException">It has weights in other files or is too large.</exception>
    public (byte[] Onnx, string Preprocessor)? Embedded()
    {
        if (!Embeds)
            return null;
        if (new FileInfo(Utterances.Name).Length > MaxEmbeddedBytes)
            throw new InputException(Utterances.Name, "is too large to be embedded", "Train without --embed");
        var onnx = File.ReadAllBytes(Utterances.Name);
        return Sha256Hash.Of(onnx) == Utterances.Sha256
            ? (onnx, Utterances.PreprocessorText)
            : throw new InputException(
                Utterances.Name,
                "has weights in other files, or was changed meanwhile",
                "Train without --embed, or save the network as one file"
            );
    }
}
