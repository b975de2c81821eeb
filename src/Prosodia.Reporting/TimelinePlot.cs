using System.Numerics.Tensors;
using Prosodia.Recognition;
using ScottPlot;

namespace Prosodia.Reporting;

/// <summary>
/// A recording with what was recognized in it, as a PNG: the waveform in the colors of its emotions, each emotion's
/// probability over time, and where the model has dimensions, these over time and in the plane of valence and arousal.
/// Of channels kept apart, one panel a channel.
/// </summary>
public static class TimelinePlot
{
    private const int Width = 1400,
        Height = 560, // of a channel
        DimensionsHeight = 330;
    private const int MaxTurns = 150,
        MaxPeaks = 2000; // more are indistinguishable
    private const float Faint = 0.3f,
        AxisWidth = 60;

    /// <summary>The picture; of very many turns, the means over equal stretches of time.</summary>
    public static byte[] Of(RecognitionResult recording, ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(recording);
        ArgumentNullException.ThrowIfNull(card);
        int[] channels = [.. recording.Segments.Select(t => t.Channel).Distinct().Order().DefaultIfEmpty(0)];
        var hasDimensions = recording.Segments.Any(t => t.Prediction.Dimensions.Count > 0);
        var height = Height + (hasDimensions ? DimensionsHeight : 0);
        using var picture = new PlotCanvas(Width, channels.Length * height);
        foreach (var (i, channel) in channels.Index())
        {
            var part = channels.Length == 1 ? recording : Of(recording, channel);
            if (part.Segments.Count > MaxTurns)
                part = Condensed(part, card);
            picture
                .Draw(Waveform(part, card), 0, i * height, Width, 230)
                .Draw(Probabilities(part, card), 0, i * height + 230, Width, Height - 230);
            if (hasDimensions)
                DimensionsPlot.Draw(picture, part, card, i * height + Height, Width, DimensionsHeight, AxisWidth);
        }
        return picture.ToPng();
    }

    /// <summary>A channel as a recording of its own; the peaks are those of the first.</summary>
    private static RecognitionResult Of(RecognitionResult recording, int channel) =>
        recording with
        {
            Source = $"{recording.Source}, channel {channel}",
            Segments = [.. recording.Segments.Where(t => t.Channel == channel)],
            Peaks = channel == 1 ? recording.Peaks : [],
        };

    /// <summary>The color of an emotion, as hexadecimal digits for pages.</summary>
    internal static string Color(int emotion) => PlotCanvas.OfCluster(emotion).ToHex();

    /// <summary>The waveform's peaks as a filled shape.</summary>
    internal static void AddPeaks(Plot plot, RecognitionResult recording)
    {
        float[] peaks =
        [
            .. recording.Peaks.Chunk(Math.Max(1, recording.Peaks.Count / MaxPeaks)).Select(c => c.Average()),
        ];
        if (peaks.Length == 0)
            return;
        var loudest = Math.Max(1e-6, peaks.Max());
        double[] times = [.. peaks.Select((_, i) => (i + 0.5) * recording.Duration.TotalSeconds / peaks.Length)];
        var shape = plot.Add.FillY(times, [.. peaks.Select(p => p / loudest)], [.. peaks.Select(p => -p / loudest)]);
        (shape.FillColor, shape.LineColor, shape.LineWidth) = (PlotCanvas.Ink, PlotCanvas.Ink, 1);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual();
        plot.HideGrid();
    }

