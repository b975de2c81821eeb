using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Runs;

namespace Prosodia.Evaluation.Reports;

/// <summary>The tables of an evaluation of numbers.</summary>
internal static class RegressionTables
{
    /// <summary>The figures of each target, with people's own where raters are known.</summary>
    public static ResultTable Figures(RegressionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var setup = result.Setup;
        var hasPeople = result.Results.Any(r => r.People is not null);
        return new ResultTable(
            $"{setup.Corpus}, {setup.Model}, {setup.Protocol}, seed {setup.Seed}"
                + (setup.Note is { } note ? $". {note}" : ""),
            [
                "target",
                "figure",
                "all folds",
                "95 % from",
                "to",
                "speakers",
                "mean of folds",
                .. hasPeople ? ["one rater, others' mean"] : Array.Empty<string>(),
            ],
            [
                .. from r in result.Results
                from figure in r.Pooled.All.Index()
                let interval = r.Ci95[figure.Item.Name]
                select (IReadOnlyList<object?>)
                    [
                        r.Target.Name,
                        Name(figure.Item.Name),
                        figure.Item.Value,
                        interval.Low,
                        interval.High,
                        interval.Speakers,
                        r.Mean.All[figure.Index].Value,
                        .. hasPeople ? [r.People?.All[figure.Index].Value] : Array.Empty<object?>(),
                    ],
            ]
        );
    }

    /// <summary>How wide the intervals around predictions are, and how often they hold the truth.</summary>
    public static ResultTable Intervals(RegressionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new ResultTable(
            "Predictive intervals (conformal)",
            ["target", "nominal coverage", "empirical coverage", "half width"],
            [
                .. result.Results.Select(r =>
                    (IReadOnlyList<object?>)[r.Target.Name, ConformalInterval.Coverage, r.Coverage, r.HalfWidth]
                ),
            ]
        );
    }

    /// <summary>The folds.</summary>
    public static ResultTable Folds(RegressionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        string[] chosen = [.. result.Folds.SelectMany(f => f.Chosen?.Keys ?? []).Distinct()];
        return new ResultTable(
            "Folds",
            [
                "fold",
                "train",
                "validation",
                "test",
                .. result.HasLoss ? ["epoch"] : Array.Empty<string>(),
                .. result.Targets.SelectMany(t => new[] { $"{t.Name} CCC", $"{t.Name} RMSE" }),
                .. chosen,
            ],
            [
                .. result.Folds.Select(f =>
                    (IReadOnlyList<object?>)
                        [
                            f.Name,
                            f.NTrain,
                            f.Validation.Length,
                            f.Test.Length,
                            .. result.HasLoss ? [f.BestEpoch] : Array.Empty<object?>(),
                            .. result
                                .Targets.Select((_, t) => RegressionResult.Figures(f.Test, t))
                                .SelectMany(m => new object?[] { m.Ccc, m.Rmse }),
                            .. chosen.Select(name => f.Chosen?.GetValueOrDefault(name)),
                        ]
                ),
            ]
        );
    }

    /// <summary>The figures by speaker and by sex.</summary>
    public static ResultTable Groups(RegressionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new ResultTable(
            "Groups",
            ["target", "column", "value", "recordings", "CCC", "RMSE", "MAE"],
            [
                .. from target in result.Targets.Index()
                from g in result.Groups(target.Index)
                select (IReadOnlyList<object?>)
                    [target.Item.Name, g.Column, g.Value, g.Count, g.Figures.Ccc, g.Figures.Rmse, g.Figures.Mae],
            ]
        );
    }

    /// <summary>A figure's name for people.</summary>
    internal static string Name(string figure) =>
        figure switch
        {
            "ccc" => "CCC",
            "pearson" => "Pearson",
            "spearman" => "Spearman",
            _ => figure.ToUpperInvariant(),
        };
}
