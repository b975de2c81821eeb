using System.Text.Json;
using System.Text.Json.Serialization;

namespace Prosodia.Recognition;

/// <summary>A corpus that a model learned from.</summary>
/// <param name="Name">The manifest's name.</param>
/// <param name="Recordings">How many recordings.</param>
/// <param name="Speakers">How many speakers.</param>
/// <param name="Sha256">SHA-256 over the sorted SHA-256 sums of the recordings, so that others can tell whether they
/// have the same.</param>
public sealed record TrainingCorpus(string Name, int Recordings, int Speakers, string Sha256);

/// <summary>How well models that are trained like this one do on corpora or speakers that they don't know.</summary>
/// <param name="Protocol">How recordings were divided: <c>leave-one-corpus-out</c> where there are several
/// corpora.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Ua">Unweighted accuracy; the mean over the corpora where each was left out.</param>
/// <param name="UaCi95">Its 95 % interval over speakers; empty of fewer than five.</param>
/// <param name="Wa">Weighted accuracy.</param>
/// <param name="F1">Macro F1.</param>
/// <param name="UaByCorpus">Unweighted accuracy of each corpus.</param>
/// <param name="Confusion">Rows are the truth.</param>
/// <param name="CalibrationError">Expected calibration error of the probabilities.</param>
public sealed record ModelMetrics(
    string Protocol,
    int Seed,
    double Ua,
    double[] UaCi95,
    double Wa,
    double F1,
    IReadOnlyDictionary<string, double> UaByCorpus,
    int[][] Confusion,
    double CalibrationError
)
{
    /// <summary>
    /// <see cref="Ua"/> where features are adapted: to a collection, all unlabeled recordings of the corpus or group of
    /// speakers left out, or to a speaker.
    /// </summary>
    public IReadOnlyDictionary<string, double> UaAdapted { get; init; } = new Dictionary<string, double>();
}

/// <summary>When a model answers "unsure", measured as <see cref="ModelMetrics"/>.</summary>
/// <param name="Threshold">Below this probability.</param>
/// <param name="Coverage">Share of recordings that it answers.</param>
/// <param name="Error">Share of wrong answers among these.</param>
/// <param name="ErrorWithout">Share of wrong answers if it always answered.</param>
public sealed record Abstention(double Threshold, double Coverage, double Error, double ErrorWithout)
{
    /// <summary>
    /// Farther than this from the training recordings (root mean square of the features, each as the normal deviate of
    /// its rank) a recording is unlike those that the model knows. Of corpora left out of training, or speakers
    /// of a single one, 98 in 100 are nearer.
    /// </summary>
    public double MaxDistance { get; init; }
}

/// <summary>The encoder whose features a model reads.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Sha256">SHA-256 of its file, or of the sums of all where weights lie in others.</param>
/// <param name="Description">What it takes and gives.</param>
/// <param name="Layer">The layer that is read, from 0.</param>
/// <param name="IsEmbedded">Whether the model's file holds it; otherwise it lies beside it.</param>
public sealed record ModelEncoder(string Name, string Sha256, string Description, int Layer, bool IsEmbedded);

/// <summary>A number that a model predicts, such as arousal, and how well models that are trained like it do on
/// speakers or corpora that they don't know.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Low">The lowest number that it predicts.</param>
/// <param name="High">The highest.</param>
/// <param name="Recordings">How many recordings it learned from.</param>
/// <param name="Protocol">How recordings were divided.</param>
/// <param name="Ccc">Concordance correlation coefficient.</param>
/// <param name="CccCi95">Its 95 % interval over speakers; empty of fewer than five.</param>
/// <param name="Rmse">Root mean square error.</param>
/// <param name="HalfWidth">Half the width of an interval around a prediction that held 90 % of the truth of known
/// recordings that were left out; null of too few.</param>
public sealed record ModelDimension(
    string Name,
    double Low,
    double High,
    int Recordings,
    string Protocol,
    double Ccc,
    double[] CccCi95,
    double Rmse,
    double? HalfWidth
);

