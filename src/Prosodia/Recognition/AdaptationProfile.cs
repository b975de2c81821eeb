using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Prosodia.Recognition;

/// <summary>
/// How the recordings of one source (a microphone, a call center, a person) differ from those that a model was trained
/// on. A recognizer that is given the profile compares recordings with others of their source. It holds for the model
/// that it was measured with.
/// </summary>
public sealed class AdaptationProfile
{
    /// <summary>Sources as users and cards name them: all recordings given, and those of a speaker.</summary>
    internal const string Collection = "collection",
        Speaker = "speaker";

    private const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    internal AdaptationProfile(string source, FeatureAdaptation features, string modelSha256 = "") =>
        (Source, Features, ModelSha256) = (Printable(source), features, modelSha256);

    /// <summary>What it was measured on, as results call it.</summary>
    public string Source { get; }

    /// <summary>By how many recordings, or turns of longer ones, it was measured.</summary>
    public int Recordings => Features.Recordings;

    internal FeatureAdaptation Features { get; }

    /// <summary>The file that it was read from; null for none.</summary>
    internal string? Path { get; private init; }

    /// <summary>SHA-256 of the model that it was measured with; empty where it never leaves it.</summary>
    internal string ModelSha256 { get; }

    /// <summary>Reads a profile that <see cref="Save"/> or <c>prosodia adapt</c> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It cannot be read, is no profile, or is one of another version.</exception>
    public static AdaptationProfile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        const string advice = "Write one with: prosodia adapt RECORDINGS --out FILE";
        if (!File.Exists(path))
            throw new InputException(path, "does not exist", advice);
        var text = TextFile.Read(path);
        try
        {
            var kept = JsonSerializer.Deserialize<Kept>(text, Json) ?? throw new JsonException("it is empty");
            if (kept.Format != CurrentFormat)
                throw new InputException(
                    path,
                    $"is of format {kept.Format}, this program reads {CurrentFormat}",
                    advice
                );
            if (
                kept.Recordings < 1
                || kept.Shift.Length == 0
                || kept.Gain.Length != kept.Shift.Length
                || !kept.Shift.All(float.IsFinite)
                || !kept.Gain.All(g => float.IsFinite(g) && g > 0)
            )
                throw new InputException(path, "does not hold a shift and a gain for each feature", advice);
            return new AdaptationProfile(
                kept.Source,
                new FeatureAdaptation(kept.Shift, kept.Gain, kept.Recordings),
                kept.ModelSha256
            )
            {
                Path = path,
            };
        }
        catch (JsonException e)
        {
            throw new InputException(path, $"is no profile ({e.Message.Split('\n')[0].TrimEnd('.')})", advice);
        }
    }

    /// <summary>Writes it as JSON, to be opened with the same model.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var kept = new Kept(CurrentFormat, Source, Recordings, ModelSha256, Features.Shift, Features.Gain);
        OutputFile.Write(path, JsonSerializer.Serialize(kept, Json) + "\n");
    }

    /// <summary>The source and the number of recordings.</summary>
    public override string ToString() => $"{Source}, {Recordings} recording{(Recordings == 1 ? "" : "s")}";

    /// <summary>A name as every form of results can hold it, on one line.</summary>
    private static string Printable(string source) =>
        string.Concat(source.EnumerateRunes().Select(r => Rune.IsControl(r) ? " " : r.ToString()));

    private sealed record Kept(
        int Format,
        string Source,
        int Recordings,
        [property: JsonPropertyName("model_sha256")] string ModelSha256,
        float[] Shift,
        float[] Gain
    );
}
