using Prosodia.Evaluation.Metrics;

namespace Prosodia.Evaluation.Runs;

/// <summary>The same evaluation with several seeds: how far its figures are the seed's doing.</summary>
/// <param name="Runs">One result a seed, at least one.</param>
internal sealed record SeedSummary(IReadOnlyList<EvaluationResult> Runs)
{
    /// <summary>What all runs have in common.</summary>
    public EvaluationSetup Setup => Runs[0].Setup;

    /// <summary>The mean of the runs' pooled figures.</summary>
    public ClassificationMetrics Mean => ClassificationMetrics.Mean([.. Runs.Select(r => r.Pooled)]);

    /// <summary>Their standard deviation (n - 1); zero with one seed.</summary>
    public ClassificationMetrics Deviation => ClassificationMetrics.Deviation([.. Runs.Select(r => r.Pooled)]);

    /// <summary>The test predictions of all runs; the path of each also tells the seed.</summary>
    public IReadOnlyList<Prediction> Predictions => Together(Runs);

    /// <summary>95 % interval of UA by bootstrap over speakers; all predictions of a speaker come together.</summary>
    public SpeakerInterval UaInterval =>
        Runs.Count == 1
            ? Runs[0].Ci95["ua"]
            : SpeakerBootstrap.Intervals(Together(Runs), Runs[0].Classes, Runs[0].Setup.Seed)["ua"];

    /// <summary>Seconds of one core that training and testing took.</summary>
    public double TrainingSeconds => Runs.Sum(r => r.Folds.Sum(f => f.Seconds));

    private static IReadOnlyList<Prediction> Together(IReadOnlyList<EvaluationResult> runs) =>
        runs.Count == 1
            ? runs[0].Predictions
            : [.. runs.SelectMany(r => r.Predictions.Select(p => p with { Path = $"{p.Path} (seed {r.Setup.Seed})" }))];
}
