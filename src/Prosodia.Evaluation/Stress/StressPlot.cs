using System.Globalization;
using Prosodia.Reporting;
using ScottPlot;

namespace Prosodia.Evaluation.Stress;

/// <summary>
/// The curves of a stress run as a picture: a small plot for each way in which recordings are
/// degraded.
/// </summary>
internal static class StressPlot
{
    private const int Columns = 4,
        Width = 360,
        Height = 250;

    public static byte[] Of(StressResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var families = result.Curve.GroupBy(p => p.Family).ToArray();
        var rows = (families.Length + Columns - 1) / Columns;
        using var picture = new PlotCanvas(Columns * Width, Math.Max(1, rows) * Height);
        foreach (var (i, family) in families.Index())
            picture.Draw(
                Curve(result, family.OrderBy(p => p.Strength).ToArray(), legend: i == 0),
                i % Columns * Width,
                i / Columns * Height,
                Width,
                Height
            );
        return picture.ToPng();
    }

    /// <summary>Error against share answered.</summary>
    public static byte[] OfRisk(StressResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var plot = PlotCanvas.NewPlot("", "share answered, the most confident first", "error");
        foreach (var (i, curve) in result.Risk.GroupBy(r => r.Input).Index())
        {
            var line = plot.Add.Scatter(
                curve.Select(r => r.Answered).ToArray(),
                curve.Select(r => r.Error).ToArray(),
                PlotCanvas.OfCluster(i)
            );
            (line.LegendText, line.LineWidth, line.MarkerSize) = (curve.Key, 2, 7);
        }
        plot.Axes.SetLimits(0, 1.03, 0, 1);
        plot.ShowLegend(Alignment.UpperLeft);
        using var picture = new PlotCanvas(2 * Width, 2 * Height);
        return picture.Draw(plot, 0, 0, 2 * Width, 2 * Height).ToPng();
    }

    private static Plot Curve(StressResult result, StressCurvePoint[] points, bool legend)
    {
        var plot = PlotCanvas.NewPlot(points[0].Family, points[0].Unit);
        var x = points.Select((_, i) => (double)i).ToArray();
        Add("unchanged", p => p.Unchanged, 0);
        Add("UA", p => p.Ua, 1);
        Add("confidence", p => p.Confidence, 2);
        if (result.CleanUa is { } clean)
            plot.Add.HorizontalLine(clean, 1, PlotCanvas.OfCluster(1).WithAlpha(0.6), LinePattern.Dashed);
        plot.Axes.Bottom.SetTicks(
            x,
            [.. points.Select(p => p.Strength.ToString("0.##", CultureInfo.InvariantCulture))]
        );
        plot.Axes.SetLimits(-0.3, points.Length - 0.7, 0, 1.05);
        if (legend)
            plot.ShowLegend(Alignment.LowerRight);
        else
            plot.HideLegend();
        return plot;

        void Add(string name, Func<StressCurvePoint, double?> of, int color)
        {
            if (points.Any(p => of(p) is null))
                return;
            var line = plot.Add.Scatter(x, points.Select(p => of(p)!.Value).ToArray(), PlotCanvas.OfCluster(color));
            (line.LegendText, line.LineWidth, line.MarkerSize) = (name, 2, 7);
        }
    }
}
