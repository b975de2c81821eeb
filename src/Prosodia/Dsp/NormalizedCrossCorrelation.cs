using System.Numerics.Tensors;
using Prosodia.Audio;

namespace Prosodia.Dsp;

/// <summary>Normalized cross-correlation of the windows around the middle of a frame.</summary>
internal sealed class NormalizedCrossCorrelation
{
    private const double Silence = 1e-12;

    private readonly float[] _samples; // with silence before and after
    private readonly double[] _energy; // of all samples before
    private readonly int _divisor,
        _window,
        _half;

    public NormalizedCrossCorrelation(ReadOnlySpan<float> samples, int frames, int rate)
    {
        _divisor = Recording.SampleRate / rate;
        _window = PitchTracker.Window / _divisor;
        _half = (PitchTracker.Window + PitchTracker.MaxLag) / 2 / _divisor;
        _samples = new float[
            Math.Max(samples.Length, frames * PowerSpectrogram.Hop / _divisor) + 4 * _half + PowerSpectrogram.Window
        ];
        samples.CopyTo(_samples.AsSpan(_half));
        _energy = new double[_samples.Length + 1];
        for (var i = 0; i < _samples.Length; i++)
            _energy[i + 1] = _energy[i] + (double)_samples[i] * _samples[i];
    }

    /// <summary>Amplitude at the middle of a frame.</summary>
    public double Level(int frame)
    {
        var middle = Start(frame) + _half;
        return Math.Sqrt(_energy[middle + _window / 2] - _energy[middle - _window / 2]);
    }

    public float At(int frame, int lag)
    {
        var start = Start(frame);
        var (own, later) = (
            _energy[start + _window] - _energy[start],
            _energy[start + lag + _window] - _energy[start + lag]
        );
        if (own * later <= Silence * Silence)
            return 0;
        return (float)(
            TensorPrimitives.Dot(_samples.AsSpan(start, _window), _samples.AsSpan(start + lag, _window))
            / Math.Sqrt(own * later)
        );
    }

    private int Start(int frame) => (frame * PowerSpectrogram.Hop + PowerSpectrogram.Window / 2) / _divisor;
}
