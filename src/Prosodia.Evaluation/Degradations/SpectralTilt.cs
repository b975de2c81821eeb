using System.Numerics;
using MathNet.Numerics.IntegralTransforms;
using Prosodia.Audio;

namespace Prosodia.Evaluation.Degradations;

/// <summary>A spectrum that falls or rises by so many decibels an octave more than it did, at the same level.</summary>
internal static class SpectralTilt
{
    private const double LowestHertz = 100; // below, the tilt is that of this frequency

    /// <summary>The recording, tilted about 1 kHz.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="decibelsPerOctave">Positive for more treble.</param>
    public static Recording Tilted(this Recording recording, double decibelsPerOctave)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)recording.Samples.Length);
        var spectrum = PaddedSpectrum.Of(recording.Samples, size);
        for (var k = 0; k < size; k++)
        {
            var hertz = Math.Max(LowestHertz, (double)Math.Min(k, size - k) * recording.Rate / size);
            spectrum[k] *= (float)Math.Pow(10, decibelsPerOctave * Math.Log2(hertz / 1000) / 20);
        }
        Fourier.Inverse(spectrum, FourierOptions.AsymmetricScaling);
        float[] tilted = [.. spectrum.Take(recording.Samples.Length).Select(c => c.Real)];
        var scale = (float)Math.Sqrt(Mixture.Power(recording.Samples) / Math.Max(1e-20, Mixture.Power(tilted)));
        return recording with { Samples = [.. tilted.Select(x => Math.Clamp(scale * x, -1, 1))] };
    }
}
