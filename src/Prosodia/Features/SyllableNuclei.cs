namespace Prosodia.Features;

/// <summary>
/// Syllables, counted by the peaks of intensity: voiced, loud, and apart from the next one by a dip. Source: de Jong
/// and Wempe, Praat Script to Detect Syllable Nuclei and Measure Speech Rate Automatically, Behavior Research Methods
/// 41, 2009.
/// </summary>
internal static class SyllableNuclei
{
    /// <summary>The source, for tables of features.</summary>
    public const string Source = "de Jong and Wempe, Behavior Research Methods 41, 2009";

    private const double Loudest = 0.99, // percentile
        Below = 25, // decibels under it that peaks may have
        Dip = 2; // decibels
    private const int Reach = 3; // frames to each side that are smoothed

    private static readonly double[] Weights =
    [
        .. Enumerable.Range(-Reach, 2 * Reach + 1).Select(i => 1 + Math.Cos(Math.PI * i / (Reach + 1))),
    ];

    /// <summary>Counts syllables.</summary>
    /// <param name="energy">Level of each frame, in decibels.</param>
    /// <param name="voiced">Which frames are voiced.</param>
    public static int Count(float[] energy, bool[] voiced)
    {
        var intensity = Smoothed(energy);
        var threshold = Functionals.Percentile([.. intensity.Order()], Loudest) - Below;
        var (count, peak, highest) = (0, -1, threshold);
        for (var f = 1; f < intensity.Length; f++)
        {
            var (before, at) = (intensity[f - 1], intensity[f]);
            if (at > highest && at > before && f + 1 < intensity.Length && at >= intensity[f + 1])
                (peak, highest) = (f, at);
            if (peak < 0 || at >= highest - Dip)
                continue;
            count += voiced[peak] ? 1 : 0;
            (peak, highest) = (-1, threshold);
        }
        return count;
    }

    /// <summary>The mean power around each frame, in decibels.</summary>
    private static float[] Smoothed(float[] energy)
    {
        double[] power = [.. energy.Select(e => Math.Pow(10, e / 10))];
        var smoothed = new float[energy.Length];
        for (var f = 0; f < energy.Length; f++)
        {
            double sum = 0,
                weights = 0;
            for (var i = Math.Max(-Reach, -f); i <= Math.Min(Reach, energy.Length - 1 - f); i++)
            {
                sum += Weights[i + Reach] * power[f + i];
                weights += Weights[i + Reach];
            }
            smoothed[f] = (float)(10 * Math.Log10(sum / weights));
        }
        return smoothed;
    }
}
