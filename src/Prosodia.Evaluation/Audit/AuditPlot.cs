using Prosodia.Evaluation.Corpora;
using Prosodia.Reporting;
using ScottPlot;

namespace Prosodia.Evaluation.Audit;

/// <summary>The parts of splits as a picture: how large each is, and which share of it each class has.</summary>
internal static class AuditPlot
{
    private const int Width = 900,
        RowHeight = 26,
        Margins = 110,
        MostParts = 40;

    public static byte[] Of(IReadOnlyList<AuditedSplit> splits)
    {
        ArgumentNullException.ThrowIfNull(splits);
        var parts = splits
            .SelectMany(s => s.Parts.Select(p => (Name: $"{s.Name}: {p}", Recordings: s.Of(p).ToArray())))
            .Take(MostParts)
            .ToArray();
        var classes = parts.SelectMany(p => p.Recordings).Emotions();
        var plot = PlotCanvas.NewPlot("", "recordings");
        foreach (var (i, part) in parts.Index())
        {
            var from = 0;
            foreach (var (c, emotion) in classes.Index())
            {
                var count = part.Recordings.Count(u => u.Emotion == emotion);
                var bar = plot.Add.Bar(
                    new Bar
                    {
                        Position = parts.Length - 1 - i,
                        ValueBase = from,
                        Value = from + count,
                        FillColor = PlotCanvas.OfCluster(c),
                        LineWidth = 0,
                    }
                );
                bar.Horizontal = true;
                if (i == 0)
                    bar.LegendText = emotion.Length > 0 ? emotion : "unlabeled";
                from += count;
            }
        }
        plot.Axes.Left.SetTicks([.. parts.Select((_, i) => parts.Length - 1.0 - i)], [.. parts.Select(p => p.Name)]);
        plot.Axes.Margins(left: 0);
        plot.ShowLegend(Edge.Right);
        var height = Margins + RowHeight * Math.Max(parts.Length, classes.Length);
        using var picture = new PlotCanvas(Width, height);
        return picture.Draw(plot, 0, 0, Width, height).ToPng();
    }
}
