using System.Numerics;

namespace Prosodia.Features.Egemaps;

/// <summary>
/// Loudness and cepstra of 26 mel bands from 20 to 8000 Hz. Loudness is the mean of the bands' powers, weighted for
/// equal loudness and compressed. Sources: Hermansky, Perceptual Linear Predictive Analysis of Speech, JASA 87, 1990;
/// Davis and Mermelstein, IEEE Transactions on ASSP 28, 1980.
/// </summary>
internal sealed class AuditoryBands
{
    /// <summary>Cepstral coefficients, from the first.</summary>
    public const int Cepstra = 4;

    private const int Bands = 26,
        FirstBin = 2,
        Lifter = 22;
    private const double Lowest = 20,
        Highest = 8000,
        Compression = 0.33;
    private const float MinBandPower = 9.3e-10f,
        FullScale = 32767f;

    private readonly int[] _band; // of each bin, the one whose rising side it is on
    private readonly float[] _rising; // the share of that band; the rest is the share of the band before
    private readonly float[] _equalLoudness = new float[Bands];
    private readonly float[][] _cosines = new float[Cepstra][];
    private readonly Vector<float>[] _power = new Vector<float>[Bands];

    /// <param name="bins">How many the spectra have.</param>
    /// <param name="binHertz">From one bin to the next.</param>
    public AuditoryBands(int bins, double binHertz)
    {
        (_band, _rising) = (new int[bins], new float[bins]);
        var (first, step) = (Mel(Lowest), (Mel(Highest) - Mel(Lowest)) / (Bands + 1));
        for (var k = 0; k < bins; k++)
        {
            var at = (Mel(k * binHertz) - first) / step;
            _band[k] = k < FirstBin || at < 0 || at >= Bands + 1 ? -1 : (int)at;
            _rising[k] = (float)(at - Math.Floor(at));
        }
        for (var b = 0; b < Bands; b++)
        {
            _equalLoudness[b] = (float)EqualLoudness(700 * (Math.Exp((first + (b + 1) * step) / 1127) - 1));
        }
        for (var i = 1; i <= Cepstra; i++)
        {
            var lifter = 1 + Lifter / 2.0 * Math.Sin(Math.PI * i / Lifter);
            _cosines[i - 1] =
            [
                .. Enumerable
                    .Range(0, Bands)
                    .Select(b => (float)(lifter * Math.Sqrt(2.0 / Bands) * Math.Cos(Math.PI * i * (b + 0.5) / Bands))),
            ];
        }
    }

    /// <summary>Measures frames.</summary>
    /// <param name="power">Squared magnitudes, (bins).</param>
    /// <param name="cepstra">(4).</param>
    /// <returns>Loudness.</returns>
    public Vector<float> Measure(ReadOnlySpan<Vector<float>> power, Span<Vector<float>> cepstra)
    {
        _power.AsSpan().Clear();
        for (var k = FirstBin; k < power.Length; k++)
        {
            var band = _band[k];
            if (band < 0)
                continue;
            if (band < Bands)
                _power[band] += power[k] * _rising[k];
            if (band > 0)
                _power[band - 1] += power[k] * (1 - _rising[k]);
        }
        var loudness = Vector<float>.Zero;
        cepstra.Clear();
        for (var b = 0; b < Bands; b++)
        {
            var weighted = Vector.Max(_power[b], new Vector<float>(MinBandPower)) * _equalLoudness[b];
            loudness += Vector.Exp(Vector.Log(weighted) * (float)Compression);
            var level = Vector.Log(Vector.Max(_power[b] * (FullScale * FullScale), Vector<float>.One));
            for (var i = 0; i < Cepstra; i++)
                cepstra[i] += level * _cosines[i][b];
        }
        return loudness * (1f / Bands);
    }

    private static double Mel(double hertz) => 1127 * Math.Log(1 + hertz / 700);

    private static double EqualLoudness(double hertz)
    {
        var w2 = Math.Pow(2 * Math.PI * hertz, 2);
        return 1e32
            * (w2 + 56.8e6)
            * w2
            * w2
            / ((w2 + 6.3e6) * (w2 + 6.3e6) * (w2 + 0.38e9) * (Math.Pow(w2, 3.5) + 1.7e31));
    }
}
