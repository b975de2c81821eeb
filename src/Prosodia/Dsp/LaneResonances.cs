using System.Numerics;
using System.Runtime.InteropServices;

namespace Prosodia.Dsp;

/// <summary>An order of prediction, known to the compiler, which unrolls loops over it.</summary>
internal interface IPredictionOrder
{
    /// <summary>The order.</summary>
    static abstract int Value { get; }
}

/// <summary>Order 10: five resonances.</summary>
internal readonly struct Order10 : IPredictionOrder
{
    /// <inheritdoc/>
    public static int Value => 10;
}

/// <summary>Order 11: five resonances and a slope.</summary>
internal readonly struct Order11 : IPredictionOrder
{
    /// <inheritdoc/>
    public static int Value => 11;
}

/// <summary>
/// Resonances by linear prediction: the roots of the predictor, of several frames at once. Source: Makhoul, Linear
/// Prediction: A Tutorial Review, Proceedings of the IEEE 63, 1975.
/// </summary>
internal sealed class LaneResonances<TOrder>
    where TOrder : struct, IPredictionOrder
{
    private const double MinHertz = 50; // from 0 Hz and from half the rate
    private const int MaxRounds = 30;
    private const float Settled = 1e-3f; // of a step; the next would be about its cube

    private readonly double _rate;
    private readonly float _sign;
    private readonly Vector<float>[] _predictor,
        _re,
        _im;

    /// <param name="rate">Samples a second that lags count.</param>
    /// <param name="flipped">Whether the signs of the predictor's coefficients are flipped.</param>
    public LaneResonances(double rate, bool flipped = false)
    {
        (_rate, _sign) = (rate, flipped ? -1 : 1);
        _predictor = new Vector<float>[TOrder.Value + 1];
        (_re, _im) = (new Vector<float>[TOrder.Value], new Vector<float>[TOrder.Value]);
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
        Span<double> correlation = stackalloc double[TOrder.Value + 1],
            a = stackalloc double[TOrder.Value + 1];
        for (var i = 0; i <= TOrder.Value; i++)
            correlation[i] = lags[i * Vector<float>.Count + lane];
        LinearPrediction.Solve(correlation, a);
        predictor[lane] = 1;
        for (var i = 1; i <= TOrder.Value; i++)
            predictor[i * Vector<float>.Count + lane] = _sign * (float)a[i];
    }

    /// <summary>All roots of all lanes by Aberth's method. Source: Mathematics of Computation 27, 1973.</summary>
    private void FindRoots()
    {
        Span<Vector<float>> re = _re,
            im = _im;
        ReadOnlySpan<Vector<float>> predictor = _predictor;
        for (var i = 0; i < TOrder.Value; i++)
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * (i + 0.3) / TOrder.Value);
            (re[i], im[i]) = (new Vector<float>((float)(0.9 * cos)), new Vector<float>((float)(0.9 * sin)));
        }
        var settled = new Vector<float>(Settled);
        for (var round = 0; round < MaxRounds; round++)
        {
            var moved = Vector<float>.Zero;
            for (var i = 0; i < TOrder.Value; i++)
            {
                var (x, y) = (re[i], im[i]);
                // the polynomial and its derivative, by Horner's rule
                var (pr, pi) = (predictor[0], Vector<float>.Zero);
                var (dr, di) = (Vector<float>.Zero, Vector<float>.Zero);
                for (var k = 1; k <= TOrder.Value; k++)
                {
                    (dr, di) = (dr * x - di * y + pr, dr * y + di * x + pi);
                    (pr, pi) = (pr * x - pi * y + predictor[k], pr * y + pi * x);
                }
                var (nr, ni) = Divide(pr, pi, dr, di);
                var (or, oi) = (Vector<float>.Zero, Vector<float>.Zero);
                for (var j = 0; j < TOrder.Value; j++)
                {
                    if (j == i)
                        continue;
                    var (ar, ai) = (x - re[j], y - im[j]);
                    var scale = Vector<float>.One / Vector.Max(ar * ar + ai * ai, new Vector<float>(1e-20f));
                    (or, oi) = (or + ar * scale, oi - ai * scale);
                }
                // Newton's step over 1 - step * sum
                var (br, bi) = (Vector<float>.One - (nr * or - ni * oi), -(nr * oi + ni * or));
                var (sr, si) = Divide(nr, ni, br, bi);
                (re[i], im[i]) = (x - sr, y - si);
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
        for (var i = 0; i < TOrder.Value; i++)
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
