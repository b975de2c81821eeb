using System.Globalization;
using MathNet.Numerics.Statistics;

namespace Prosodia.Evaluation.Stress;

/// <summary>
/// The tests of a stress run. Thresholds are those of Derington et al. (arXiv 2312.06270) where they have any; those of
/// fairness come from simulating a model that guesses, with the same groups.
/// </summary>
/// <param name="data">The answers.</param>
internal sealed class StressTests(StressData data)
{
    private const string Published = "Derington et al., 2312.06270",
        Simulated = "highest of 1,000 simulated guessing models on the same groups, as Derington et al.",
        Own = "Prosodia";
    private const double LeastShare = 0.5,
        MostSurplus = 0.15,
        MostOfSpeaker = 0.1,
        LeastRank = 0.7,
        LeastSpread = 0.1, // of the speakers' shares of a class, less of which ranks nothing but chance
        MostLost = 0.05,
        LeastUnchangedSmall = 0.9,
        LeastUnchangedUsual = 0.8;
    private const double LeastAuroc = 0.6,
        MostNonSpeech = 0.1,
        MostWorse = 0.1;
    private const int OfSpeakerAndClass = 8,
        LeastOfGroup = 20,
        FewSpeakers = 5;

    /// <summary>All tests.</summary>
    public IReadOnlyList<StressTest> Run() => [.. Correctness(), .. Fairness(), .. Robustness(), .. Uncertainty()];

    private IEnumerable<StressTest> Correctness()
    {
        if (data.Labeled(r => r.Clean) is not { } all)
            yield break;
        StressTest Test(
            string name,
            string metric,
            double? value,
            double threshold,
            bool atLeast = true,
            string detail = ""
        ) =>
            new(StressTest.Correctness, name, metric, value, threshold, atLeast, Published)
            {
                Detail = detail.Length > 0 ? detail : $"{all.Pairs.Count} recordings",
            };
        yield return Test("recognition", "UA", all.Ua, LeastShare);
        yield return Test("recognition", "macro precision", all.Precision, LeastShare);
        foreach (var emotion in all.Emotions)
        {
            yield return Test(emotion, "recall", Number(all.Recall(emotion)), LeastShare);
            yield return Test(emotion, "precision", Number(all.PrecisionOf(emotion)), LeastShare);
            yield return Test(
                emotion,
                "share answered less share labeled, absolute",
                Math.Abs(all.Surplus(emotion)),
                MostSurplus,
                atLeast: false
            );
        }
        var speakers = data
            .LabeledRecordings.GroupBy(r => r.Utterance.Speaker)
            .Where(g => g.Key.Length > 0)
            .Where(g => g.GroupBy(r => r.Utterance.Emotion).All(c => c.Count() >= OfSpeakerAndClass))
            .Select(g => new LabeledAnswers(
                all.Emotions,
                [.. g.Select(r => (r.Utterance.Emotion, r.Stressed.Clean.Emotion))]
            ))
            .ToArray();
        var of = $"{speakers.Length} speakers with {OfSpeakerAndClass} recordings a class";
        foreach (var emotion in all.Emotions)
        {
            yield return Test(
                $"{emotion}, by speaker",
                "share answered less share labeled, mean absolute",
                speakers.Length == 0 ? null : speakers.Average(s => Math.Abs(s.Surplus(emotion))),
                MostOfSpeaker,
                atLeast: false,
                of
            );
            double[] labeled = [.. speakers.Select(s => Share(s, p => p.Truth == emotion))],
                answered = [.. speakers.Select(s => Share(s, p => p.Answer == emotion))];
            var ranked = labeled.Length >= FewSpeakers && labeled.StandardDeviation() >= LeastSpread;
            yield return Test(
                $"{emotion}, ranking of speakers",
                "Spearman's rho of shares",
                ranked ? Rank(labeled, answered) : null,
                LeastRank,
                detail: ranked ? of : $"{of}, whose labels are too much alike to rank them"
            );
        }

        // speakers who all get the same answers are in no order
        static double Rank(double[] labeled, double[] answered) =>
            answered.Distinct().Count() < 2 ? 0 : Correlation.Spearman(labeled, answered);

        static double Share(LabeledAnswers answers, Func<(string Truth, string Answer), bool> which) =>
            (double)answers.Pairs.Count(which) / answers.Pairs.Count;
    }