    /// <summary>
    /// The recording as if each of equal stretches of time were a turn, which has the mean probabilities of those
    /// within.
    /// </summary>
    private static RecognitionResult Condensed(RecognitionResult recording, ModelCard card)
    {
        var length = recording.Duration.TotalSeconds / MaxTurns;
        var sums = Enumerable.Range(0, MaxTurns).Select(_ => new double[card.Emotions.Count]).ToArray();
        var dimensions = sums.Select(_ => new Dictionary<string, (double Sum, double Seconds)>()).ToArray();
        foreach (var turn in recording.Segments)
        {
            var middle = (turn.Start + turn.End).TotalSeconds / 2;
            var at = Math.Clamp((int)(middle / length), 0, MaxTurns - 1);
            var (sum, values) = (sums[at], dimensions[at]);
            var seconds = (turn.End - turn.Start).TotalSeconds;
            for (var e = 0; e < turn.Prediction.Probabilities.Count; e++)
                sum[e] += turn.Prediction.Probabilities[e] * seconds;
            foreach (var (name, value) in turn.Prediction.Dimensions)
            {
                var (total, weight) = values.GetValueOrDefault(name);
                values[name] = (total + value * seconds, weight + seconds);
            }
        }
        var turns = sums.Index()
            .Where(s => s.Item.Sum() > 0)
            .Select(s =>
            {
                double[] means = [.. s.Item.Select(x => x / s.Item.Sum())];
                var best = TensorPrimitives.IndexOfMax(means);
                return new EmotionSegment(
                    TimeSpan.FromSeconds(s.Index * length),
                    TimeSpan.FromSeconds((s.Index + 1) * length),
                    0,
                    new EmotionPrediction(
                        means[best] < card.Abstention.Threshold ? PredictionStatus.Unsure : PredictionStatus.Emotion,
                        card.Emotions[best],
                        means[best],
                        means
                    )
                    {
                        Dimensions = dimensions[s.Index].ToDictionary(d => d.Key, d => d.Value.Sum / d.Value.Seconds),
                    }
                );
            });
        return recording with
        {
            Source = FormattableString.Invariant($"{recording.Source} (means of {length:0} s)"),
            Segments = [.. turns],
        };
    }

    private static Plot Waveform(RecognitionResult recording, ModelCard card)
    {
        var plot = PlotCanvas.NewPlot(Path.GetFileName(recording.Source));
        foreach (var turn in recording.Segments)
        {
            var emotion = card
                .Emotions.Index()
                .Where(e => e.Item == turn.Prediction.Emotion)
                .Select(e => (int?)e.Index)
                .FirstOrDefault();
            if (emotion is not { } known)
                continue;
            var band = plot.Add.HorizontalSpan(
                turn.Start.TotalSeconds,
                turn.End.TotalSeconds,
                PlotCanvas
                    .OfCluster(known)
                    .WithAlpha(turn.Prediction.Status == PredictionStatus.Emotion ? 2 * Faint : Faint / 2)
            );
            band.LineStyle.IsVisible = false;
        }
        AddPeaks(plot, recording);
        plot.Axes.Left.MinimumSize = plot.Axes.Left.MaximumSize = AxisWidth;
        plot.Axes.SetLimits(0, recording.Duration.TotalSeconds, -1.05, 1.05);
        Clock(plot, recording.Duration.TotalSeconds);
        return plot;
    }

    private static Plot Probabilities(RecognitionResult recording, ModelCard card)
    {
        var plot = PlotCanvas.NewPlot(
            "",
            recording.Duration.TotalSeconds > 120 ? "hours : minutes : seconds" : "seconds",
            "probability"
        );
        foreach (var (i, emotion) in card.Emotions.Index())
        {
            var color = PlotCanvas.OfCluster(i);
            var first = true;
            foreach (var turn in recording.Segments.Where(t => t.Prediction.Probabilities.Count > i))
            {
                var level = turn.Prediction.Probabilities[i];
                var line = plot.Add.Line(turn.Start.TotalSeconds, level, turn.End.TotalSeconds, level);
                (line.Color, line.LineWidth) = (color, 4);
                if (first)
                    line.LegendText = emotion;
                first = false;
            }
        }
        if (recording.Segments.All(t => t.Prediction.Probabilities.Count == 0))
            plot.Add.Annotation(
                recording.Segments.Count > 0 ? recording.Segments[0].Prediction.Label : "no speech",
                Alignment.MiddleCenter
            );
        plot.Add.HorizontalLine(card.Abstention.Threshold, 1, PlotCanvas.Muted, LinePattern.Dashed).LegendText =
            "unsure below";
        plot.ShowLegend(Edge.Bottom);
        plot.Axes.Left.MinimumSize = plot.Axes.Left.MaximumSize = AxisWidth; // the same times one below the other
        plot.Axes.SetLimits(0, recording.Duration.TotalSeconds, 0, 1.02);
        Clock(plot, recording.Duration.TotalSeconds);
        return plot;
    }

    internal static void Clock(Plot plot, double seconds)
    {
        if (seconds <= 120)
            return;
        var ticks = new ScottPlot.TickGenerators.NumericAutomatic
        {
            LabelFormatter = s =>
                TimeSpan
                    .FromSeconds(Math.Max(0, s))
                    .ToString(@"h\:mm\:ss", System.Globalization.CultureInfo.InvariantCulture),
        };
        plot.Axes.Bottom.TickGenerator = ticks;
    }
}
