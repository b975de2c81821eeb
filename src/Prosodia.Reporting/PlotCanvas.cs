using ScottPlot;
using SkiaSharp;

namespace Prosodia.Reporting;

/// <summary>A PNG picture of one plot or several, with the font that the library brings along.</summary>
internal sealed class PlotCanvas : IDisposable
{
    public static readonly Color Ink = Color.FromHex("#1f2933");
    public static readonly Color Muted = Color.FromHex("#8a94a0");

    private static readonly Color[] ClusterColors =
    [
        .. new[]
        {
            "#0072b2",
            "#d55e00",
            "#009e73",
            "#cc79a7",
            "#e69f00",
            "#56b4e9",
            "#7f3c8d",
            "#8c8c00",
            "#8c564b",
            "#f2778f",
            "#4b5fa8",
            "#5fbf3f",
        }.Select(Color.FromHex),
    ];

    private readonly SKSurface _surface;

    static PlotCanvas()
    {
        Fonts.FontResolvers.Insert(0, new EmbeddedFont());
        Fonts.Default = EmbeddedFont.Family;
    }

    public PlotCanvas(int width, int height)
    {
        _surface = SKSurface.Create(new SKImageInfo(width, height));
        _surface.Canvas.Clear(SKColors.White);
    }

    /// <summary>
    /// A color for a cluster; easy to tell apart, also for the color-blind (after Okabe and Ito, 2008).
    /// </summary>
    public static Color OfCluster(int cluster) => ClusterColors[cluster % ClusterColors.Length];

    /// <summary>An empty plot in the style of all pictures.</summary>
    public static Plot NewPlot(string title, string xLabel = "", string yLabel = "")
    {
        var plot = new Plot();
        plot.Title(title, 15);
        if (xLabel.Length > 0)
            plot.XLabel(xLabel, 12);
        if (yLabel.Length > 0)
            plot.YLabel(yLabel, 12);
        plot.Axes.Color(Ink);
        plot.Grid.MajorLineColor = Color.FromHex("#e8ecf0");
        return plot;
    }

    /// <summary>Draws a plot into a part of the picture.</summary>
    public PlotCanvas Draw(Plot plot, float left, float top, float width, float height)
    {
        // through an image of its own: a plot that is drawn onto a canvas first clears all of it
        using var image = SKImage.FromEncodedData(
            plot.GetImage((int)width, (int)height).GetImageBytes(ImageFormat.Png)
        );
        _surface.Canvas.DrawImage(image, left, top);
        plot.Dispose();
        return this;
    }

    /// <summary>The picture as a PNG file's bytes.</summary>
    public byte[] ToPng()
    {
        using var image = _surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    public void Dispose() => _surface.Dispose();

    /// <summary>
    /// Machines without any font are common among servers; pictures must have their letters there too.
    /// </summary>
    private sealed class EmbeddedFont : IFontResolver
    {
        public const string Family = "Prosodia";

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
            CreateTypeface(fontName, bold ? FontWeight.Bold : FontWeight.Normal, FontSlant.Upright, FontSpacing.Normal);

        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing)
        {
            if (fontName != Family)
                return null;
            var file = weight > FontWeight.Medium ? "DejaVuSans-Bold.ttf" : "DejaVuSans.ttf";
            return SKTypeface.FromStream(typeof(EmbeddedFont).Assembly.GetManifestResourceStream(file));
        }
    }
}
