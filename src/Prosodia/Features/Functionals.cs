using Prosodia.Dsp;

namespace Prosodia.Features;

/// <summary>A feature of a whole utterance: one number with a name.</summary>
/// <param name="Name">The descriptor and what was made of it.</param>
/// <param name="Unit">Its unit; empty for a pure number.</param>
/// <param name="Source">Where the descriptor's definition is from.</param>
/// <param name="Value">Finite; 0 where nothing could be measured.</param>
public readonly record struct ProsodyFeature(string Name, string Unit, string Source, float Value);

/// <summary>
/// What is said of a contour over an utterance. Thirds and slopes are of the time from the first to the last frame of
/// speech.
/// </summary>
internal static class Functionals
{
    /// <summary>The functionals of a contour.</summary>
    /// <param name="contour">The contour.</param>
    /// <param name="speech">The frames of the utterance; what lies before and after is not speech.</param>
    /// <param name="voiced">Which frames are voiced.</param>
    public static IEnumerable<ProsodyFeature> Of(LowLevelDescriptor contour, Range speech, bool[] voiced)
    {
        var values = contour.Values[speech];
        var sorted = values.Where(v => !float.IsNaN(v)).Order().ToArray();
        var (mean, deviation) = MeanAndDeviation(values);
        ProsodyFeature Feature(string functional, double value, string perSecond = "") =>
            new(
                $"{contour.Name}_{functional}",
                contour.Unit + perSecond,
                contour.Source,
                double.IsFinite(value) ? (float)value : 0
            );

        yield return Feature("mean", mean);
        yield return Feature("deviation", deviation);
        yield return Feature("percentile10", Percentile(sorted, 0.1));
        yield return Feature("median", Percentile(sorted, 0.5));
        yield return Feature("percentile90", Percentile(sorted, 0.9));
        yield return Feature("slope", Slope(values), "/s");
        var third = Math.Max(1, values.Length / 3);
        yield return Feature("first_third", MeanAndDeviation(values.AsSpan(0, third)).Mean - mean);
        yield return Feature("last_third", MeanAndDeviation(values.AsSpan()[^third..]).Mean - mean);
        var (rise, fall) = Changes(values);
        yield return Feature("rise", rise, "/s");
        yield return Feature("fall", fall, "/s");
        if (contour.VoicedOnly)
            yield break;
        var isVoiced = voiced[speech];
        var (voicedMean, voicedDeviation) = MeanAndDeviation([.. values.Where((_, i) => isVoiced[i])]);
        yield return Feature("voiced_mean", voicedMean);
        yield return Feature("voiced_deviation", voicedDeviation);
        yield return Feature("unvoiced_mean", MeanAndDeviation([.. values.Where((_, i) => !isVoiced[i])]).Mean);
    }

    /// <summary>Mean and deviation of what is defined; 0 where nothing is.</summary>
    public static (double Mean, double Deviation) MeanAndDeviation(ReadOnlySpan<float> values)
    {
        double sum = 0,
            squares = 0;
        var count = 0;
        foreach (var v in values)
        {
            if (float.IsNaN(v))
                continue;
            sum += v;
            squares += (double)v * v;
            count++;
        }
        if (count == 0)
            return (0, 0);
        return (sum / count, Math.Sqrt(Math.Max(0, squares / count - sum / count * (sum / count))));
    }

    /// <summary>A percentile of sorted values, interpolated; 0 where there are none.</summary>
    public static double Percentile(float[] sorted, double part)
    {
        if (sorted.Length == 0)
            return 0;
        var at = part * (sorted.Length - 1);
        var below = sorted[(int)at];
        return below + (at - (int)at) * (sorted[Math.Min((int)at + 1, sorted.Length - 1)] - below);
    }

    /// <summary>Of the line of least squares, per second.</summary>
    private static double Slope(ReadOnlySpan<float> values)
    {
        double n = 0,
            t = 0,
            v = 0,
            tt = 0,
            tv = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (float.IsNaN(values[i]))
                continue;
            n++;
            t += i;
            v += values[i];
            tt += (double)i * i;
            tv += (double)i * values[i];
        }
        var spread = tt - t * t / Math.Max(n, 1);
        return spread > 0 ? (tv - t * v / n) / spread * PowerSpectrogram.FramesPerSecond : 0;
    }

    /// <summary>Mean speed where the contour rises, and where it falls, over 50 ms.</summary>
    private static (double Rise, double Fall) Changes(ReadOnlySpan<float> values)
    {
        const int apart = 5;
        double rise = 0,
            fall = 0;
        int rising = 0,
            falling = 0;
        for (var i = apart; i < values.Length; i++)
        {
            var change = values[i] - values[i - apart];
            if (change > 0)
            {
                rise += change;
                rising++;
            }
            else if (change < 0)
            {
                fall += change;
                falling++;
            }
        }
        const double perSecond = (double)PowerSpectrogram.FramesPerSecond / apart;
        return (rise / Math.Max(1, rising) * perSecond, fall / Math.Max(1, falling) * perSecond);
    }
}
