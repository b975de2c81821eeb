using System.Text.Json;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Metrics;

namespace Prosodia.Evaluation.Runs;

/// <summary>What came of a target.</summary>
/// <param name="Target">The target.</param>
/// <param name="Pooled">The figures of all folds together.</param>
/// <param name="Ci95">Their 95 % intervals, by name.</param>
/// <param name="Mean">The mean of the folds' figures.</param>
/// <param name="Coverage">The share of test recordings whose truth is within its interval, which is meant to be
/// <see cref="ConformalInterval.Coverage"/>; null where a fold has none.</param>
/// <param name="HalfWidth">Half the width of the intervals, the mean over recordings.</param>
/// <param name="People">How well each rater agrees with the mean of the others; null where raters are not
/// known.</param>
internal sealed record TargetResult(
    NumericTarget Target,
    RegressionMetrics Pooled,
    IReadOnlyDictionary<string, SpeakerInterval> Ci95,
    RegressionMetrics Mean,
    double? Coverage,
    double? HalfWidth,
    RegressionMetrics? People
);

/// <summary>The outcome of a cross-validation of numbers: all that <c>results.json</c> and the report say.</summary>
/// <param name="Setup">What was evaluated.</param>
/// <param name="Targets">What was predicted, in the order of all arrays.</param>
/// <param name="Folds">The folds, in the order of the protocol.</param>
internal sealed record RegressionResult(
    EvaluationSetup Setup,
    IReadOnlyList<NumericTarget> Targets,
    IReadOnlyList<FoldResult<ValuePrediction>> Folds
)
{
    private const int MinOfGroup = 10; // recordings, so that a correlation says something

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private Lazy<IReadOnlyList<TargetResult>>? _results;

    /// <summary>For each target how well each rater agrees with the others; null where raters are not known.</summary>
    public IReadOnlyList<RegressionMetrics?> People { get; init; } = [];

    /// <summary>The test predictions of all folds together.</summary>
    public IReadOnlyList<ValuePrediction> Predictions => [.. Folds.SelectMany(f => f.Test)];

    /// <summary>Whether something was trained in epochs, so that there are loss curves.</summary>
    public bool HasLoss => Folds.Any(f => f.Loss.Length > 0);

    /// <summary>What came of each target, computed once.</summary>
    public IReadOnlyList<TargetResult> Results =>
        (_results ??= new(() => [.. Targets.Select((_, t) => ResultOf(t))])).Value;

    /// <summary>The mean of the targets' concordance.</summary>
    public double Ccc => Results.Average(r => r.Pooled.Ccc);

    /// <summary>The figures of a target on some predictions.</summary>
    public static RegressionMetrics Figures(IReadOnlyList<ValuePrediction> predictions, int target) =>
        RegressionMetrics.Of(
            [.. predictions.Select(p => p.Truth[target])],
            [.. predictions.Select(p => p.Predicted[target])]
        );

    /// <summary>The figures of a target by speaker and by sex, of those with enough recordings.</summary>
    public IReadOnlyList<(string Column, string Value, int Count, RegressionMetrics Figures)> Groups(int target) =>
        [
            .. from column in new[] { GroupMetrics.Speaker, "sex" }
            from value in Predictions.GroupBy(p =>
                column == GroupMetrics.Speaker ? p.Speaker : p.Groups.GetValueOrDefault(column, "")
            )
            where value.Key.Length > 0 && value.Count() >= MinOfGroup
            orderby column == GroupMetrics.Speaker, value.Key
            select (column, value.Key, value.Count(), Figures([.. value], target)),
        ];

    /// <summary>
    /// The text of <c>results.json</c>: the same for the same recordings, settings, seed and machine.
    /// </summary>
    public string ToJson() =>
        JsonSerializer.Serialize(
            new
            {
                Setup.Protocol,
                Setup.Corpus,
                Setup.Model,
                Setup.Encoder,
                Setup.Note,
                Setup.Seed,
                Setup.Settings,
                Targets = Results.Select(
                    (r, t) =>
                        new
                        {
                            r.Target.Name,
                            r.Target.Low,
                            r.Target.High,
                            r.Pooled,
                            r.Ci95,
                            r.Mean,
                            Interval = new
                            {
                                Nominal = ConformalInterval.Coverage,
                                r.Coverage,
                                r.HalfWidth,
                            },
                            r.People,
                            Groups = Groups(t)
                                .Select(g => new
                                {
                                    g.Column,
                                    g.Value,
                                    g.Count,
                                    g.Figures,
                                }),
                        }
                ),
                Folds = Folds.Select(f => new
                {
                    f.Name,
                    f.TrainSpeakers,
                    f.ValidationSpeakers,
                    f.TestSpeakers,
                    f.NTrain,
                    NValidation = f.Validation.Length,
                    NTest = f.Test.Length,
                    f.BestEpoch,
                    f.Chosen,
                    Validation = Targets.Select((_, t) => Figures(f.Validation, t)),
                    Test = Targets.Select((_, t) => Figures(f.Test, t)),
                }),
            },
            Json
        ) + "\n";

    private TargetResult ResultOf(int target)
    {
        var predictions = Predictions;
        var covered = predictions.All(p => p.HalfWidths.Length > 0) ? predictions : [];
        return new TargetResult(
            Targets[target],
            Figures(predictions, target),
            RegressionBootstrap.Intervals(predictions, target, Setup.Seed),
            RegressionMetrics.Mean([.. Folds.Select(f => Figures(f.Test, target))]),
            covered.Count == 0
                ? null
                : covered.Average(p => Math.Abs(p.Error(target)) <= p.HalfWidths[target] ? 1.0 : 0),
            covered.Count == 0 ? null : covered.Average(p => p.HalfWidths[target]),
            People.Count > target ? People[target] : null
        );
    }
}
