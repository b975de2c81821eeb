using System.Text.Json;

namespace Prosodia.Evaluation.Encoders;

/// <summary>What is known about an encoder of the model folder, kept beside it as JSON.</summary>
/// <param name="Name">What users call it; the file's name without its extension.</param>
/// <param name="Sha256">SHA-256 of the ONNX file.</param>
/// <param name="Pretrained">False where nothing was learned.</param>
/// <param name="Source">The name of the file that it was made from, or what else it comes from.</param>
/// <param name="SourceSha256">SHA-256 of that file; empty where there was none.</param>
/// <param name="SourceFormat">The format of that file.</param>
/// <param name="Imported">When, as 2026-11-23.</param>
internal sealed record EncoderCard(
    string Name,
    string Sha256,
    bool Pretrained,
    string Source,
    string SourceSha256,
    string SourceFormat,
    string Imported
)
{
    /// <summary>Which network it is; null where an earlier version imported it, a ResNet-101.</summary>
    public string? Architecture { get; init; }

    /// <summary>What results call it; null for its name.</summary>
    public string? Title { get; init; }

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>Reads a card.</summary>
    /// <exception cref="InputException">The file is no card.</exception>
    public static EncoderCard Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<EncoderCard>(File.ReadAllText(file), Json)
                ?? throw new JsonException("it is empty");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                file,
                $"is no encoder's card ({e.Message.Split('\n')[0].TrimEnd('.')})",
                "Import the weights again with: prosodia weights import FILE"
            );
        }
    }

    /// <summary>Writes the card.</summary>
    internal void Write(string file) => AtomicFile.Write(file, JsonSerializer.Serialize(this, Json) + "\n");
}
