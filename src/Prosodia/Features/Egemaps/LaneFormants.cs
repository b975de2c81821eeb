using System.Collections.Concurrent;
using System.Numerics;
using Prosodia.Dsp;

namespace Prosodia.Features.Egemaps;

/// <summary>
/// Formants by linear prediction of order 11 at 11 kHz, of several frames at once. The signal at 11 kHz is the inverse
/// transform of the spectrum's lowest 110 bins. Where compatible, the roots are those of the predictor with its signs
/// flipped; as published, those of the predictor. Source of the method: Makhoul, Proceedings of the IEEE 63, 1975.
/// </summary>
internal sealed class LaneFormants
{
    /// <summary>Formants of a frame that are given.</summary>
    public const int Count = 3;

    private const int Samples = 220,
        Bins = Samples / 2;
    private const double Rate = 11_000;

    private static readonly ConcurrentDictionary<double, (float[] Cos, float[] Sin)> Waves = new(); // by bin's width

    private readonly float[] _cos,
        _sin; // by bin and sample, sample-major
    private readonly LaneResonances<Order11> _resonances;
    private readonly int _half; // of the period of the bins' sum, in samples; all samples where it is none
    private readonly Vector<float>[] _signal = new Vector<float>[Samples];
    private readonly Vector<float>[] _lags = new Vector<float>[Order11.Value + 1];

    /// <param name="binHertz">From one bin of the spectra to the next.</param>
    /// <param name="asPublished">Whether roots are those of the predictor itself.</param>
    public LaneFormants(double binHertz, bool asPublished)
    {
        _resonances = new LaneResonances<Order11>(Rate, flipped: !asPublished);
        var period = Rate / binHertz;
        _half = period / 2 % 2 == 0 && period / 2 < Samples ? (int)(period / 2) : Samples;
        (_cos, _sin) = Waves.GetOrAdd(binHertz, WavesOf);
    }

    /// <summary>Finds formants.</summary>
    /// <param name="real">Real parts of the spectra, (bins).</param>
    /// <param name="imaginary">Imaginary parts.</param>
    /// <param name="hertz">Of each lane, the lowest first, 0 where there is none; (lanes, 3).</param>
    /// <param name="bandwidths">Likewise.</param>
    public void Measure(
        ReadOnlySpan<Vector<float>> real,
        ReadOnlySpan<Vector<float>> imaginary,
        Span<float> hertz,
        Span<float> bandwidths
    )
    {
        Resynthesize(real, imaginary);
        for (var lag = 0; lag <= Order11.Value; lag++)
        {
            var sum = Vector<float>.Zero;
            for (var m = 0; m < Samples - lag; m++)
                sum += _signal[m] * _signal[m + lag];
            _lags[lag] = sum;
        }
        _resonances.Find(_lags, hertz, bandwidths);
    }

    private static (float[] Cos, float[] Sin) WavesOf(double binHertz)
    {
        var (cos, sin) = (new float[Samples * Bins], new float[Samples * Bins]);
        for (var m = 0; m < Samples; m++)
        for (var k = 0; k < Bins; k++)
        {
            var angle = 2 * Math.PI * k * m * binHertz / Rate;
            (cos[m * Bins + k], sin[m * Bins + k]) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
        }
        return (cos, sin);
    }

    /// <summary>
    /// The signal at 11 kHz. Half a period on, bins of even number return and those of odd number change their sign.
    /// </summary>
    private void Resynthesize(ReadOnlySpan<Vector<float>> real, ReadOnlySpan<Vector<float>> imaginary)
    {
        var re = real[..Bins];
        var im = imaginary[..Bins];
        for (var m = 0; m < _half; m += 2)
        {
            var c = _cos.AsSpan(m * Bins, 2 * Bins);
            var s = _sin.AsSpan(m * Bins, 2 * Bins);
            Vector<float> even0 = default,
                even1 = default,
                odd0 = default,
                odd1 = default;
            for (var k = 0; k < Bins; k += 2)
            {
                even0 += re[k] * c[k] - im[k] * s[k];
                even1 += re[k] * c[Bins + k] - im[k] * s[Bins + k];
                odd0 += re[k + 1] * c[k + 1] - im[k + 1] * s[k + 1];
                odd1 += re[k + 1] * c[Bins + k + 1] - im[k + 1] * s[Bins + k + 1];
            }
            (_signal[m], _signal[m + 1]) = (even0 + odd0, even1 + odd1);
            if (m + _half < Samples)
                (_signal[m + _half], _signal[m + _half + 1]) = (even0 - odd0, even1 - odd1);
        }
    }
}
