using Prosodia.Recognition;
using ScottPlot;

namespace Prosodia.Reporting;

/// <summary>
/// The numbers that a model predicts beside emotions: over time, and in the plane of valence and
/// arousal.
/// </summary>
internal static class DimensionsPlot
{
    private const string Valence = "valence",
        Arousal = "arousal";
    private const double Margin = 0.04;

    /// <summary>Draws both, the plane where the model has valence and arousal.</summary>
    public static void Draw(
        PlotCanvas picture,
        RecognitionResult recording,
        ModelCard card,
        float top,
        int width,
        int height,
        float axisWidth
    )
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(card);
        ModelDimension[] dimensions = [.. card.Dimensions ?? []];
        var plane =
            dimensions.FirstOrDefault(d => d.Name == Valence) is { } valence
            && dimensions.FirstOrDefault(d => d.Name == Arousal) is { } arousal
                ? Plane(recording, valence, arousal)
                : null;
        var left = plane is null ? width : width - height;
        picture.Draw(Curves(recording, card, dimensions, axisWidth), 0, top, left, height);
        if (plane is not null)
            picture.Draw(plane, left, top, height, height);
    }

    /// <summary>Each dimension over time, from the lowest to the highest that the model predicts.</summary>
    private static Plot Curves(
        RecognitionResult recording,
        ModelCard card,
        ModelDimension[] dimensions,
        float axisWidth
    )
    {
        var plot = PlotCanvas.NewPlot("", yLabel: "lowest to highest");
        foreach (var (i, dimension) in dimensions.Index())
        {
            var first = true;
            foreach (var turn in recording.Segments)
            {
                if (!turn.Prediction.Dimensions.TryGetValue(dimension.Name, out var value))
                    continue;
                var level = Share(value, dimension);
                var line = plot.Add.Line(turn.Start.TotalSeconds, level, turn.End.TotalSeconds, level);
                (line.Color, line.LineWidth) = (PlotCanvas.OfCluster(card.Emotions.Count + i), 4);
                if (first)
                    line.LegendText = FormattableString.Invariant(
                        $"{dimension.Name} ({dimension.Low:0.##} to {dimension.High:0.##})"
                    );
                first = false;
            }
        }
        plot.ShowLegend(Edge.Bottom);
        plot.Axes.Left.MinimumSize = plot.Axes.Left.MaximumSize = axisWidth;
        plot.Axes.SetLimits(0, recording.Duration.TotalSeconds, -Margin, 1 + Margin);
        TimelinePlot.Clock(plot, recording.Duration.TotalSeconds);
        return plot;
    }

    /// <summary>Where each turn lies, and the way from one to the next.</summary>
    private static Plot Plane(RecognitionResult recording, ModelDimension valence, ModelDimension arousal)
    {
        var plot = PlotCanvas.NewPlot("", Valence, Arousal);
        (double X, double Y)[] points =
        [
            .. recording
                .Segments.Where(t => t.Prediction.Dimensions.Count > 0)
                .Select(t => (t.Prediction.Dimensions[Valence], t.Prediction.Dimensions[Arousal])),
        ];
        plot.Add.VerticalLine((valence.Low + valence.High) / 2, 1, PlotCanvas.Muted);
        plot.Add.HorizontalLine((arousal.Low + arousal.High) / 2, 1, PlotCanvas.Muted);
        var way = plot.Add.Scatter(
            points.Select(p => p.X).ToArray(),
            points.Select(p => p.Y).ToArray(),
            PlotCanvas.OfCluster(0).WithAlpha(0.6)
        );
        (way.LineWidth, way.MarkerSize) = (1, 8);
        plot.Axes.SetLimits(valence.Low, valence.High, arousal.Low, arousal.High);
        return plot;
    }

    private static double Share(double value, ModelDimension dimension) =>
        (value - dimension.Low) / (dimension.High - dimension.Low);
}