/// <summary>What a battery of tests said of a model.</summary>
/// <param name="Data">The recordings that it was tested on.</param>
/// <param name="Recordings">How many.</param>
/// <param name="Speakers">Of how many speakers.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Passed">For each group of tests, how many it passed and of how many.</param>
/// <param name="Failed">The tests that it failed: name, figure and value.</param>
public sealed record StressFigures(
    string Data,
    int Recordings,
    int Speakers,
    int Seed,
    IReadOnlyDictionary<string, int[]> Passed,
    IReadOnlyList<string> Failed
);

/// <summary>What a user must know of a model before using it; kept beside it as JSON.</summary>
/// <param name="Format">Version of the way from recordings to features and of this card; another one doesn't
/// fit.</param>
/// <param name="Name">What users call it.</param>
/// <param name="Sha256">SHA-256 of the ONNX file.</param>
/// <param name="Created">When, as 2026-11-25.</param>
/// <param name="Emotions">The emotions, in the order of its probabilities.</param>
/// <param name="FeatureSet">SHA-256 of the names of the features that it reads and of the version of their
/// values.</param>
/// <param name="Languages">Languages of the recordings.</param>
/// <param name="License">Under which terms it may be used, which follow from its recordings.</param>
/// <param name="Data">What it learned from.</param>
/// <param name="Metrics">How well it does.</param>
/// <param name="Abstention">When it says that it is unsure.</param>
/// <param name="Command">What makes it again.</param>
public sealed record ModelCard(
    int Format,
    string Name,
    string Sha256,
    string Created,
    IReadOnlyList<string> Emotions,
    string FeatureSet,
    IReadOnlyList<string> Languages,
    [property: JsonPropertyName("licence")] string License,
    IReadOnlyList<TrainingCorpus> Data,
    [property: JsonPropertyName("figures")] ModelMetrics Metrics,
    Abstention Abstention,
    string Command
)
{
    /// <summary>The version that this program reads and writes.</summary>
    public const int CurrentFormat = 3;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>The encoder whose features it reads; null where it reads the program's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelEncoder? Encoder { get; init; }

    /// <summary>The numbers that it predicts beside the emotions; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ModelDimension>? Dimensions { get; init; }

    /// <summary>What a battery of tests said of it; null where it was not tested.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StressFigures? Stress { get; init; }

    /// <summary>What it is for.</summary>
    public string IntendedUse { get; init; } =
        "Research, and hints to a person who also listens: how speech sounds, in one recording or over time.";

    /// <summary>What it must not be used for.</summary>
    public string NotFor { get; init; } =
        "Decisions about people. Recognizing emotions at work or in schools is prohibited in the European Union "
        + "(Regulation 2024/1689, article 5), and people must be told where it is used (article 50).";

    /// <summary>What its figures don't say.</summary>
    public string Limits { get; init; } =
        "Actors show emotions more plainly than people do in life, so expect less on everyday speech, on other "
        + "languages, with noise, and of children or old people. It hears how someone sounds, not what they feel.";

    /// <summary>Reads a card's text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InputException">It is no card, or one of another version.</exception>
    public static ModelCard Parse(string json, string name)
    {
        const string advice = "Take the card that was written beside the model, or train it again with: prosodia train";
        try
        {
            var card = JsonSerializer.Deserialize<ModelCard>(json, Json) ?? throw new JsonException("it is empty");
            if (card.Format != CurrentFormat)
                throw new InputException(
                    name,
                    $"is of format {card.Format}, this program reads {CurrentFormat}",
                    "Use the program that wrote it, or train the model again with: prosodia train"
                );
            if (
                card.Emotions is not { Count: >= 2 }
                || card.Sha256 is null
                || card.FeatureSet is null
                || card.Abstention is not { MaxDistance: > 0 }
                || card.Dimensions?.All(d => d is { Name.Length: > 0 } && d.Low < d.High) == false
                || (card.Dimensions ?? []).Select(d => d.Name).Concat(card.Emotions).Distinct().Count()
                    < (card.Dimensions?.Count ?? 0) + card.Emotions.Count
            )
                throw new JsonException(
                    "emotions, sha256, feature_set, abstention with max_distance or ranges of dimensions are missing, "
                        + "or names occur twice"
                );
            return card;
        }
        catch (JsonException e)
        {
            throw new InputException(name, $"is no model's card ({e.Message.Split('\n')[0].TrimEnd('.')})", advice);
        }
    }

    /// <summary>The card as its file's text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json) + "\n";
}
