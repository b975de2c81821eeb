using Prosodia.Evaluation.Runs;
using Prosodia.Reporting;
using ScottPlot;

namespace Prosodia.Evaluation.Reports;

/// <summary>The pictures of an evaluation of numbers.</summary>
internal static class RegressionPlots
{
    private const int Width = 1000,
        Height = 460;
    private const double Faint = 0.35;

    /// <summary>Predictions over the truth, and errors over predictions.</summary>
    public static byte[] Scatter(RegressionResult result, int target)
    {
        ArgumentNullException.ThrowIfNull(result);
        var (of, name) = (result.Results[target], result.Targets[target].Name);
        double[] truth = [.. result.Predictions.Select(p => p.Truth[target])],
            predicted = [.. result.Predictions.Select(p => p.Predicted[target])];
        var (low, high) = (Math.Min(truth.Min(), predicted.Min()), Math.Max(truth.Max(), predicted.Max()));
        var margin = Math.Max(1e-9, high - low) / 20;

        var scatter = PlotCanvas.NewPlot(
            $"{name}: CCC {of.Pooled.Ccc:0.000}, n = {truth.Length}",
            "truth",
            "predicted"
        );
        Points(scatter, truth, predicted);
        var ideal = scatter.Add.Line(low, low, high, high);
        (ideal.LineColor, ideal.LinePattern, ideal.LegendText) = (PlotCanvas.Ink, LinePattern.Dashed, "ideal");
        scatter.Axes.SetLimits(low - margin, high + margin, low - margin, high + margin);
        scatter.ShowLegend(Alignment.LowerRight);

        double[] errors = [.. predicted.Zip(truth, (p, t) => p - t)];
        var residuals = PlotCanvas.NewPlot(
            $"Errors: RMSE {of.Pooled.Rmse:0.###}, MAE {of.Pooled.Mae:0.###}",
            "predicted",
            "residual (predicted - true)"
        );
        Points(residuals, predicted, errors);
        residuals.Add.HorizontalLine(0, 1, PlotCanvas.Ink);
        if (of.HalfWidth is { } half)
            foreach (var edge in new[] { -half, half })
            {
                var line = residuals.Add.HorizontalLine(edge, 1.5f, PlotCanvas.OfCluster(1), LinePattern.Dashed);
                line.LegendText = edge > 0 ? $"90 % interval, covers {of.Coverage:0.0%}" : "";
            }
        residuals.ShowLegend(Alignment.UpperRight);
        residuals.Axes.AutoScale();
        using var picture = new PlotCanvas(Width, Height);
        return picture.Draw(scatter, 0, 0, Height, Height).Draw(residuals, Height, 0, Width - Height, Height).ToPng();
    }

    private static void Points(Plot plot, double[] x, double[] y)
    {
        var points = plot.Add.ScatterPoints(x, y, PlotCanvas.OfCluster(0).WithAlpha(Faint));
        points.MarkerSize = x.Length > 1000 ? 3 : 5;
    }
}
