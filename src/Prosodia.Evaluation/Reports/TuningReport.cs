using System.Globalization;
using Prosodia.Evaluation.Runs;
using Prosodia.Reporting;
using static System.FormattableString;

namespace Prosodia.Evaluation.Reports;

/// <summary>What was tried, and what came of it on speakers that had no say.</summary>
/// <param name="Result">The tuned evaluation.</param>
/// <param name="Trials">What was tried.</param>
internal sealed record TuningReport(EvaluationResult Result, IReadOnlyList<TuningTrial> Trials)
{
    /// <summary>Each value with the UA that it had within the folds' other speakers.</summary>
    public ResultTable Table =>
        new(
            "Tried within the speakers that a fold doesn't test",
            ["setting", "value", "inner UA", "lowest fold", "highest fold", "folds that chose it", "segments"],
            [
                .. from trial in Trials
                group trial by (trial.Setting, trial.Value) into value
                select (IReadOnlyList<object?>)
                    [
                        value.Key.Setting.Replace('_', ' '),
                        Invariant($"{value.Key.Value}"),
                        value.Average(t => t.Ua),
                        value.Min(t => t.Ua),
                        value.Max(t => t.Ua),
                        Result.Folds.Count(f =>
                            Convert.ToDouble(f.Chosen![value.Key.Setting], null) == value.Key.Value
                        ),
                        value.First().SegmentsPerUtterance,
                    ],
            ]
        );

    /// <summary>Speakers, where the protocol keeps them apart; otherwise recordings.</summary>
    private string Tested => Result.Setup.Note is null ? "speakers" : "recordings";

    /// <summary>What was found, a sentence each.</summary>
    public IReadOnlyList<string> Findings =>
        [
            string.Create(
                CultureInfo.InvariantCulture,
                $"UA {Result.Pooled.Ua:0.000} on test {Tested} that had no say in any setting ("
                    + $"{Result.Ci95["ua"]})."
            ),
            Result.Setup.ProtocolDescription,
        ];

    /// <summary>The report.</summary>
    public StudyReport ToReport() =>
        new(
            $"Tuning on {Result.Setup.Corpus}, {Result.Setup.Model}",
            Findings,
            Result.Setup.Note is { } note ? [note] : [],
            [Table, RunTables.Folds(Result)],
            [
                .. Trials
                    .GroupBy(t => t.Setting)
                    .Select(s => new StudyPlot($"UA over {s.Key.Replace('_', ' ')}", Curve(s.Key, [.. s]))),
            ]
        );

    private static byte[] Curve(string setting, TuningTrial[] trials)
    {
        var plot = PlotCanvas.NewPlot("", setting.Replace('_', ' '), "UA within the other speakers");
        foreach (var (i, fold) in trials.GroupBy(t => t.Fold).Index())
            Line(fold, PlotCanvas.Muted.WithAlpha(0.6), 1, i == 0 ? "each fold" : "");
        Line(
            trials.GroupBy(t => t.Value).Select(v => v.First() with { Ua = v.Average(t => t.Ua) }),
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
                sorted.Select(p => p.Ua).ToArray(),
                color
            );
            (line.LineWidth, line.MarkerSize, line.LegendText) = (width, 2 * width + 2, legend);
        }
    }
}
