using Prosodia.Dsp;

namespace Prosodia.Features;

/// <summary>
/// How speech moves in time: duration, voiced and unvoiced stretches, pauses, and the speed of its modulation.
/// </summary>
internal static class RhythmFeatures
{
    private const string Geneva = "Eyben et al., GeMAPS, IEEE Transactions on Affective Computing 7, 2016";
    private const string Modulation = "Drullman et al., JASA 95, 1994";
    private const double PauseBelow = 25; // decibels under the loudest tenth
    private const int BandsOfGroup = 4; // mel bands whose levels are modulated together

    private static readonly double[] ModulationHertz = [1, 1.5, 2, 3, 4, 6, 8, 12, 16];

    /// <summary>The features of an utterance.</summary>
    /// <param name="contours">The spectral contours.</param>
    /// <param name="speech">The frames of the utterance.</param>
    /// <param name="voiced">Which frames are voiced.</param>
    public static IEnumerable<ProsodyFeature> Of(
        IReadOnlyList<LowLevelDescriptor> contours,
        Range speech,
        bool[] voiced
    )
    {
        float[] Values(string name) => contours.First(c => c.Name == name).Values[speech];
        float[] energy = Values("energy"),
            loudness = Values("loudness");
        var isVoiced = voiced[speech];
        var seconds = energy.Length / (double)PowerSpectrogram.FramesPerSecond;
        yield return new ProsodyFeature("duration", "s", Geneva, (float)seconds);
        yield return new ProsodyFeature("voiced_share", "", Geneva, isVoiced.Count(v => v) / (float)isVoiced.Length);
        foreach (var feature in Stretches("voiced", isVoiced, seconds))
            yield return feature;
        foreach (var feature in Stretches("unvoiced", [.. isVoiced.Select(v => !v)], seconds))
            yield return feature;
        var pauseLevel = Functionals.Percentile([.. energy.Order()], 0.9) - PauseBelow;
        foreach (var feature in Stretches("pause", [.. energy.Select(e => e < pauseLevel)], seconds))
            yield return feature;
        var nuclei = SyllableNuclei.Count(energy, isVoiced);
        yield return new ProsodyFeature("loudness_peaks", "1/s", SyllableNuclei.Source, (float)(nuclei / seconds));

        yield return Feature("loudness");
        foreach (var hertz in ModulationHertz)
            yield return Swing("loudness", hertz, loudness);
        var groups = contours
            .Where(c => c.Name.StartsWith("mel", StringComparison.Ordinal))
            .Select(c => c.Values[speech])
            .Chunk(BandsOfGroup)
            .ToArray();
        foreach (var (g, group) in groups.Index())
        {
            float[] level = [.. Enumerable.Range(0, energy.Length).Select(f => group.Average(band => band[f]))];
            foreach (var hertz in ModulationHertz)
                yield return Swing($"mel{g * BandsOfGroup + 1}_{g * BandsOfGroup + group.Length}", hertz, level);
        }

        ProsodyFeature Feature(string name)
        {
            var (mean, deviation) = Functionals.MeanAndDeviation(Values(name));
            return new ProsodyFeature($"{name}_variation", "", Geneva, (float)(deviation / Math.Max(mean, 1e-9)));
        }
    }

    /// <summary>How many stretches of true frames there are a second, and how long they are.</summary>
    private static IEnumerable<ProsodyFeature> Stretches(string name, bool[] frames, double seconds)
    {
        var lengths = new List<float>();
        for (var i = 0; i < frames.Length; i++)
        {
            if (!frames[i])
                continue;
            var from = i;
            while (i < frames.Length && frames[i])
                i++;
            lengths.Add((i - from) / (float)PowerSpectrogram.FramesPerSecond);
        }
        var (mean, deviation) = Functionals.MeanAndDeviation(lengths.ToArray());
        yield return new ProsodyFeature($"{name}_stretches", "1/s", Geneva, (float)(lengths.Count / seconds));
        yield return new ProsodyFeature($"{name}_length_mean", "s", Geneva, (float)mean);
        yield return new ProsodyFeature($"{name}_length_deviation", "s", Geneva, (float)deviation);
        yield return new ProsodyFeature($"{name}_length_longest", "s", Geneva, lengths.Count == 0 ? 0 : lengths.Max());
    }

    /// <summary>How much of a contour's variation is of one speed, under a Hann window over all of it.</summary>
    private static ProsodyFeature Swing(string name, double hertz, float[] contour)
    {
        var (mean, deviation) = Functionals.MeanAndDeviation(contour);
        double re = 0,
            im = 0;
        for (var i = 0; i < contour.Length; i++)
        {
            var weighted = (contour[i] - mean) * (1 - Math.Cos(2 * Math.PI * (i + 0.5) / contour.Length));
            var (sin, cos) = Math.SinCos(2 * Math.PI * hertz * i / PowerSpectrogram.FramesPerSecond);
            re += weighted * cos;
            im += weighted * sin;
        }
        var amplitude =
            Math.Sqrt(re * re + im * im)
            / contour.Length
            / Math.Max(deviation, 1e-9)
            * Math.Sqrt(contour.Length / (double)PowerSpectrogram.FramesPerSecond);
        return new ProsodyFeature(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}_modulation_{hertz}hz"),
            "",
            Modulation,
            (float)Math.Log(amplitude + 1e-3)
        );
    }
}
