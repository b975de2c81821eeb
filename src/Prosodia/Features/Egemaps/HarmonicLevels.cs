using System.Numerics;

namespace Prosodia.Features.Egemaps;

/// <summary>
/// Levels of harmonics in the spectrum of a voiced frame: differences between the first ones, and to the highest near
/// each formant. Source: Hanson and Chuang, JASA 106, 1999.
/// </summary>
/// <param name="binHertz">From one bin of the spectra to the next.</param>
/// <param name="asPublished">Whether harmonics are counted from F0 as the first.</param>
internal sealed class HarmonicLevels(double binHertz, bool asPublished)
{
    /// <summary>The amplitude of a formant where there is no voice.</summary>
    public const float NoAmplitude = -201;

    private const double Near = 0.2; // of a formant's frequency

    /// <summary>Ratio of harmonic to noise energy from the autocorrelation at the period, in decibels.</summary>
    /// <param name="correlation">The autocorrelation of lanes, lag-major.</param>
    /// <param name="lane">Which lane.</param>
    /// <param name="period">In samples.</param>
    public static float HarmonicsToNoise(ReadOnlySpan<float> correlation, int lane, double period)
    {
        var lanes = Vector<float>.Count;
        var last = correlation.Length / lanes - 2;
        float At(ReadOnlySpan<float> c, int lag) => c[lag * lanes + lane];
        var expected = Math.Clamp((int)Math.Round(period), 1, last);
        var at = expected;
        for (var far = 0; far < last; far++)
        {
            var (low, high) = (expected - far, expected + far);
            if (high <= last && IsTop(correlation, high))
            {
                at = high;
                break;
            }
            if (low >= 1 && IsTop(correlation, low))
            {
                at = low;
                break;
            }
        }
        var ratio = (double)At(correlation, at) / At(correlation, 0);
        return (float)(10 * Math.Log10(Math.Max(ratio, 1e-10) / Math.Max(1 - ratio, 1e-10)));

        bool IsTop(ReadOnlySpan<float> c, int lag) => At(c, lag) > At(c, lag - 1) && At(c, lag) >= At(c, lag + 1);
    }

    /// <summary>Measures a frame.</summary>
    /// <param name="magnitudes">Of lanes, bin-major.</param>
    /// <param name="lane">Which lane.</param>
    /// <param name="pitch">Hertz.</param>
    /// <param name="formants">Hertz, three; 0 where there is none.</param>
    /// <param name="values">H1-H2, H1-A3, amplitudes of three formants over F0; decibels.</param>
    public void Measure(
        ReadOnlySpan<float> magnitudes,
        int lane,
        double pitch,
        ReadOnlySpan<float> formants,
        Span<float> values
    )
    {
        var first = asPublished ? 1 : 2;
        var reference = Level(magnitudes, lane, pitch, interpolate: asPublished);
        var (h1, h2) = (
            Level(magnitudes, lane, first * pitch, true),
            Level(magnitudes, lane, (first + 1) * pitch, true)
        );
        values[0] = (float)(h1 - h2);
        for (var i = 0; i < formants.Length; i++)
        {
            var highest = double.NegativeInfinity;
            var (from, to) = (
                (int)Math.Ceiling((1 - Near) * formants[i] / pitch),
                (int)Math.Floor((1 + Near) * formants[i] / pitch)
            );
            for (var n = Math.Max(1, from); formants[i] > 0 && n <= to; n++)
                highest = Math.Max(highest, Level(magnitudes, lane, n * pitch, true));
            values[2 + i] = double.IsFinite(highest) ? (float)(highest - reference) : NoAmplitude;
            if (i == 2)
                values[1] = double.IsFinite(highest) ? (float)(h1 - highest) : 0;
        }
    }

    /// <summary>The highest bin within one of a frequency, and the top of the parabola through it; decibels.</summary>
    private double Level(ReadOnlySpan<float> magnitudes, int lane, double hertz, bool interpolate)
    {
        var lanes = Vector<float>.Count;
        var last = magnitudes.Length / lanes - 1;
        var at = (int)Math.Round(hertz / binHertz);
        if (at > last - 1)
            return -200;
        var best = Math.Max(1, at - 1);
        for (var k = best + 1; k <= Math.Min(at + 1, last - 1); k++)
            if (magnitudes[k * lanes + lane] > magnitudes[best * lanes + lane])
                best = k;
        double before = magnitudes[(best - 1) * lanes + lane],
            top = magnitudes[best * lanes + lane],
            after = magnitudes[(best + 1) * lanes + lane];
        var bend = before - 2 * top + after;
        if (interpolate && bend < 0)
            top -= (before - after) * (before - after) / (8 * bend);
        return 20 * Math.Log10(Math.Max(top, 1e-10));
    }
}
