using Prosodia.Audio;
using Prosodia.KeySegments;
using Prosodia.Reporting;
using ScottPlot;

namespace Prosodia.Evaluation.Reports;

/// <summary>What there is to see of an utterance on its way to its key segments.</summary>
/// <param name="Title">What the picture calls it.</param>
/// <param name="Recording">The recording.</param>
/// <param name="Segments">Its segments.</param>
/// <param name="Selection">Its key segments and what led to them.</param>
internal sealed record KeySegmentPlot(
    string Title,
    Recording Recording,
    SegmentedSpeech Segments,
    KeySegmentSelection Selection
)
{
    private const int MaxSpectrograms = 16; // beyond that they are too narrow to read
    private const int MaxWindows = 200; // likewise for the bars that show windows
    private const double DynamicRange = 80; // decibels of a spectrogram's colors

    /// <summary>Reads a recording and finds its key segments.</summary>
    /// <exception cref="InputException">The file cannot be used.</exception>
    public static KeySegmentPlot Read(
        string path,
        AudioPart part,
        string title,
        KeySegmentOptions options,
        int? channel = null
    )
    {
        var recording = AudioFile.ReadPart(path, part, channel);
        var segments = new SegmentedSpeech(recording.Samples);
        return new KeySegmentPlot(title, recording, segments, KeySegmentSelection.Select(segments, options));
    }

    /// <summary>The whole way as a PNG: waveform, shot boundaries, clusters, key spectrograms.</summary>
    public byte[] ToPng()
    {
        using var picture = new PlotCanvas(1400, 1050);
        return picture
            .Draw(Waveform(Title, detailed: true), 0, 0, 1400, 350)
            .Draw(Boundaries(), 0, 350, 800, 330)
            .Draw(Clusters(), 800, 350, 600, 330)
            .Draw(Spectrograms("Key segments: magnitude spectrograms, dB below the loudest"), 0, 680, 1400, 370)
            .ToPng();
    }

    /// <summary>The waveform alone, as a PNG.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="marked">Whether its key segments are marked.</param>
    internal byte[] WaveformToPng(int width, int height, bool marked)
    {
        using var picture = new PlotCanvas(width, height);
        return picture.Draw(Waveform(Title, detailed: false, marked), 0, 0, width, height).ToPng();
    }

    /// <summary>Sixteen utterances or fewer, four a row, as a PNG.</summary>
    public static byte[] SheetToPng(IReadOnlyList<KeySegmentPlot> views)
    {
        ArgumentNullException.ThrowIfNull(views);
        const int columns = 4,
            width = 480,
            waveform = 150,
            height = 320;
        using var picture = new PlotCanvas(columns * width, (views.Count + columns - 1) / columns * height);
        foreach (var (i, view) in views.Index())
        {
            var (left, top) = (i % columns * width, i / columns * height);
            picture.Draw(view.Waveform(view.Title, detailed: false), left, top, width, waveform);
            picture.Draw(view.Spectrograms(""), left, top + waveform, width, height - waveform);
        }
        return picture.ToPng();
    }

    private Plot Waveform(string title, bool detailed, bool marked = true)
    {
        var plot = PlotCanvas.NewPlot(title, detailed ? "seconds" : "");
        const double window = (double)SegmentedSpeech.Length / Recording.SampleRate;
        var peak = Math.Max(1e-6, Recording.Samples.Max(Math.Abs));
        foreach (var key in marked ? Selection.Keys : [])
        {
            var band = plot.Add.HorizontalSpan(
                key.StartSeconds,
                key.StartSeconds + window,
                PlotCanvas.OfCluster(key.Cluster).WithAlpha(0.22)
            );
            band.LineStyle.IsVisible = false;
        }
        var signal = plot.Add.Signal(
            Recording.Samples.Select(x => x / peak).ToArray(),
            1.0 / Recording.SampleRate,
            PlotCanvas.Ink
        );
        signal.LineWidth = 1;

        var keys = Selection.Keys.Select(k => k.Segment).ToHashSet();
        if (detailed && Segments.Count <= MaxWindows)
            for (var i = 0; i < Segments.Count; i++)
            {
                var start = (double)i * SegmentedSpeech.Hop / Recording.SampleRate;
                var level = -1.12 - 0.1 * (i % 3);
                var bar = plot.Add.Line(start + 0.004, level, start + window - 0.004, level);
                bar.Color = PlotCanvas.OfCluster(Selection.Clustering.Labels[i]).WithAlpha(keys.Contains(i) ? 1 : 0.55);
                bar.LineWidth = keys.Contains(i) ? 6 : 2;
            }
        var end = Math.Max(
            Recording.Seconds,
            (double)(Segments.Count - 1) * SegmentedSpeech.Hop / Recording.SampleRate + window
        );
        plot.Axes.SetLimits(0, end, detailed ? -1.45 : -1.05, 1.05);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual();
        plot.HideGrid();
        if (detailed)
            plot.YLabel("amplitude over windows\n(thick: key segment)", 11);
        return plot;
    }

    private Plot Boundaries()
    {
        var (distances, threshold) = (Selection.Boundaries.Distances, Selection.Boundaries.Threshold);
        var plot = PlotCanvas.NewPlot(
            $"Shot boundaries: {Selection.Boundaries.Clusters - 1} above the threshold, so K = "
                + $"{Selection.Boundaries.Clusters}",
            "between segments i and i + 1",
            "distance"
        );
        for (var i = 0; i < distances.Length; i++)
        {
            var bar = plot.Add.Bar(i, distances[i]);
            bar.Color = distances[i] > threshold ? PlotCanvas.OfCluster(1) : PlotCanvas.Muted;
        }
        plot.Add.HorizontalLine(threshold, 2, PlotCanvas.Ink, LinePattern.Dashed);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        plot.Axes.SetLimits(
            -0.7,
            Math.Max(0.7, distances.Length - 0.3),
            0,
            Math.Max(1e-9, distances.Append(threshold).Max() * 1.12)
        );
        if (distances.Length == 0)
            plot.Add.Annotation("a single segment: nothing to compare", Alignment.MiddleCenter);
        return plot;
    }

    private Plot Clusters()
    {
        var plot = PlotCanvas.NewPlot("Segments by kernel PCA, color = cluster", "first component", "second component");
        var (x, y) = KernelPca.Project(Selection.Kernel.Gram);
        var keys = Selection.Keys.Select(k => k.Segment).ToHashSet();
        for (var i = 0; i < x.Length; i++)
        {
            var point = plot.Add.Marker(
                x[i],
                y[i],
                MarkerShape.FilledCircle,
                keys.Contains(i) ? 16 : 9,
                PlotCanvas.OfCluster(Selection.Clustering.Labels[i])
            );
            if (keys.Contains(i))
                (point.MarkerStyle.OutlineWidth, point.MarkerStyle.OutlineColor) = (2, PlotCanvas.Ink);
            if (x.Length > MaxWindows)
                continue;
            var text = plot.Add.Text($"{i}", x[i], y[i]);
            (text.LabelFontSize, text.OffsetX, text.OffsetY, text.LabelFontColor) = (11, 9, -9, PlotCanvas.Ink);
        }
        plot.Axes.Margins(0.12, 0.16);
        plot.Axes.AutoScale();
        return plot;
    }

    private Plot Spectrograms(string title)
    {
        const double width = 0.5,
            gap = 0.04,
            halfFrame = width / SegmentSpectrogram.Frames / 2;
        var shown = Selection.Keys.Take(MaxSpectrograms).ToArray();
        var left = Selection.Keys.Count - shown.Length;
        var plot = PlotCanvas.NewPlot(
            left > 0 ? $"{title} (the first {shown.Length}; {left} more)" : title,
            "",
            title.Length > 0 ? "kHz" : ""
        );
        var magnitudes = new float[shown.Length * SegmentSpectrogram.Size];
        new SegmentSpectrogram().Magnitudes(Segments, shown.Select(k => k.Segment), magnitudes);
        var loudest = Math.Max(SegmentSpectrogram.Floor, magnitudes.Max());
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        foreach (var (i, key) in shown.Index())
        {
            var image = new double[SegmentSpectrogram.Bins, SegmentSpectrogram.Frames];
            for (var bin = 0; bin < SegmentSpectrogram.Bins; bin++)
            for (var frame = 0; frame < SegmentSpectrogram.Frames; frame++)
            {
                var relative =
                    magnitudes[i * SegmentSpectrogram.Size + bin * SegmentSpectrogram.Frames + frame] / loudest;
                image[SegmentSpectrogram.Bins - 1 - bin, frame] = Math.Max(
                    -DynamicRange,
                    20 * Math.Log10(Math.Max(relative, 1e-9))
                );
            }
            var map = plot.Add.Heatmap(image);
            var start = i * (width + gap);
            // centers of the corner cells
            map.Extent = new CoordinateRect(start + halfFrame, start + width - halfFrame, 0, 8);
            map.ManualRange = new ScottPlot.Range(-DynamicRange, 0);
            map.Colormap = new ScottPlot.Colormaps.Inferno();
            var mark = plot.Add.Line(start, 8.25, start + width, 8.25);
            (mark.Color, mark.LineWidth) = (PlotCanvas.OfCluster(key.Cluster), 6);
            ticks.AddMajor(
                start + width / 2,
                title.Length > 0
                    ? $"#{key.Segment}, {key.StartSeconds:0.00} s\nstands for {key.ClusterSize}"
                    : $"{key.StartSeconds:0.0} s"
            );
        }
        plot.Axes.Bottom.TickGenerator = ticks;
        plot.Axes.SetLimits(-gap, Math.Max(4, shown.Length) * (width + gap), 0, 8.5);
        plot.HideGrid();
        return plot;
    }
}
