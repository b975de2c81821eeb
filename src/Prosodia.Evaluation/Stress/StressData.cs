using System.Globalization;
using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Stress;

/// <summary>The figures of a condition.</summary>
/// <param name="Condition">The condition.</param>
/// <param name="Unchanged">The share of answers that are as on clean recordings.</param>
/// <param name="Answered">The share that the model is sure of.</param>
/// <param name="Confidence">The mean confidence; null where there is none.</param>
/// <param name="Ua">UA; null of unlabeled recordings.</param>
internal sealed record StressPoint(
    StressCondition Condition,
    double Unchanged,
    double Answered,
    double? Confidence,
    double? Ua
);

/// <summary>What tests are made of: recordings, and what a model said of them.</summary>
internal sealed class StressData
{
    private static readonly string[] Columns = [Manifest.LanguageColumn, "accent", "dialect", Manifest.TextColumn];
    private static readonly string[] Pitches = ["low", "middle", "high"];
    private const int MostValues = 40;

    private readonly IReadOnlyList<string> _columns;

    /// <summary>Collects what a run gave.</summary>
    /// <param name="utterances">The recordings.</param>
    /// <param name="stressed">What the model said of those that could be used.</param>
    /// <param name="conditions">The conditions.</param>
    /// <param name="nonSpeech">What it said of sounds in which nobody speaks.</param>
    /// <param name="emotions">The emotions that it knows; null where its answers say so.</param>
    /// <param name="columns">Further columns whose groups are compared.</param>
    /// <param name="seed">Of simulations.</param>
    public StressData(
        IReadOnlyList<Utterance> utterances,
        IReadOnlyList<StressedRecording> stressed,
        IReadOnlyList<StressCondition> conditions,
        IReadOnlyList<StressAnswer> nonSpeech,
        IReadOnlyList<string>? emotions,
        IReadOnlyList<string> columns,
        int seed
    )
    {
        ArgumentNullException.ThrowIfNull(utterances);
        ArgumentNullException.ThrowIfNull(conditions);
        (Conditions, NonSpeech, Seed, _columns) = (conditions, nonSpeech, seed, columns);
        var known = utterances.DistinctBy(u => u.Name).ToDictionary(u => u.Name);
        Recordings = [.. stressed.Select(s => (known[s.Name], s))];
        Emotions =
            emotions
            ??
            [
                .. Recordings
                    .Select(r => r.Stressed.Clean.Emotion)
                    .Where(e => e.Length > 0)
                    .Distinct()
                    .Order(StringComparer.Ordinal),
            ];
        LabeledRecordings = [.. Recordings.Where(r => Emotions.Contains(r.Utterance.Emotion))];
        CleanUa = Labeled(r => r.Clean)?.Ua;
        CleanConfidence = MeanConfidence(r => r.Clean);
        Curve =
        [
            .. conditions
                .Index()
                .Select(c => new StressPoint(
                    c.Item,
                    Recordings.Average(r => r.Stressed.Degraded[c.Index].Emotion == r.Stressed.Clean.Emotion ? 1.0 : 0),
                    Recordings.Average(r => r.Stressed.Degraded[c.Index].IsSure ? 1.0 : 0),
                    MeanConfidence(r => r.Degraded[c.Index]),
                    Labeled(r => r.Degraded[c.Index])?.Ua
                )),
        ];
    }

    /// <summary>The conditions.</summary>
    public IReadOnlyList<StressCondition> Conditions { get; }

    /// <summary>The figures of each condition.</summary>
    public IReadOnlyList<StressPoint> Curve { get; }

    /// <summary>Answers for sounds in which nobody speaks.</summary>
    public IReadOnlyList<StressAnswer> NonSpeech { get; }

    /// <summary>The classes.</summary>
    public IReadOnlyList<string> Emotions { get; }

    /// <summary>The seed.</summary>
    public int Seed { get; }

    /// <summary>The recordings that could be used.</summary>
    public IReadOnlyList<(Utterance Utterance, StressedRecording Stressed)> Recordings { get; }

    /// <summary>Those whose label is one of the model's emotions.</summary>
    public IReadOnlyList<(Utterance Utterance, StressedRecording Stressed)> LabeledRecordings { get; }

    /// <summary>UA on clean recordings; null of unlabeled ones.</summary>
    public double? CleanUa { get; }

    /// <summary>Mean confidence on clean recordings; null where there is none.</summary>
    public double? CleanConfidence { get; }

    /// <summary>Labels and answers; null where there is no label.</summary>
    public LabeledAnswers? Labeled(Func<StressedRecording, StressAnswer> of) =>
        LabeledRecordings.Count == 0
            ? null
            : new LabeledAnswers(
                Emotions,
                [.. LabeledRecordings.Select(r => (r.Utterance.Emotion, of(r.Stressed).Emotion))]
            );

    /// <summary>What divides the recordings into groups that a model should treat alike.</summary>
    public IEnumerable<(string Column, Func<(Utterance Utterance, StressedRecording Stressed), string> Of)> Groupings()
    {
        yield return ("sex", r => r.Utterance.Sex);
        yield return ("age", r => AgeBand(r.Utterance.Detail("age")));
        foreach (var column in Columns.Concat(_columns).Distinct())
            if (Recordings.Select(r => r.Utterance.Detail(column)).Distinct().Count() <= MostValues)
                yield return (column, r => r.Utterance.Detail(column));
        var limits = Recordings
            .Where(r => r.Stressed.Pitch > 0)
            .GroupBy(r => r.Utterance.Sex, r => r.Stressed.Pitch)
            .ToDictionary(g => g.Key, g => g.Order().ToArray());
        yield return (
            "pitch",
            r =>
                r.Stressed.Pitch == 0
                    ? ""
                    : (
                        Pitches[Rank(limits[r.Utterance.Sex], r.Stressed.Pitch)]
                        + (r.Utterance.Sex.Length > 0 ? $", {r.Utterance.Sex}" : "")
                    )
        );

        static int Rank(double[] sorted, double pitch) =>
            pitch < sorted[sorted.Length / 3] ? 0
            : pitch < sorted[2 * sorted.Length / 3] ? 1
            : 2;
    }

    private static string AgeBand(string age) =>
        !double.TryParse(age, NumberStyles.Float, CultureInfo.InvariantCulture, out var years) ? ""
        : years < 30 ? "under 30"
        : years < 50 ? "30 to 49"
        : "50 and over";

    private double? MeanConfidence(Func<StressedRecording, StressAnswer> of)
    {
        double[] known = [.. Recordings.Select(r => of(r.Stressed).Confidence).OfType<double>()];
        return known.Length == 0 ? null : known.Average();
    }
}
