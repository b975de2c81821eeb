using System.Numerics;

namespace Prosodia.Spectrograms;

/// <summary>
/// Fast Fourier transform of real signals, several at once: each lane of a vector register holds a signal of its own, so
/// one pass transforms as many signals as the machine has lanes. A real signal of n is transformed as a complex one of
/// n / 2 and taken apart. Source: Press et al., Numerical Recipes, sections 12.2 and 12.3.
/// </summary>
internal sealed class RealFft
{
    private readonly int _half;
    private readonly float[] _cos, _sin; // of 2 pi k / size
    private readonly int[] _reversed;

    public RealFft(int size)
    {
        if (size < 4 || !BitOperations.IsPow2(size)) throw new ArgumentException("a power of two from 4 is needed", nameof(size));
        _half = size / 2;
        _cos = [.. Enumerable.Range(0, _half).Select(k => (float)Math.Cos(2 * Math.PI * k / size))];
        _sin = [.. Enumerable.Range(0, _half).Select(k => (float)Math.Sin(2 * Math.PI * k / size))];
        var bits = BitOperations.Log2((uint)_half);
        _reversed = [.. Enumerable.Range(0, _half).Select(i => Reverse(i, bits))];
    }

    /// <summary>Magnitudes of the size / 2 + 1 bins.</summary>
    /// <param name="signal">Sample t of all lanes at [t]; (size).</param>
    /// <param name="re">Scratch of size / 2.</param>
    /// <param name="im">Scratch of size / 2.</param>
    /// <param name="magnitude">Bin k of all lanes at [k]; (size / 2 + 1).</param>
    public void Magnitudes(ReadOnlySpan<Vector<float>> signal, Span<Vector<float>> re, Span<Vector<float>> im, Span<Vector<float>> magnitude)
    {
        for (var i = 0; i < _half; i++)
        {
            re[_reversed[i]] = signal[2 * i];
            im[_reversed[i]] = signal[2 * i + 1];
        }
        Butterflies(re, im);

        // X(k) = E(k) + W^k O(k), where E and O are the spectra of the even and the odd samples
        magnitude[0] = Vector.Abs(re[0] + im[0]);
        magnitude[_half] = Vector.Abs(re[0] - im[0]);
        for (var k = 1; k < _half; k++)
        {
            var m = _half - k;
            var evenRe = (re[k] + re[m]) * 0.5f;
            var evenIm = (im[k] - im[m]) * 0.5f;
            var oddRe = (im[k] + im[m]) * 0.5f;
            var oddIm = (re[m] - re[k]) * 0.5f;
            var x = evenRe + oddRe * _cos[k] + oddIm * _sin[k];
            var y = evenIm + oddIm * _cos[k] - oddRe * _sin[k];
            magnitude[k] = Vector.SquareRoot(x * x + y * y);
        }
    }

    /// <summary>Butterflies of four, which read and write every value half as often as those of two; one stage of two where n is no power of four.</summary>
    private void Butterflies(Span<Vector<float>> re, Span<Vector<float>> im)
    {
        var span = 1;
        if (int.IsOddInteger(BitOperations.Log2((uint)_half)))
        {
            for (var top = 0; top < _half; top += 2)
            {
                (re[top], re[top + 1]) = (re[top] + re[top + 1], re[top] - re[top + 1]);
                (im[top], im[top + 1]) = (im[top] + im[top + 1], im[top] - im[top + 1]);
            }
            span = 2;
        }
        for (; span < _half; span *= 4)
        {
            var stride = _half / (2 * span); // steps of 2 pi / size between this stage's angles
            for (var k = 0; k < span; k++)
            {
                var (c1, s1) = (_cos[k * stride], _sin[k * stride]);
                var (c2, s2) = (_cos[2 * k * stride], _sin[2 * k * stride]);
                var (c3, s3) = (c1 * c2 - s1 * s2, s1 * c2 + c1 * s2);
                for (var top = k; top < _half; top += 4 * span)
                {
                    // bits are reversed, so the second quarter holds the even ones of the odd samples
                    ref Vector<float> re0 = ref re[top], re2 = ref re[top + span], re1 = ref re[top + 2 * span], re3 = ref re[top + 3 * span];
                    ref Vector<float> im0 = ref im[top], im2 = ref im[top + span], im1 = ref im[top + 2 * span], im3 = ref im[top + 3 * span];
                    var (aRe, aIm) = (re1 * c1 + im1 * s1, im1 * c1 - re1 * s1);
                    var (bRe, bIm) = (re2 * c2 + im2 * s2, im2 * c2 - re2 * s2);
                    var (cRe, cIm) = (re3 * c3 + im3 * s3, im3 * c3 - re3 * s3);
                    var (sumRe, sumIm) = (re0 + bRe, im0 + bIm);
                    var (differenceRe, differenceIm) = (re0 - bRe, im0 - bIm);
                    var (oddRe, oddIm) = (aRe + cRe, aIm + cIm);
                    var (turnedRe, turnedIm) = (aIm - cIm, cRe - aRe); // -i times the difference
                    (re0, im0) = (sumRe + oddRe, sumIm + oddIm);
                    (re2, im2) = (differenceRe + turnedRe, differenceIm + turnedIm);
                    (re1, im1) = (sumRe - oddRe, sumIm - oddIm);
                    (re3, im3) = (differenceRe - turnedRe, differenceIm - turnedIm);
                }
            }
        }
    }

    private static int Reverse(int value, int bits)
    {
        var reversed = 0;
        for (var i = 0; i < bits; i++) reversed |= (value >> i & 1) << (bits - 1 - i);
        return reversed;
    }
}
