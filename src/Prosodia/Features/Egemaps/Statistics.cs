namespace Prosodia.Features.Egemaps;

/// <summary>Functionals of smoothed descriptors.</summary>
internal static class Statistics
{
    private const double FrameSeconds = 0.01;
    private const double MinRise = 0.1; // of the range of a contour, from one extremum that counts to the next
    private const int MinRun = 3; // frames

    /// <summary>The mean, and the standard deviation over it.</summary>
    public static (float Mean, float Deviation) MeanAndDeviation(ReadOnlySpan<float> values)
    {
        if (values.Length == 0)
            return (0, 0);
        double sum = 0,
            squares = 0;
        foreach (var value in values)
            sum += value;
        var mean = sum / values.Length;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return ((float)mean, mean == 0 ? 0 : (float)(Math.Sqrt(squares / values.Length) / mean));
    }

    /// <summary>
    /// Mean and normalized deviation; percentiles 20, 50 and 80 and their range; mean and deviation of rising and of
    /// falling slopes, per second.
    /// </summary>
    /// <param name="contour">The values.</param>
    /// <param name="into">(10).</param>
    public static void Describe(ReadOnlySpan<float> contour, Span<float> into)
    {
        into.Clear();
        if (contour.Length == 0)
            return;
        (into[0], into[1]) = MeanAndDeviation(contour);
        float[] sorted = [.. contour];
        Array.Sort(sorted);
        (into[2], into[3], into[4]) = (
            (float)Functionals.Percentile(sorted, 0.2),
            (float)Functionals.Percentile(sorted, 0.5),
            (float)Functionals.Percentile(sorted, 0.8)
        );
        into[5] = into[4] - into[2];
        DescribeSlopes(contour, into[6..]);
    }

    /// <summary>
    /// Slopes from one extremum to the next, the first from the contour's start. That from the last extremum to the end
    /// enters with its sign, counts for the direction that would have followed, and has no part in the deviation.
    /// </summary>
    private static void DescribeSlopes(ReadOnlySpan<float> contour, Span<float> into)
    {
        var extrema = Extrema(contour, fromStart: true);
        List<double> rising = [],
            falling = [];
        for (var i = 1; i < extrema.Count; i++)
        {
            var slope = SlopeOf(contour, extrema[i - 1], extrema[i]);
            (slope > 0 ? rising : falling).Add(Math.Abs(slope));
        }
        double? lastRising = null,
            lastFalling = null;
        if (extrema.Count > 1 && extrema[^1] < contour.Length - 1)
        {
            var last = SlopeOf(contour, extrema[^1], contour.Length - 1);
            if (contour[extrema[^1]] > contour[extrema[^2]])
                lastFalling = last;
            else
                lastRising = last;
        }
        (into[0], into[1]) = MeanAndSpread(rising, lastRising);
        (into[2], into[3]) = MeanAndSpread(falling, lastFalling);
    }

    private static double SlopeOf(ReadOnlySpan<float> contour, int from, int to) =>
        (contour[to] - contour[from]) / ((to - from) * FrameSeconds);

    /// <summary>Peaks a second: maxima that stand out from the minima beside them.</summary>
    public static float PeaksPerSecond(ReadOnlySpan<float> contour)
    {
        var extrema = Extrema(contour, fromStart: false);
        var peaks = 0;
        foreach (var at in extrema)
            if (contour[at] > contour[at - 1])
                peaks++;
        return (float)(peaks / (contour.Length * FrameSeconds));
    }

    /// <summary>Runs of voiced frames, with gaps of one frame bridged, and of unvoiced ones.</summary>
    /// <param name="pitch">0 where unvoiced.</param>
    /// <param name="into">Voiced runs a second; mean and deviation of the length of voiced and of unvoiced runs, in
    /// seconds; (5).</param>
    public static void Runs(ReadOnlySpan<float> pitch, Span<float> into)
    {
        List<double> voiced = [],
            unvoiced = [];
        var start = 0;
        for (var i = 1; i <= pitch.Length; i++)
            if (i == pitch.Length || pitch[i] == 0 != (pitch[start] == 0))
            {
                if (pitch[start] == 0 && i - start >= MinRun)
                    unvoiced.Add((i - start - 1) * FrameSeconds);
                start = i;
            }
        int first = -1,
            last = -1;
        for (var i = 0; i <= pitch.Length; i++)
        {
            if (i < pitch.Length && pitch[i] == 0)
                continue;
            if (first >= 0 && (i == pitch.Length || i - last > 2))
            {
                if (last - first + 1 >= MinRun)
                    voiced.Add((last - first) * FrameSeconds);
                first = -1;
            }
            if (i == pitch.Length)
                break;
            first = first < 0 ? i : first;
            last = i;
        }
        into[0] = pitch.Length == 0 ? 0 : (float)(voiced.Count / (pitch.Length * FrameSeconds));
        (into[1], into[2]) = MeanAndSpread(voiced);
        (into[3], into[4]) = MeanAndSpread(unvoiced);
    }

    /// <summary>
    /// Alternating maxima and minima, each at least a tenth of the range from the one before; of two of a kind the more
    /// extreme.
    /// </summary>
    /// <param name="contour">The values.</param>
    /// <param name="fromStart">Whether the first value is kept, and the first extremum compared with it.</param>
    private static List<int> Extrema(ReadOnlySpan<float> contour, bool fromStart)
    {
        List<int> kept = fromStart ? [0] : [];
        if (contour.Length < 3)
            return kept;
        float lowest = contour[0],
            highest = contour[0];
        foreach (var value in contour)
            (lowest, highest) = (Math.Min(lowest, value), Math.Max(highest, value));
        var least = MinRise * (highest - lowest);
        bool? isMaximum = null;
        for (var i = 1; i < contour.Length - 1; i++)
        {
            var maximum = contour[i] > contour[i - 1] && contour[i] >= contour[i + 1];
            var minimum = contour[i] < contour[i - 1] && contour[i] <= contour[i + 1];
            if (!maximum && !minimum)
                continue;
            if (isMaximum == maximum)
            {
                if (maximum ? contour[i] > contour[kept[^1]] : contour[i] < contour[kept[^1]])
                    kept[^1] = i;
                continue;
            }
            if (kept.Count > 0 && Math.Abs(contour[i] - contour[kept[^1]]) < least)
                continue;
            kept.Add(i);
            isMaximum = maximum;
        }
        return kept;
    }

    private static (float Mean, float Deviation) MeanAndSpread(List<double> values, double? last = null)
    {
        var count = values.Count + (last is null ? 0 : 1);
        if (count == 0)
            return (0, 0);
        var mean = (values.Sum() + (last ?? 0)) / count;
        return ((float)mean, (float)Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / count));
    }
}
