using System.Numerics;
using System.Runtime.InteropServices;

namespace Prosodia.KeySegments;

/// <summary>Sums over single-precision samples without losing the digits that thresholds depend on.</summary>
internal static class SquaredDistance
{
    public static double Between(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var xs = MemoryMarshal.Cast<float, Vector<float>>(x);
        var ys = MemoryMarshal.Cast<float, Vector<float>>(y);
        Vector<double> low = default,
            high = default;
        for (var i = 0; i < xs.Length; i++)
        {
            Vector.Widen(xs[i], out var xLow, out var xHigh);
            Vector.Widen(ys[i], out var yLow, out var yHigh);
            var dLow = xLow - yLow;
            var dHigh = xHigh - yHigh;
            low += dLow * dLow;
            high += dHigh * dHigh;
        }
        var sum = Vector.Sum(low) + Vector.Sum(high);
        for (var i = xs.Length * Vector<float>.Count; i < x.Length; i++)
        {
            var d = (double)x[i] - y[i];
            sum += d * d;
        }
        return sum;
    }
}
