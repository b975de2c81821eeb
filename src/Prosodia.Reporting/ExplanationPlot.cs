using System.Globalization;
using Prosodia.Recognition;
using ScottPlot;

namespace Prosodia.Reporting;

/// <summary>
/// Why a recording got its answer, as a PNG: key segments by what they decide, groups of features, what of the voice
/// stands out.
/// </summary>
public static class ExplanationPlot
{
    private const int Width = 1400;
    private static readonly Color For = PlotCanvas.OfCluster(0),
        Against = PlotCanvas.OfCluster(1);

    /// <summary>The picture.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="explanation">Its explanation; its answer is an emotion, sure or not.</param>
    public static byte[] Of(RecognitionResult recording, Explanation explanation)
    {
        ArgumentNullException.ThrowIfNull(recording);
        ArgumentNullException.ThrowIfNull(explanation);
        var e = explanation.Prediction;
        if (explanation.Groups.Count == 0) // of an encoder, whose features have no names
        {
            using var segments = new PlotCanvas(Width, 280);
            return segments.Draw(Segments(recording, explanation), 0, 0, Width, 280).ToPng();
        }
        using var picture = new PlotCanvas(Width, 640);
        return picture
            .Draw(Segments(recording, explanation), 0, 0, Width, 280)
            .Draw(
                Bars(
                    explanation.Groups.Select(g => (g.Name, g.Score)),
                    $"What decided for {e.Emotion}",
                    "log odds over the other emotions"
                ),
                0,
                280,
                Width / 2,
                360
            )
            .Draw(
                Bars(
                    explanation.Voice.Select(v => (v.Name, v.Deviations)),
                    "What of the voice stands out",
                    "deviations from what it is compared with"
                ),
                Width / 2,
                280,
                Width / 2,
                360
            )
            .ToPng();
    }

    private static Plot Segments(RecognitionResult recording, Explanation explanation)
    {
        var e = explanation.Prediction;
        var plot = PlotCanvas.NewPlot(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Path.GetFileName(recording.Source)}: {e.Emotion} {e.Probability:0%}; key segments that speak "
                    + $"for it (blue) and against it (orange)"
            ),
            "seconds"
        );
        var most = Math.Max(0.01, explanation.Segments.Select(s => Math.Abs(s.Drop)).DefaultIfEmpty().Max());
        foreach (var segment in explanation.Segments)
        {
            var band = plot.Add.HorizontalSpan(
                segment.Start.TotalSeconds,
                segment.End.TotalSeconds,
                (segment.Drop >= 0 ? For : Against).WithAlpha(0.05 + 0.5 * Math.Abs(segment.Drop) / most)
            );
            band.LineStyle.IsVisible = false;
        }
        TimelinePlot.AddPeaks(plot, recording);
        plot.Axes.SetLimits(0, recording.Duration.TotalSeconds, -1.05, 1.05);
        return plot;
    }

    private static Plot Bars(IEnumerable<(string Name, double Value)> values, string title, string label)
    {
        var shown = values.Reverse().ToArray(); // the first on top
        var plot = PlotCanvas.NewPlot(title, label);
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        foreach (var (i, (name, value)) in shown.Index())
        {
            var bar = plot.Add.Bar(
                new Bar
                {
                    Position = i,
                    Value = value,
                    FillColor = value >= 0 ? For : Against,
                    LineWidth = 0,
                    Orientation = Orientation.Horizontal,
                }
            );
            bar.Horizontal = true;
            ticks.AddMajor(i, name);
        }
        plot.Axes.Left.TickGenerator = ticks;
        var reach = Math.Max(0.5, shown.Select(v => Math.Abs(v.Value)).DefaultIfEmpty().Max()) * 1.1;
        plot.Axes.SetLimits(-reach, reach, -0.7, Math.Max(0.7, shown.Length - 0.3));
        plot.Add.VerticalLine(0, 1, PlotCanvas.Muted);
        return plot;
    }
}