    private IEnumerable<StressTest> Fairness()
    {
        if (data.Labeled(r => r.Clean) is not { } all)
            yield break;
        foreach (var (column, of) in data.Groupings())
        {
            var groups = data
                .LabeledRecordings.Where(r => of(r).Length > 0)
                .GroupBy(of, r => (r.Utterance.Emotion, r.Stressed.Clean.Emotion))
                .Where(g => g.Count() >= LeastOfGroup)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => (g.Key, Recalls: new ClassRecalls(all.Emotions, [.. g])))
                .ToArray();
            if (groups.Length < 2)
                continue;
            var together = ClassRecalls.Sum([.. groups.Select(g => g.Recalls)]);
            var thresholds = GuessingModel.LargestDistances([.. groups.Select(g => g.Recalls)], data.Seed);
            foreach (var (metric, name) in ClassRecalls.Metrics(all.Emotions).Index())
            foreach (var (group, recalls) in groups)
                if (recalls.Of(metric) is { } value && together.Of(metric) is { } whole)
                    yield return new StressTest(
                        StressTest.Fairness,
                        $"{column} {group}",
                        $"{name}, distance from all groups'",
                        Math.Abs(value - whole),
                        thresholds[metric],
                        AtLeast: false,
                        Simulated
                    )
                    {
                        Detail = string.Create(
                            CultureInfo.InvariantCulture,
                            $"{value:0.000} on {recalls.Total} recordings, {whole:0.000} on all"
                        ),
                    };
        }
    }

    private IEnumerable<StressTest> Robustness()
    {
        foreach (var (c, condition) in data.Conditions.Index())
        {
            if (condition.Demand == StressDemand.Beyond)
                continue;
            var small = condition.Demand == StressDemand.Small;
            var point = data.Curve[c];
            if (point.UaLost is { } lost)
                yield return new StressTest(
                    StressTest.Robustness,
                    condition.Name,
                    "UA lost",
                    lost,
                    MostLost,
                    AtLeast: false,
                    Published
                );
            if (small || point.Ua is null)
                yield return new StressTest(
                    StressTest.Robustness,
                    condition.Name,
                    "share of unchanged answers",
                    point.Unchanged,
                    small ? LeastUnchangedSmall : LeastUnchangedUsual,
                    AtLeast: true,
                    Published
                );
        }
    }

    private IEnumerable<StressTest> Uncertainty()
    {
        StressTest Test(string name, string metric, double? value, double threshold, bool atLeast, string detail) =>
            new(StressTest.Uncertainty, name, metric, value, threshold, atLeast, Own) { Detail = detail };
        var confident = data.Recordings.All(r => r.Stressed.Clean is { Confidence: not null } or { Emotion: "" });
        if (confident && data.Labeled(r => r.Clean) is not null)
        {
            var ranked = data
                .LabeledRecordings.Select(r =>
                    (r.Stressed.Clean.Confidence ?? 0, r.Stressed.Clean.Emotion == r.Utterance.Emotion)
                )
                .ToArray();
            yield return Test(
                "right answers are the confident ones",
                "AUROC of confidence",
                Auroc(ranked),
                LeastAuroc,
                true,
                $"{ranked.Length} recordings"
            );
        }
        if (data.NonSpeech.Count > 0)
            yield return Test(
                "no emotion where nobody speaks",
                "share of other sounds that are answered with an emotion",
                data.NonSpeech.Average(a => a.IsSure ? 1.0 : 0),
                MostNonSpeech,
                false,
                $"{data.NonSpeech.Count} sounds"
            );
        if (data.Labeled(r => r.Clean) is null)
            yield break;
        foreach (var family in data.Conditions.Index().GroupBy(c => c.Item.Family))
        {
            // the strongest change is the one that costs most
            var (worst, condition) = family.MinBy(c => data.Curve[c.Index].Ua ?? 1);
            if (data.Curve[worst].UaLost > MostLost && confident)
                yield return Test(
                    condition.Name,
                    "mean confidence less that of clean recordings",
                    data.Curve[worst].ConfidenceGained,
                    0,
                    false,
                    "asked where UA falls by more than 0.05"
                );
            if (
                ErrorOfSure(r => r.Degraded[worst] is null ? null : r.Clean) is { } own
                && ErrorOfSure(r => r.Degraded[worst]) is { } error
            )
                yield return Test(
                    condition.Name,
                    "error of the answers that it is sure of, less that on clean recordings",
                    error - own,
                    MostWorse,
                    false,
                    string.Create(CultureInfo.InvariantCulture, $"{data.Curve[worst].Answered:0%} are answered")
                );
        }
    }

    private double? ErrorOfSure(Func<StressedRecording, StressAnswer?> of)
    {
        var sure = data.LabeledRecordings.Where(r => of(r.Stressed)?.IsSure == true).ToArray();
        return sure.Length < LeastOfGroup
            ? null
            : sure.Average(r => of(r.Stressed)!.Emotion == r.Utterance.Emotion ? 0.0 : 1);
    }

    /// <summary>The probability that a right answer is more confident than a wrong one.</summary>
    private static double? Auroc(IReadOnlyList<(double Confidence, bool IsRight)> answers)
    {
        var (right, wrong) = (answers.Count(a => a.IsRight), answers.Count(a => !a.IsRight));
        if (right == 0 || wrong == 0)
            return null;
        var ranks = ArrayStatistics.RanksInplace([.. answers.Select(a => a.Confidence)]);
        var sum = answers.Zip(ranks).Where(a => a.First.IsRight).Sum(a => a.Second);
        return (sum - right * (right + 1) / 2.0) / ((double)right * wrong);
    }

    private static double? Number(double value) => double.IsNaN(value) ? null : value;
}
