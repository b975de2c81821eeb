using Prosodia.Evaluation.Runs;
using Prosodia.Reporting;
using ScottPlot;

namespace Prosodia.Evaluation.Reports;

/// <summary>The pictures of an evaluation: confusion matrix, loss curves, calibration.</summary>
internal static class RunPlots
{
    public static byte[] Confusion(EvaluationResult result)
    {
        var (matrix, n) = (result.Confusion, result.Classes.Count);
        var plot = PlotCanvas.NewPlot(
            $"{result.Setup.Corpus}, {result.Setup.Model}, {result.Setup.Protocol}\nUA {result.Pooled.Ua:0.0%}, "
                + $"WA {result.Pooled.Wa:0.0%}, n = {matrix.Total}",
            "recognized as",
            "spoken as"
        );
        var recall = new double[n, n];
        for (var t = 0; t < n; t++)
        for (var p = 0; p < n; p++)
        {
            recall[t, p] = matrix.Truths(t) == 0 ? 0 : (double)matrix[t, p] / matrix.Truths(t);
            var text = plot.Add.Text($"{recall[t, p]:0%}\n{matrix[t, p]}", p, n - 1 - t);
            text.LabelFontSize = n > 5 ? 11 : 14;
            text.LabelFontColor = recall[t, p] > 0.5 ? Colors.White : PlotCanvas.Ink;
            text.LabelAlignment = Alignment.MiddleCenter;
        }
        var map = plot.Add.Heatmap(recall);
        map.Extent = new CoordinateRect(0, n - 1, 0, n - 1); // centers of the corner cells
        map.ManualRange = new ScottPlot.Range(0, 1);
        map.Colormap = new ScottPlot.Colormaps.Blues().Reversed();
        plot.MoveToBack(map);
        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, n).Select(i => (double)i)], [.. result.Classes]);
        plot.Axes.Left.SetTicks([.. Enumerable.Range(0, n).Select(i => n - 1.0 - i)], [.. result.Classes]);
        plot.Axes.Bottom.TickLabelStyle.Rotation = n > 5 ? -30 : 0;
        if (n > 5)
            plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
        plot.Axes.Bottom.MinimumSize = n > 5 ? 90 : 60;
        plot.Axes.SetLimits(-0.5, n - 0.5, -0.5, n - 0.5);
        plot.HideGrid();
        using var picture = new PlotCanvas(200 + 90 * n, 170 + 78 * n);
        return picture.Draw(plot, 0, 0, 200 + 90 * n, 170 + 78 * n).ToPng();
    }

    /// <summary>The loss curves of folds.</summary>
    /// <param name="setup">What was evaluated.</param>
    /// <param name="folds">Of each fold the epoch that was kept and the curve.</param>
    /// <param name="loss">What the loss is.</param>
    public static byte[] Loss(
        EvaluationSetup setup,
        IReadOnlyList<(int BestEpoch, LossPoint[] Loss)> folds,
        string loss = "negative log-likelihood, class-balanced"
    )
    {
        var plot = PlotCanvas.NewPlot($"Loss of {folds.Count} folds: {setup.Corpus}, {setup.Model}", "epoch", loss);
        foreach (var (i, fold) in folds.Index())
        {
            var points = fold.Loss.Where(l => l.Validation is not null).ToArray();
            var train = plot.Add.ScatterLine(
                fold.Loss.Select(l => (double)l.Epoch).ToArray(),
                fold.Loss.Select(l => l.Train).ToArray(),
                PlotCanvas.Muted.WithAlpha(0.6)
            );
            var validation = plot.Add.Scatter(
                points.Select(l => (double)l.Epoch).ToArray(),
                points.Select(l => l.Validation!.Value).ToArray(),
                PlotCanvas.OfCluster(0).WithAlpha(0.75)
            );
            validation.MarkerSize = 5;
            var best = plot.Add.Marker(
                fold.BestEpoch,
                points.First(l => l.Epoch == fold.BestEpoch).Validation!.Value,
                MarkerShape.FilledCircle,
                11,
                PlotCanvas.OfCluster(1)
            );
            if (i > 0)
                continue;
            (train.LegendText, validation.LegendText, best.LegendText) = ("training", "validation", "epoch kept");
        }
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        plot.ShowLegend(Alignment.UpperRight);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsY(0, Math.Min(plot.Axes.GetLimits().Top, 4));
        using var picture = new PlotCanvas(1000, 480);
        return picture.Draw(plot, 0, 0, 1000, 480).ToPng();
    }

    public static byte[] Calibration(EvaluationResult result)
    {
        var (raw, scaled) = (result.Calibration, result.ScaledCalibration);
        var reliability = PlotCanvas.NewPlot(
            "Are probabilities what they say?",
            "confidence",
            "fraction that is right"
        );
        var ideal = reliability.Add.Line(0, 0, 1, 1);
        (ideal.LineColor, ideal.LinePattern, ideal.LegendText) = (PlotCanvas.Muted, LinePattern.Dashed, "ideal");
        Curve(
            reliability,
            raw.Bins.Select(b => (b.Confidence, b.Accuracy)),
            PlotCanvas.OfCluster(1),
            $"as trained, error {raw.ExpectedError:0.000}"
        );
        Curve(
            reliability,
            scaled.Bins.Select(b => (b.Confidence, b.Accuracy)),
            PlotCanvas.OfCluster(0),
            $"with temperature, error {scaled.ExpectedError:0.000}"
        );
        reliability.Axes.SetLimits(0, 1, 0, 1);
        reliability.ShowLegend(Alignment.LowerRight);

        var coverage = PlotCanvas.NewPlot(
            "Answering only the most confident recordings",
            "fraction answered",
            "fraction wrong"
        );
        Curve(coverage, scaled.RiskCoverage.Select(p => (p.Coverage, p.Error)), PlotCanvas.OfCluster(0), "");
        coverage.Axes.SetLimits(0, 1.02, 0, Math.Max(0.1, 1.15 * scaled.RiskCoverage.Max(p => p.Error)));
        coverage.HideLegend();
        using var picture = new PlotCanvas(1000, 430);
        return picture.Draw(reliability, 0, 0, 500, 430).Draw(coverage, 500, 0, 500, 430).ToPng();

        static void Curve(Plot plot, IEnumerable<(double X, double Y)> points, Color color, string legend)
        {
            var curve = plot.Add.Scatter(points.Select(p => p.X).ToArray(), points.Select(p => p.Y).ToArray(), color);
            (curve.LineWidth, curve.MarkerSize, curve.LegendText) = (2, 7, legend);
        }
    }
}
