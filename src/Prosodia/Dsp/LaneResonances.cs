using System.Numerics;
using System.Runtime.InteropServices;

namespace Prosodia.Dsp;

/// <summary>
/// Resonances by linear prediction: the roots of the predictor, of several frames at once. Source: Makhoul, Linear
/// Prediction: A Tutorial Review, Proceedings of the IEEE 63, 1975.
/// </summary>
internal sealed class LaneResonances
{
    private const double MinHertz = 50; // from 0 Hz and from half the rate
    private const int MaxRounds = 30;
    private const float Settled = 1e-3f; // of a step; the next would be about its cube

    private readonly int _order;
    private readonly double _rate;
    private readonly float _sign;
    private readonly Vector<float>[] _predictor,
        _re,
        _im;

    /// <param name="order">Of the prediction.</param>
    /// <param name="rate">Samples a second that lags count.</param>
    /// <param name="flipped">Whether the signs of the predictor's coefficients are flipped.</param>
    public LaneResonances(int order, double rate, bool flipped = false)
    {
        (_order, _rate, _sign) = (order, rate, flipped ? -1 : 1);
        (_predictor, _re, _im) = (new Vector<float>[order + 1], new Vector<float>[order], new Vector<float>[order]);
    }

    /// <summary>Finds the lowest resonances.</summary>
    /// <param name="lags">The autocorrelation, (order + 1).</param>
    /// <param name="hertz">Of each lane, the lowest first, 0 where there is none; (lanes, resonances).</param>
    /// <param name="bandwidths">Likewise, in hertz.</param>
    public void Find(ReadOnlySpan<Vector<float>> lags, Span<float> hertz, Span<float> bandwidths)
    {
        var lanes = Vector<float>.Count;
        var values = MemoryMarshal.Cast<Vector<float>, float>(lags);
        for (var lane = 0; lane < lanes; lane++)
            Predict(values, lane);
        FindRoots();
        var count = hertz.Length / lanes;
        for (var lane = 0; lane < lanes; lane++)
            Pick(lane, hertz.Slice(lane * count, count), bandwidths.Slice(lane * count, count));
    }

    /// <summary>Coefficients of z^order + c1 z^(order - 1) + ... of a lane.</summary>
    private void Predict(ReadOnlySpan<float> lags, int lane)
    {
        var predictor = MemoryMarshal.Cast<Vector<float>, float>(_predictor.AsSpan());
        Span<double> correlation = stackalloc double[_order + 1],
            a = stackalloc double[_order + 1];
        for (var i = 0; i <= _order; i++)
            correlation[i] = lags[i * Vector<float>.Count + lane];
        LinearPrediction.Solve(correlation, a);
        predictor[lane] = 1;
        for (var i = 1; i <= _order; i++)
            predictor[i * Vector<float>.Count + lane] = _sign * (float)a[i];
    }

    /// <summary>All roots of all lanes by Aberth's method. Source: Mathematics of Computation 27, 1973.</summary>
    private void FindRoots()
    {
        for (var i = 0; i < _order; i++)
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * (i + 0.3) / _order);
            (_re[i], _im[i]) = (new Vector<float>((float)(0.9 * cos)), new Vector<float>((float)(0.9 * sin)));
        }
        var settled = new Vector<float>(Settled);
        for (var round = 0; round < MaxRounds; round++)
        {
            var moved = Vector<float>.Zero;
            for (var i = 0; i < _order; i++)
            {
                var (x, y) = (_re[i], _im[i]);
                // the polynomial and its derivative, by Horner's rule
                var (pr, pi) = (_predictor[0], Vector<float>.Zero);
                var (dr, di) = (Vector<float>.Zero, Vector<float>.Zero);
                for (var k = 1; k <= _order; k++)
                {
                    (dr, di) = (dr * x - di * y + pr, dr * y + di * x + pi);
                    (pr, pi) = (pr * x - pi * y + _predictor[k], pr * y + pi * x);
                }
                var (nr, ni) = Divide(pr, pi, dr, di);
                var (or, oi) = (Vector<float>.Zero, Vector<float>.Zero);
                for (var j = 0; j < _order; j++)
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
    private void Pick(int lane, Span<float> hertz, Span<float> bandwidths)
    {
        var re = MemoryMarshal.Cast<Vector<float>, float>(_re.AsSpan());
        var im = MemoryMarshal.Cast<Vector<float>, float>(_im.AsSpan());
        hertz.Clear();
        bandwidths.Clear();
        var found = 0;
        for (var i = 0; i < _order; i++)
        {
            double x = re[i * Vector<float>.Count + lane],
                y = im[i * Vector<float>.Count + lane];
            var frequency = Math.Atan2(y, x) * _rate / (2 * Math.PI);
            if (!(frequency > MinHertz) || frequency >= _rate / 2 - MinHertz)
                continue;
            var bandwidth = (float)(-Math.Log(Math.Sqrt(x * x + y * y)) * _rate / Math.PI);
            var at = Math.Min(found, hertz.Length);
            while (at > 0 && hertz[at - 1] > frequency)
                at--;
            if (at == hertz.Length)
                continue;
            for (var j = Math.Min(found, hertz.Length - 1); j > at; j--)
                (hertz[j], bandwidths[j]) = (hertz[j - 1], bandwidths[j - 1]);
            (hertz[at], bandwidths[at]) = ((float)frequency, bandwidth);
            found++;
        }
    }
}
