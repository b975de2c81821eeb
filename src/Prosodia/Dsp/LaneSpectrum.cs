using System.Numerics;
using System.Runtime.InteropServices;

namespace Prosodia.Dsp;

/// <summary>
/// Spectra of windowed frames, as many at once as a vector register has lanes: each lane is a frame. Frames begin every
/// 10 ms; zeros stand before and after a frame's samples up to the size of the transform.
/// </summary>
internal sealed class LaneSpectrum
{
    private readonly RealFft _fft;
    private readonly float[] _window;
    private readonly int _before;
    private readonly Vector<float>[] _signal,
        _scratch,
        _real,
        _imaginary;

    /// <param name="window">The window, (samples of a frame).</param>
    /// <param name="size">Of the transform, a power of two.</param>
    public LaneSpectrum(float[] window, int size)
    {
        (_fft, _window, _before) = (new RealFft(size), window, (size - window.Length) / 2);
        (_signal, _scratch) = (new Vector<float>[size], new Vector<float>[size]);
        (_real, _imaginary) = (new Vector<float>[size / 2 + 1], new Vector<float>[size / 2 + 1]);
    }

    /// <summary>Frames of a block.</summary>
    public static int Lanes => Vector<float>.Count;

    /// <summary>How many bins there are, size / 2 + 1.</summary>
    public int Bins => _real.Length;

    /// <summary>Real parts, (bins).</summary>
    public ReadOnlySpan<Vector<float>> Real => _real;

    /// <summary>Imaginary parts, (bins).</summary>
    public ReadOnlySpan<Vector<float>> Imaginary => _imaginary;

    /// <summary>The sum of squares of the windowed samples.</summary>
    public Vector<float> Energy { get; private set; }

    /// <summary>Transforms frames from one on; lanes beyond the last frame are silent.</summary>
    /// <param name="samples">The recording.</param>
    /// <param name="first">The first frame.</param>
    /// <param name="frames">How many frames the recording has.</param>
    /// <param name="hop">Samples from one frame to the next; frames begin at the nearest sample.</param>
    public void Transform(ReadOnlySpan<float> samples, int first, int frames, double hop)
    {
        var values = MemoryMarshal.Cast<Vector<float>, float>(_signal.AsSpan(_before, _window.Length));
        for (var lane = 0; lane < Lanes; lane++)
        {
            if (first + lane >= frames)
            {
                for (var t = 0; t < _window.Length; t++)
                    values[t * Lanes + lane] = 0;
                continue;
            }
            var frame = samples.Slice((int)Math.Round((first + lane) * hop), _window.Length);
            for (var t = 0; t < frame.Length; t++)
                values[t * Lanes + lane] = frame[t] * _window[t];
        }
        var energy = Vector<float>.Zero;
        foreach (var x in _signal.AsSpan(_before, _window.Length))
            energy += x * x;
        Energy = energy;
        Transform();
    }

    /// <summary>
    /// Transforms an even sequence, given by its first half: a power spectrum to the autocorrelation.
    /// </summary>
    /// <param name="half">(bins).</param>
    public void TransformEven(ReadOnlySpan<Vector<float>> half)
    {
        half.CopyTo(_signal);
        for (var i = 1; i < half.Length - 1; i++)
            _signal[_signal.Length - i] = half[i];
        Transform();
        _signal.AsSpan().Clear();
    }

    /// <summary>Squared magnitudes.</summary>
    /// <param name="power">(bins).</param>
    public void Power(Span<Vector<float>> power)
    {
        for (var k = 0; k < power.Length; k++)
            power[k] = _real[k] * _real[k] + _imaginary[k] * _imaginary[k];
    }

    private void Transform()
    {
        var half = _scratch.Length / 2;
        _fft.Transform(_signal, _scratch.AsSpan(0, half), _scratch.AsSpan(half), _real, _imaginary);
    }
}
