using Prosodia.Recognition;

namespace Prosodia.Evaluation.Corpora;

/// <summary>Words that annotations use for emotions.</summary>
internal static class EmotionLabels
{
    /// <summary>What manifests have where raters agree on no emotion.</summary>
    public const string NoAgreement = "no agreement";

    private static readonly HashSet<string> None = new(
        [
            "",
            NoAgreement,
            .. Enum.GetValues<PredictionStatus>()
                .Where(a => a != PredictionStatus.Emotion)
                .Select(a => new EmotionPrediction(a, "", 0, []).Label),
        ],
        StringComparer.OrdinalIgnoreCase
    );

    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "angry",
        "anger",
        "happy",
        "happiness",
        "joy",
        "joyful",
        "neutral",
        "sad",
        "sadness",
        "fearful",
        "fear",
        "afraid",
        "disgusted",
        "disgust",
        "surprised",
        "surprise",
        "calm",
        "bored",
        "boredom",
        "excited",
        "excitement",
        "frustrated",
        "frustration",
        "contempt",
        "anxious",
        "anxiety",
        "amused",
        "amusement",
        "pleased",
        "annoyed",
        "relaxed",
    };

    /// <summary>Whether a label says that there is no emotion to learn from.</summary>
    public static bool IsNone(string label) => None.Contains(label.Trim());

    /// <summary>Whether labels are those of emotions.</summary>
    public static bool AreEmotions(IEnumerable<string> labels) => labels.All(l => IsNone(l) || Known.Contains(l));

    /// <summary>A label as manifests have it: in lower case, and the adjective where it is a known noun.</summary>
    public static string Adjective(string label) =>
        label.Trim().ToLowerInvariant() switch
        {
            "anger" => "angry",
            "boredom" => "bored",
            "disgust" => "disgusted",
            "excitement" => "excited",
            "fear" => "fearful",
            "frustration" => "frustrated",
            "happiness" or "joy" or "joyful" => "happy",
            "neutral state" => "neutral",
            "sadness" => "sad",
            "surprise" => "surprised",
            var other => other,
        };
}
