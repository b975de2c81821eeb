using System.Numerics;
using System.Runtime.CompilerServices;

namespace Prosodia.Dsp;

/// <summary>
/// Fast Fourier transform of real signals, several at once: each lane of a vector register holds a signal of its own,
/// so one pass transforms as many signals as the machine has lanes. A real signal of n is transformed as a complex one
/// of n / 2 and taken apart. Source: Press et al., Numerical Recipes, sections 12.2 and 12.3.
/// </summary>
internal sealed class RealFft
{
    private readonly int _half;
    private readonly float[] _cos,
        _sin; // of 2 pi k / size
    private readonly int[] _reversed;

    public RealFft(int size)
    {
        if (size < 4 || !BitOperations.IsPow2(size))
            throw new ArgumentException("a power of two from 4 is needed", nameof(size));
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
    public void Magnitudes(
        ReadOnlySpan<Vector<float>> signal,
        Span<Vector<float>> re,
        Span<Vector<float>> im,
        Span<Vector<float>> magnitude
    )
    {
        Half(signal, re, im);
        magnitude[0] = Vector.Abs(re[0] + im[0]);
        magnitude[_half] = Vector.Abs(re[0] - im[0]);
        for (var k = 1; k < _half; k++)
        {
            var (x, y) = Bin(re, im, k);
            magnitude[k] = Vector.SquareRoot(x * x + y * y);
        }
    }

    /// <summary>The size / 2 + 1 bins.</summary>
    /// <param name="signal">Sample t of all lanes at [t]; (size).</param>
    /// <param name="re">Scratch of size / 2.</param>
    /// <param name="im">Scratch of size / 2.</param>
    /// <param name="real">Bin k of all lanes at [k]; (size / 2 + 1).</param>
    /// <param name="imaginary">Likewise.</param>
    public void Transform(
        ReadOnlySpan<Vector<float>> signal,
        Span<Vector<float>> re,
        Span<Vector<float>> im,
        Span<Vector<float>> real,
        Span<Vector<float>> imaginary
    )
    {
        Half(signal, re, im);
        (real[0], imaginary[0]) = (re[0] + im[0], Vector<float>.Zero);
        (real[_half], imaginary[_half]) = (re[0] - im[0], Vector<float>.Zero);
        for (var k = 1; k < _half; k++)
            (real[k], imaginary[k]) = Bin(re, im, k);
    }

    /// <summary>The signal of pairs of samples as complex numbers, transformed.</summary>
    private void Half(ReadOnlySpan<Vector<float>> signal, Span<Vector<float>> re, Span<Vector<float>> im)
    {
        for (var i = 0; i < _half; i++)
        {
            re[_reversed[i]] = signal[2 * i];
            im[_reversed[i]] = signal[2 * i + 1];
        }
        Butterflies(re, im);
    }

    /// <summary>X(k) = E(k) + W^k O(k), where E and O are the spectra of the even and the odd samples.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (Vector<float> Re, Vector<float> Im) Bin(Span<Vector<float>> re, Span<Vector<float>> im, int k)
    {
        var m = _half - k;
        var evenRe = (re[k] + re[m]) * 0.5f;
        var evenIm = (im[k] - im[m]) * 0.5f;
        var oddRe = (im[k] + im[m]) * 0.5f;
        var oddIm = (re[m] - re[k]) * 0.5f;
        return (evenRe + oddRe * _cos[k] + oddIm * _sin[k], evenIm + oddIm * _cos[k] - oddRe * _sin[k]);
    }

    private void Butterflies(Span<Vector<float>> re, Span<Vector<float>> im)
    {
        for (var span = 1; span < _half; span *= 2)
        {
            var stride = _half / span; // steps of 2 pi / size between this stage's angles
            for (var k = 0; k < span; k++)
            {
                var c = _cos[k * stride];
                var s = _sin[k * stride];
                for (var top = k; top < _half; top += 2 * span)
                {
                    var bottom = top + span;
                    var x = re[bottom] * c + im[bottom] * s;
                    var y = im[bottom] * c - re[bottom] * s;
                    re[bottom] = re[top] - x;
                    im[bottom] = im[top] - y;
                    re[top] += x;
                    im[top] += y;
                }
            }
        }
    }

    private static int Reverse(int value, int bits)
    {
        var reversed = 0;
        for (var i = 0; i < bits; i++)
            reversed |= (value >> i & 1) << (bits - 1 - i);
        return reversed;
    }
}
