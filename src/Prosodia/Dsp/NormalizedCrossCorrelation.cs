using System.Numerics.Tensors;

namespace Prosodia.Dsp;

/// <summary>
/// Normalized cross-correlation of 32 ms with later ones around the middle of a frame, at half the rate. Source:
/// Talkin, A Robust Algorithm for Pitch Tracking, 1995.
/// </summary>
internal sealed class NormalizedCrossCorrelation
{
    /// <summary>How much later at least and at most, in samples at half the rate: 600 and 60 Hz.</summary>
    public const int MinLag = 13,
        MaxLag = 134;

    /// <summary>Samples of the recording that a frame sees after its own.</summary>
    public const int SeenAfter = 2 * Window + 267;

    private const int Window = 256,
        Half = 194; // of window and longest lag
    private const double Silence = 1e-12;

    private readonly float[] _samples; // with silence before and after
    private readonly double[] _energy; // of all samples before

    /// <param name="samples">Speech at 16 kHz.</param>
    /// <param name="frames">How many frames of <see cref="PowerSpectrogram"/> it has.</param>
    public NormalizedCrossCorrelation(ReadOnlySpan<float> samples, int frames)
    {
        _samples = new float[
            Math.Max(samples.Length / 2, frames * PowerSpectrogram.Hop / 2) + 4 * Half + PowerSpectrogram.Window
        ];
        for (var i = 0; i < samples.Length / 2; i++)
            _samples[Half + i] = (samples[2 * i] + samples[2 * i + 1]) / 2;
        _energy = new double[_samples.Length + 1];
        for (var i = 0; i < _samples.Length; i++)
            _energy[i + 1] = _energy[i] + (double)_samples[i] * _samples[i];
    }

    /// <summary>The correlation of a frame at a lag, in samples at half the rate.</summary>
    public float At(int frame, int lag)
    {
        var start = (frame * PowerSpectrogram.Hop + PowerSpectrogram.Window / 2) / 2;
        var (own, later) = (
            _energy[start + Window] - _energy[start],
            _energy[start + lag + Window] - _energy[start + lag]
        );
        if (own * later <= Silence * Silence)
            return 0;
        return (float)(
            TensorPrimitives.Dot(_samples.AsSpan(start, Window), _samples.AsSpan(start + lag, Window))
            / Math.Sqrt(own * later)
        );
    }
}
