using System.Numerics.Tensors;
using Prosodia.Audio;
using Prosodia.Dsp;

namespace Prosodia.Recognition;

/// <summary>
/// Normalizes bandwidth, level and noise floor of recordings before anything is measured, so that a voice sounds the
/// same to a model over a telephone as in a studio: no offset, the band that a telephone lets through, the speech from
/// its first to its last loud frame, at one level, over a floor of noise that hides whatever is quieter.
/// </summary>
internal static class InputNormalizer
{
    private const double PassHertz = 3300,
        StopHertz = 3500,
        StopBandDecibels = 70;
    private const int Hop = 160,
        Window = 400; // samples of a frame, as of the contours
    private const double LoudWithin = 20; // decibels under the loudest frame: these frames say how loud speech is
    private const double SpeechWithin = 20; // decibels under that level: speech begins and ends with such frames
    private const int Margin = 5; // frames kept before and after
    private const double Level = 0.05; // root mean square of loud frames
    private const double NoiseDecibels = 30; // of the floor under that level
    private const double Silence = 1e-12; // power; -120 dB

    private static readonly float[] LowPass = Design();
    private static readonly float[] Noise = White(1 << 15);

    /// <summary>The speech of a stretch of sound, normalized.</summary>
    /// <param name="samples">At 16 kHz.</param>
    /// <returns>The speech, and where it begins in the samples.</returns>
    public static (Recording Speech, int Start) Apply(ReadOnlySpan<float> samples)
    {
        var filtered = Filter(samples);
        var energy = FrameEnergies(filtered);
        var loudest = energy.Max();
        var loud = Math.Max(Silence, energy.Where(e => e >= loudest * Decibels(-LoudWithin)).Average());
        var least = loud * Decibels(-SpeechWithin);
        var first = Math.Max(0, Array.FindIndex(energy, e => e >= least) - Margin);
        var last = Math.Min(energy.Length - 1, Array.FindLastIndex(energy, e => e >= least) + Margin);
        var speech = filtered[(first * Hop)..Math.Min(filtered.Length, last * Hop + Window)];
        TensorPrimitives.Multiply(speech, (float)(Level / Math.Sqrt(loud)), speech);
        var hiss = (float)(Level * Math.Sqrt(Decibels(-NoiseDecibels)));
        for (var from = 0; from < speech.Length; from += Noise.Length)
        {
            var part = speech.AsSpan(from, Math.Min(Noise.Length, speech.Length - from));
            TensorPrimitives.MultiplyAdd(Noise.AsSpan(0, part.Length), hiss, part, part);
        }
        return (new Recording(speech, []), first * Hop);
    }

    /// <summary>How loud speech is: the mean power of its loud frames.</summary>
    public static double Power(ReadOnlySpan<float> samples)
    {
        var energy = FrameEnergies(samples);
        var least = energy.Max() * Decibels(-LoudWithin);
        return energy.Where(e => e >= least).Average();
    }

    /// <summary>The band that a telephone lets through, without offset.</summary>
    /// <param name="samples">At 16 kHz.</param>
    public static float[] Filter(ReadOnlySpan<float> samples)
    {
        var padded = new float[samples.Length + LowPass.Length];
        var middle = padded.AsSpan(LowPass.Length / 2, samples.Length);
        samples.CopyTo(middle);
        new HighPassFilter().Apply(middle);
        var filtered = new float[samples.Length];
        for (var i = 0; i < filtered.Length; i++)
            filtered[i] = TensorPrimitives.Dot<float>(padded.AsSpan(i, LowPass.Length), LowPass);
        return filtered;
    }

    private static double[] FrameEnergies(ReadOnlySpan<float> samples)
    {
        var energy = new double[Math.Max(1, (samples.Length - Window) / Hop + 1)];
        for (var f = 0; f < energy.Length; f++)
            energy[f] =
                TensorPrimitives.SumOfSquares(samples.Slice(f * Hop, Math.Min(Window, samples.Length - f * Hop)))
                / (double)Window;
        return energy;
    }

    private static double Decibels(double value) => Math.Pow(10, value / 10);

    /// <summary>
    /// Source: Kaiser window design, Oppenheim and Schafer, Discrete-Time Signal Processing, section 7.5.
    /// </summary>
    private static float[] Design()
    {
        const double cutoff = (PassHertz + StopHertz) / 2 / Recording.SampleRate,
            transition = 2 * Math.PI * (StopHertz - PassHertz) / Recording.SampleRate;
        var taps = (int)((StopBandDecibels - 8) / (2.285 * transition)) | 1;
        double[] filter =
        [
            .. Enumerable
                .Range(0, taps)
                .Select(i =>
                {
                    var x = i - taps / 2;
                    return KaiserWindow.At(2.0 * x / taps, StopBandDecibels)
                        * (x == 0 ? 2 * cutoff : Math.Sin(2 * Math.PI * cutoff * x) / (Math.PI * x));
                }),
        ];
        return [.. filter.Select(h => (float)(h / filter.Sum()))];
    }

    /// <summary>The same noise for everyone, of variance 1: results must not depend on chance.</summary>
    private static float[] White(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => Normal(random))];
    }

    /// <summary>A sample of the standard normal distribution. Source: Marsaglia's polar method, 1964.</summary>
    private static float Normal(Random random)
    {
        while (true)
        {
            var (x, y) = (2 * random.NextDouble() - 1, 2 * random.NextDouble() - 1);
            var square = x * x + y * y;
            if (square is > 0 and < 1)
                return (float)(x * Math.Sqrt(-2 * Math.Log(square) / square));
        }
    }
}
