using System.Globalization;
using Prosodia.Evaluation.IO;
using Prosodia.Evaluation.Runs;
using static System.FormattableString;

namespace Prosodia.Evaluation.Reports;

/// <summary>
/// The files of a finished evaluation of numbers: <c>results.json</c>, <c>predictions.csv</c>, and a report with its
/// tables.
/// </summary>
internal static class RegressionFiles
{
    private const string Report = "report";
    private const int Tables = 4;

    /// <summary>The files that an evaluation may write into a folder.</summary>
    public static IEnumerable<string> In(string folder) =>
        [
            Path.Combine(folder, "results.json"),
            Path.Combine(folder, "predictions.csv"),
            .. StudyReport.Files(folder, Report, Tables),
        ];

    /// <summary>Writes all files and gives the report's path.</summary>
    public static string Write(string folder, RegressionResult result, RunContext context)
    {
        ArgumentNullException.ThrowIfNull(result);
        OutputFile.Write(Path.Combine(folder, "results.json"), result.ToJson());
        CsvFile.Write(Path.Combine(folder, "predictions.csv"), Predictions(result));
        return ToReport(result).Write(folder, Report, context);
    }

    /// <summary>What was found, a sentence each.</summary>
    public static IReadOnlyList<string> Findings(RegressionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return
        [
            .. result.Results.Select(r =>
                Invariant(
                    $"{r.Target.Name}: CCC {r.Pooled.Ccc:0.000} ({r.Ci95["ccc"]}), Pearson {r.Pooled.Pearson:0.000}, "
                )
                + Invariant($"RMSE {r.Pooled.Rmse:0.###}, MAE {r.Pooled.Mae:0.###}")
                + (
                    r.Coverage is { } coverage
                        ? Invariant(
                            $"; 90 % intervals of ±{r.HalfWidth:0.###} hold {100 * coverage:0.0} % of the truth."
                        )
                        : "."
                )
                + (
                    r.People is { } people
                        ? Invariant($" One rater against the mean of the others: CCC {people.Ccc:0.000}.")
                            + (
                                r.Pooled.Ccc > people.Ccc
                                    ? " The model beats the agreement of people: ask what else it has learned."
                                    : ""
                            )
                        : ""
                )
            ),
        ];
    }

    private static StudyReport ToReport(RegressionResult result)
    {
        var setup = result.Setup;
        string[] notes =
        [
            setup.ProtocolDescription,
            "CCC is the concordance correlation coefficient: 1 only where predictions equal the truth. Methods in "
                + "closed form are fitted by least squares and stretched to vary as much as the truth on known "
                + "speakers, which raises CCC and RMSE; networks are trained for CCC.",
            .. setup.Note is { } note ? [note] : Array.Empty<string>(),
            .. setup.Encoder is { } encoder ? [$"Features: {encoder}."] : Array.Empty<string>(),
            "Settings: "
                + string.Join(
                    ", ",
                    setup.Settings.Select(s =>
                        $"{s.Key.Replace('_', ' ')} {Convert.ToString(s.Value, CultureInfo.InvariantCulture)}"
                    )
                ),
        ];
        return new StudyReport(
            $"{setup.Corpus}, {setup.Model}: {string.Join(", ", result.Targets.Select(t => t.Name))}",
            Findings(result),
            notes,
            [RegressionTables.Figures(result), RegressionTables.Intervals(result)],
            [
                .. result.Targets.Select(
                    (t, i) => new StudyPlot(t.Name, RegressionPlots.Scatter(result, i)) { IsWide = true }
                ),
                .. result.HasLoss
                    ?
                    [
                        new StudyPlot(
                            "Loss",
                            RunPlots.Loss(setup, [.. result.Folds.Select(f => (f.BestEpoch, f.Loss))], "1 - CCC")
                        )
                        {
                            IsWide = true,
                        },
                    ]
                    : Array.Empty<StudyPlot>(),
            ]
        )
        {
            Appendix = [RegressionTables.Folds(result), RegressionTables.Groups(result)],
        };
    }

    private static IEnumerable<object?[]> Predictions(RegressionResult result)
    {
        string[] Columns(string target) => [target, $"{target}_predicted", $"{target}_low", $"{target}_high"];
        yield return ["fold", "path", "speaker", .. result.Targets.SelectMany(t => Columns(t.Name))];
        foreach (var fold in result.Folds)
        foreach (var p in fold.Test)
            yield return
            [
                fold.Name,
                p.Path,
                p.Speaker,
                .. result.Targets.SelectMany(
                    (target, t) =>
                        new object?[]
                        {
                            p.Truth[t],
                            p.Predicted[t],
                            p.HalfWidths.Length > t ? target.Clip(p.Predicted[t] - p.HalfWidths[t]) : null,
                            p.HalfWidths.Length > t ? target.Clip(p.Predicted[t] + p.HalfWidths[t]) : null,
                        }
                ),
            ];
    }
}
