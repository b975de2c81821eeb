using System.Globalization;
using Prosodia.Evaluation.Runs;
using Prosodia.Reporting;
using static System.FormattableString;

namespace Prosodia.Evaluation.Reports;

/// <summary>What was tried, and what came of it on speakers that had no say.</summary>
/// <param name="Setup">The tuned evaluation.</param>
/// <param name="Chosen">For each fold the values that were chosen.</param>
/// <param name="Trials">What was tried.</param>
/// <param name="Figure">What settings are chosen by, such as UA.</param>
/// <param name="Tested">That figure on the test recordings, with its interval.</param>
/// <param name="Folds">The folds.</param>
internal sealed record TuningReport(
    EvaluationSetup Setup,
    IReadOnlyList<IReadOnlyDictionary<string, object>> Chosen,
    IReadOnlyList<TuningTrial> Trials,
    string Figure,
    string Tested,
    ResultTable Folds
)
{
    /// <summary>Of classes.</summary>
    public static TuningReport Of(EvaluationResult result, IReadOnlyList<TuningTrial> trials)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new TuningReport(
            result.Setup,
            [.. result.Folds.Select(f => f.Chosen!)],
            trials,
            "UA",
            string.Create(CultureInfo.InvariantCulture, $"{result.Pooled.Ua:0.000} ({result.Ci95["ua"]})"),
            RunTables.Folds(result)
        );
    }

    /// <summary>Of numbers.</summary>
    public static TuningReport Of(RegressionResult result, IReadOnlyList<TuningTrial> trials)
    {
        ArgumentNullException.ThrowIfNull(result);
        var several = result.Results.Count > 1 ? ", the mean of the targets," : $" ({result.Results[0].Ci95["ccc"]})";
        return new TuningReport(
            result.Setup,
            [.. result.Folds.Select(f => f.Chosen!)],
            trials,
            "CCC",
            string.Create(CultureInfo.InvariantCulture, $"{result.Ccc:0.000}{several}"),
            RegressionTables.Folds(result)
        );
    }

    /// <summary>Each value with the UA that it had within the folds' other speakers.</summary>
    public ResultTable Table =>
        new(
            "Tried within the speakers that a fold doesn't test",
            ["setting", "value", $"inner {Figure}", "lowest fold", "highest fold", "folds that chose it", "segments"],
            [
                .. from trial in Trials
                group trial by (trial.Setting, trial.Value) into value
                select (IReadOnlyList<object?>)
                    [
                        value.Key.Setting.Replace('_', ' '),
                        Invariant($"{value.Key.Value}"),
                        value.Average(t => t.Score),
                        value.Min(t => t.Score),
                        value.Max(t => t.Score),
                        Chosen.Count(c => Convert.ToDouble(c[value.Key.Setting], null) == value.Key.Value),
                        value.First().SegmentsPerUtterance,
                    ],
            ]
        );

    /// <summary>Speakers, where the protocol keeps them apart; otherwise recordings.</summary>
    private string Unseen => Setup.Note is null ? "speakers" : "recordings";

    /// <summary>What was found, a sentence each.</summary>
    public IReadOnlyList<string> Findings =>
        [$"{Figure} {Tested} on test {Unseen} that had no say in any setting.", Setup.ProtocolDescription];

    /// <summary>The report.</summary>
    public StudyReport ToReport() =>
        new(
            $"Tuning on {Setup.Corpus}, {Setup.Model}",
            Findings,
            Setup.Note is { } note ? [note] : [],
            [Table, Folds],
            [
                .. Trials
                    .GroupBy(t => t.Setting)
                    .Select(s => new StudyPlot(
                        $"{Figure} over {s.Key.Replace('_', ' ')}",
                        Curve(Figure, s.Key, [.. s])
                    )),
            ]
        );

    private static byte[] Curve(string figure, string setting, TuningTrial[] trials)
    {
        var plot = PlotCanvas.NewPlot("", setting.Replace('_', ' '), $"{figure} within the other speakers");
        foreach (var (i, fold) in trials.GroupBy(t => t.Fold).Index())
            Line(fold, PlotCanvas.Muted.WithAlpha(0.6), 1, i == 0 ? "each fold" : "");
        Line(
            trials.GroupBy(t => t.Value).Select(v => v.First() with { Score = v.Average(t => t.Score) }),
            PlotCanvas.OfCluster(0),
            3,
            "mean of folds"
        );
        plot.ShowLegend(ScottPlot.Alignment.LowerLeft);
        using var picture = new PlotCanvas(760, 420);
        return picture.Draw(plot, 0, 0, 760, 420).ToPng();

        void Line(IEnumerable<TuningTrial> points, ScottPlot.Color color, float width, string legend)
        {
            var sorted = points.OrderBy(p => p.Value).ToArray();
            var line = plot.Add.Scatter(
                sorted.Select(p => p.Value).ToArray(),
                sorted.Select(p => p.Score).ToArray(),
                color
            );
            (line.LineWidth, line.MarkerSize, line.LegendText) = (width, 2 * width + 2, legend);
        }
    }
}
