namespace Prosodia.Evaluation.Metrics;

/// <summary>The figures of the recordings that have something in common: a speaker, a sex, a sentence.</summary>
/// <param name="Column">What they have in common.</param>
/// <param name="Value">Which one.</param>
/// <param name="Count">How many recordings.</param>
/// <param name="Ua">UA over the classes that occur among them.</param>
/// <param name="Wa">The fraction that is right.</param>
internal sealed record GroupMetrics(string Column, string Value, int Count, double Ua, double Wa)
{
    /// <summary>The column that every evaluation has.</summary>
    public const string Speaker = "speaker";

    private const int MaxValues = 12; // of a column; more are measurements, not groups
    private const int MinRecordings = 10; // of a group that is called the worst

    /// <summary>The figures by speaker, and by every other column of few values.</summary>
    public static IReadOnlyList<GroupMetrics> Of(IReadOnlyList<Prediction> predictions, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var bySpeaker = By(Speaker, p => p.Speaker);
        var columns = predictions.SelectMany(p => p.Groups.Keys).Distinct().Order(StringComparer.Ordinal);
        return
        [
            .. bySpeaker,
            .. columns
                .Select(column => By(column, p => p.Groups.GetValueOrDefault(column, "")))
                .Where(groups => groups.Length is > 1 and <= MaxValues)
                .SelectMany(g => g),
        ];

        GroupMetrics[] By(string column, Func<Prediction, string> value) =>
            [
                .. predictions
                    .Where(p => value(p).Length > 0)
                    .GroupBy(value)
                    .OrderBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g =>
                    {
                        var scores = ClassificationMetrics.Of([.. g], classes);
                        return new GroupMetrics(column, g.Key, g.Count(), scores.Ua, scores.Wa);
                    }),
            ];
    }

    /// <summary>The group of the lowest UA; null where none is large enough to say so.</summary>
    public static GroupMetrics? Worst(IEnumerable<GroupMetrics> groups) =>
        groups.Where(g => g.Count >= MinRecordings).MinBy(g => g.Ua);
}
