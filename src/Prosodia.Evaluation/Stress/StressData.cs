using System.Globalization;
using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Stress;

/// <summary>The figures of a condition.</summary>
/// <param name="Condition">The condition.</param>
/// <param name="Unchanged">The share of answers that are as on clean recordings.</param>
/// <param name="Answered">The share that the model is sure of.</param>
/// <param name="Confidence">The mean confidence; null where there is none.</param>
/// <param name="Ua">UA; null of unlabeled recordings.</param>
/// <param name="UaLost">UA of the same recordings as they are, less that.</param>
/// <param name="ConfidenceGained">The mean confidence less that of the same recordings as they are.</param>
internal sealed record StressPoint(
    StressCondition Condition,
    double Unchanged,
    double Answered,
    double? Confidence,
    double? Ua,
    double? UaLost,
    double? ConfidenceGained
);

/// <summary>What tests are made of: recordings, and what a model said of them.</summary>
internal sealed class StressData
{
    private static readonly string[] Columns = [Manifest.LanguageColumn, "accent", "dialect", Manifest.TextColumn];
    private static readonly string[] Pitches = ["low", "middle", "high"];
    private const int MostValues = 40,
        Tenths = 10;

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
        Curve = [.. conditions.Select(Point)];
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

    /// <summary>Labels and answers; null where there is no label.</summary>
    public LabeledAnswers? Labeled(Func<StressedRecording, StressAnswer?> of)
    {
        (string, string)[] pairs =
        [
            .. LabeledRecordings
                .Where(r => of(r.Stressed) is not null)
                .Select(r => (r.Utterance.Emotion, of(r.Stressed)!.Emotion)),
        ];
        return pairs.Length == 0 ? null : new LabeledAnswers(Emotions, pairs);
    }

    /// <summary>What divides the recordings into groups that a model should treat alike.</summary>
    public IEnumerable<(string Column, Func<(Utterance Utterance, StressedRecording Stressed), string> Of)> Groupings()
    {
        yield return ("sex", r => r.Utterance.Sex);
        yield return ("age", r => AgeBand(r.Utterance.Detail("age")));
        foreach (var column in Columns.Concat(_columns).Distinct())
            if (Recordings.Select(r => ValueOf(r.Utterance, column)).Distinct().Count() <= MostValues)
                yield return (column, r => ValueOf(r.Utterance, column));
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

    /// <summary>What a column says of a recording.</summary>
    public static string ValueOf(Utterance utterance, string column) =>
        column switch
        {
            "speaker" => utterance.Speaker,
            "sex" => utterance.Sex,
            _ => utterance.Detail(column),
        };

    /// <summary>
    /// Error against share answered, most confident inputs first: on recordings as they are, under the usual
    /// conditions, and on recordings as they are among other sounds. Empty without labels or confidences. Source:
    /// El-Yaniv and Wiener, JMLR 11, 2010.
    /// </summary>
    public IReadOnlyList<StressRisk> Risk()
    {
        var usual = Conditions.Index().Where(c => c.Item.Demand == StressDemand.Usual).Select(c => c.Index).ToArray();
        (double? Confidence, bool IsWrong)[] clean =
        [
            .. LabeledRecordings.Select(r => Of(r.Utterance, r.Stressed.Clean)),
        ];
        (double? Confidence, bool IsWrong)[] stressed =
        [
            .. LabeledRecordings.SelectMany(r =>
                usual.Select(c => r.Stressed.Degraded[c]).OfType<StressAnswer>().Select(a => Of(r.Utterance, a))
            ),
        ];
        return
        [
            .. Curve("clean", clean),
            .. Curve("under usual conditions", stressed),
            .. Curve(
                "clean, among other sounds",
                [.. clean, .. NonSpeech.Select(a => (a.Confidence, a.Emotion.Length > 0))]
            ),
        ];

        static (double?, bool) Of(Utterance utterance, StressAnswer answer) =>
            (answer.Confidence, answer.Emotion != utterance.Emotion);

        static IEnumerable<StressRisk> Curve(string input, (double? Confidence, bool IsWrong)[] answers)
        {
            // where it found no speech it gave no answer
            var sorted = answers.Where(a => a.Confidence > 0).OrderByDescending(a => a.Confidence).ToArray();
            return Enumerable
                .Range(1, sorted.Length == 0 ? 0 : Tenths)
                .Select(t => (int)Math.Ceiling((double)t * sorted.Length / Tenths))
                .Select(n => new StressRisk(
                    input,
                    (double)n / answers.Length,
                    sorted.Take(n).Average(a => a.IsWrong ? 1.0 : 0)
                ));
        }
    }

    private static string AgeBand(string age) =>
        !double.TryParse(age, NumberStyles.Float, CultureInfo.InvariantCulture, out var years) ? ""
        : years < 30 ? "under 30"
        : years < 50 ? "30 to 49"
        : "50 and over";

    private StressPoint Point(StressCondition condition, int number)
    {
        StressAnswer? Degraded(StressedRecording r) => r.Degraded[number];
        StressAnswer? Clean(StressedRecording r) => Degraded(r) is null ? null : r.Clean; // of the same recordings
        StressedRecording[] asked = [.. Recordings.Select(r => r.Stressed).Where(r => Degraded(r) is not null)];
        var (ua, confidence) = (Labeled(Degraded)?.Ua, MeanConfidence(asked, Degraded));
        return new StressPoint(
            condition,
            asked.Average(r => Degraded(r)!.Emotion == r.Clean.Emotion ? 1.0 : 0),
            asked.Average(r => Degraded(r)!.IsSure ? 1.0 : 0),
            confidence,
            ua,
            Labeled(Clean)?.Ua - ua,
            confidence - MeanConfidence(asked, Clean)
        );
    }

    private static double? MeanConfidence(StressedRecording[] of, Func<StressedRecording, StressAnswer?> which)
    {
        double[] known = [.. of.Select(r => which(r)?.Confidence).OfType<double>()];
        return known.Length == 0 ? null : known.Average();
    }
}
