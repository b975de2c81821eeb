using System.Text.Json.Serialization;
using Prosodia.Recognition;

namespace Prosodia.Formats;

/// <summary>A turn as tables have it: one row, in units and names that need no explanation.</summary>
internal static class PredictionRow
{
    /// <summary>The columns; each emotion's probability and each dimension follow them.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    ["path", "channel", "start_s", "end_s", "speaker", "answer", "reason", "emotion", "probability"];

    /// <summary>The header of a table.</summary>
    public static IEnumerable<string> Header(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return Columns.Concat(card.Emotions).Concat(DimensionNames(card));
    }

    /// <summary>The cells of a turn; its speaker is named after the file where none is known.</summary>
    public static IEnumerable<object?> Of(string source, EmotionSegment turn, ModelCard card, string? speaker = null)
    {
        ArgumentNullException.ThrowIfNull(turn);
        ArgumentNullException.ThrowIfNull(card);
        var e = turn.Prediction;
        return
        [
            source,
            turn.Channel,
            Seconds(turn.Start.TotalSeconds),
            Seconds(turn.End.TotalSeconds),
            Speaker(speaker ?? Path.GetFileNameWithoutExtension(source), turn.Channel),
            e.Label,
            e.Reason,
            e.Emotion,
            Probability(e.Probability),
            .. card.Emotions.Select(
                (_, i) => e.Probabilities.Count > i ? (object)Probability(e.Probabilities[i]) : null
            ),
            .. DimensionNames(card)
                .Select(name => e.Dimensions.TryGetValue(name, out var value) ? (object)Probability(value) : null),
        ];
    }

    /// <summary>A turn as a JSON object has it.</summary>
    public static JsonRow ToJson(string source, EmotionSegment turn, ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(turn);
        ArgumentNullException.ThrowIfNull(card);
        var e = turn.Prediction;
        return new JsonRow(
            source,
            turn.Channel,
            Seconds(turn.Start.TotalSeconds),
            Seconds(turn.End.TotalSeconds),
            e.Label,
            e.Reason,
            e.Emotion.Length > 0 ? e.Emotion : null,
            Probability(e.Probability),
            e.Probabilities.Index().ToDictionary(p => card.Emotions[p.Index], p => Probability(p.Item)),
            turn.AdaptedTo,
            e.Dimensions.Count == 0 ? null : e.Dimensions.ToDictionary(d => d.Key, d => Probability(d.Value))
        );
    }

    /// <summary>The dimensions in words, as <c>arousal 3.2, valence 1.5</c>; empty where there are none.</summary>
    public static string DimensionsText(EmotionPrediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        return string.Join(
            ", ",
            prediction.Dimensions.Select(d => FormattableString.Invariant($"{d.Key} {d.Value:0.##}"))
        );
    }

    /// <summary>The names of a model's dimensions.</summary>
    public static IEnumerable<string> DimensionNames(ModelCard card) => (card.Dimensions ?? []).Select(d => d.Name);

    /// <summary>
    /// Who speaks, as far as anyone can tell: a file or a channel of it is one person until someone corrects it.
    /// </summary>
    private static string Speaker(string name, int channel) => name + (channel > 0 ? $"-{channel}" : "");

    private static double Seconds(double seconds) => Math.Round(seconds, 3);

    private static double Probability(double p) => Math.Round(p, 4);

    /// <summary>A turn as a JSON object.</summary>
    internal sealed record JsonRow(
        string Path,
        int Channel,
        double StartS,
        double EndS,
        string Answer,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
        string? Emotion,
        double Probability,
        IReadOnlyDictionary<string, double> Probabilities,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Adapted,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
            IReadOnlyDictionary<string, double>? Dimensions
    );
}
