using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;
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

    private const int Order = 11,
        Samples = 220,
        Bins = Samples / 2;
    private const double Rate = 11_000,
        MinHertz = 50;
    private const int MaxRounds = 30;
    private const float Settled = 1e-3f; // of a step; the next would be about its cube

    private static readonly ConcurrentDictionary<double, (float[] Cos, float[] Sin)> Waves = new(); // by bin's width

    private readonly float[] _cos,
        _sin; // by bin and sample, sample-major
    private readonly float _sign;
    private readonly int _half; // of the period of the bins' sum, in samples; all samples where it is none
    private readonly Vector<float>[] _signal = new Vector<float>[Samples];
    private readonly Vector<float>[] _lags = new Vector<float>[Order + 1];
    private readonly Vector<float>[] _predictor = new Vector<float>[Order + 1];
    private readonly Vector<float>[] _re = new Vector<float>[Order],
        _im = new Vector<float>[Order];

    /// <param name="binHertz">From one bin of the spectra to the next.</param>
    /// <param name="asPublished">Whether roots are those of the predictor itself.</param>
    public LaneFormants(double binHertz, bool asPublished)
    {
        _sign = asPublished ? 1 : -1;
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
        for (var lag = 0; lag <= Order; lag++)
        {
            var sum = Vector<float>.Zero;
            for (var m = 0; m < Samples - lag; m++)
                sum += _signal[m] * _signal[m + lag];
            _lags[lag] = sum;
        }
        var lags = MemoryMarshal.Cast<Vector<float>, float>(_lags.AsSpan());
        var predictor = MemoryMarshal.Cast<Vector<float>, float>(_predictor.AsSpan());
        for (var lane = 0; lane < Vector<float>.Count; lane++)
            Predict(lags, predictor, lane);
        FindRoots();
        var re = MemoryMarshal.Cast<Vector<float>, float>(_re.AsSpan());
        var im = MemoryMarshal.Cast<Vector<float>, float>(_im.AsSpan());
        for (var lane = 0; lane < Vector<float>.Count; lane++)
            Pick(re, im, lane, hertz.Slice(lane * Count, Count), bandwidths.Slice(lane * Count, Count));
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

    /// <summary>Coefficients of z^11 + c1 z^10 + ... of a lane.</summary>
    private void Predict(ReadOnlySpan<float> lags, Span<float> predictor, int lane)
    {
        Span<double> correlation = stackalloc double[Order + 1],
            a = stackalloc double[Order + 1];
        for (var i = 0; i <= Order; i++)
            correlation[i] = lags[i * Vector<float>.Count + lane];
        LinearPrediction.Solve(correlation, a);
        predictor[lane] = 1;
        for (var i = 1; i <= Order; i++)
            predictor[i * Vector<float>.Count + lane] = _sign * (float)a[i];
    }

    /// <summary>All roots of all lanes by Aberth's method. Source: Mathematics of Computation 27, 1973.</summary>
    private void FindRoots()
    {
        for (var i = 0; i < Order; i++)
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * (i + 0.3) / Order);
            (_re[i], _im[i]) = (new Vector<float>((float)(0.9 * cos)), new Vector<float>((float)(0.9 * sin)));
        }
        var settled = new Vector<float>(Settled);
        for (var round = 0; round < MaxRounds; round++)
        {
            var moved = Vector<float>.Zero;
            for (var i = 0; i < Order; i++)
            {
                var (x, y) = (_re[i], _im[i]);
                // the polynomial and its derivative, by Horner's rule
                var (pr, pi) = (_predictor[0], Vector<float>.Zero);
                var (dr, di) = (Vector<float>.Zero, Vector<float>.Zero);
                for (var k = 1; k <= Order; k++)
                {
                    (dr, di) = (dr * x - di * y + pr, dr * y + di * x + pi);
                    (pr, pi) = (pr * x - pi * y + _predictor[k], pr * y + pi * x);
                }
                var (nr, ni) = Divide(pr, pi, dr, di);
                var (or, oi) = (Vector<float>.Zero, Vector<float>.Zero);
                for (var j = 0; j < Order; j++)
                {
                    if (j == i)
                        continue;
                    var (ar, ai) = (x - _re[j], y - _im[j]);
                    var scale = Vector<float>.One / Vector.Max(ar * ar + ai * ai, new Vector<float>(1e-20f));
                    (or, oi) = (or + ar * scale, oi - ai * scale);
                }
                // Newton's step over 1 - step * sum
                var (br, bi) = (Vector<float>.One - (nr * or - ni * oi), -(nr * oi + ni * or));
                var (sr, si) = Divide(nr, ni, br, bi);
                (_re[i], _im[i]) = (x - sr, y - si);
                moved = Vector.Max(moved, Vector.Abs(sr) + Vector.Abs(si));
            }
            if (Vector.LessThanAll(moved, settled))
                break;
        }
    }

    private static (Vector<float> Re, Vector<float> Im) Divide(
        Vector<float> ar,
        Vector<float> ai,
        Vector<float> br,
        Vector<float> bi
    )
    {
        var scale = Vector<float>.One / Vector.Max(br * br + bi * bi, new Vector<float>(1e-30f));
        return ((ar * br + ai * bi) * scale, (ai * br - ar * bi) * scale);
    }

    /// <summary>The lowest resonances of a lane.</summary>
    private static void Pick(
        ReadOnlySpan<float> re,
        ReadOnlySpan<float> im,
        int lane,
        Span<float> hertz,
        Span<float> bandwidths
    )
    {
        var lanes = Vector<float>.Count;
        hertz.Clear();
        bandwidths.Clear();
        var found = 0;
        for (var i = 0; i < Order; i++)
        {
            double x = re[i * lanes + lane],
                y = im[i * lanes + lane];
            var frequency = Math.Atan2(y, x) * Rate / (2 * Math.PI);
            if (!(frequency > MinHertz) || frequency >= Rate / 2 - MinHertz)
                continue;
            var bandwidth = (float)(-Math.Log(Math.Sqrt(x * x + y * y)) * Rate / Math.PI);
            var at = Math.Min(found, Count);
            while (at > 0 && hertz[at - 1] > frequency)
                at--;
            if (at == Count)
                continue;
            for (var j = Math.Min(found, Count - 1); j > at; j--)
                (hertz[j], bandwidths[j]) = (hertz[j - 1], bandwidths[j - 1]);
            (hertz[at], bandwidths[at]) = ((float)frequency, bandwidth);
            found++;
        }
    }
}
