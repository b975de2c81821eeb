using System.Numerics.Tensors;

namespace Prosodia.Encoders;

/// <summary>
/// Power spectra of windowed frames, from the sums that define them: for sizes that are no power of two, as Whisper's
/// 400.
/// </summary>
internal sealed class DirectSpectrum
{
    private readonly float[][] _cos,
        _sin; // by bin; the window is in them

    /// <summary>Prepares a transform.</summary>
    /// <param name="window">The window; frames are as long.</param>
    /// <param name="size">Points of the transform, at least as many.</param>
    public DirectSpectrum(IReadOnlyList<double> window, int size)
    {
        float[][] Table(Func<double, double> of) =>
            [
                .. Enumerable
                    .Range(0, size / 2 + 1)
                    .Select(k => window.Select((w, t) => (float)(w * of(2 * Math.PI * k * t / size))).ToArray()),
            ];
        (_cos, _sin) = (Table(Math.Cos), Table(Math.Sin));
    }

    /// <summary>Bins of a spectrum.</summary>
    public int Bins => _cos.Length;

    /// <summary>Squared magnitudes.</summary>
    /// <param name="frame">As long as the window.</param>
    /// <param name="power">(bins).</param>
    public void Power(ReadOnlySpan<float> frame, Span<float> power)
    {
        for (var k = 0; k < power.Length; k++)
        {
            var (re, im) = (TensorPrimitives.Dot(frame, _cos[k]), TensorPrimitives.Dot(frame, _sin[k]));
            power[k] = re * re + im * im;
        }
    }
}
