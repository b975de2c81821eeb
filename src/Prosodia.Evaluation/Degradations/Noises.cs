using MathNet.Numerics.Distributions;
using Prosodia.Audio;

namespace Prosodia.Evaluation.Degradations;

/// <summary>Sounds that are computed: noise, tones, music.</summary>
internal static class Noises
{
    private static readonly double[] Chord = [0, 4, 7, 12]; // semitones
    private static readonly double[] Roots = [0, 5, 7, 9, 2];
    private const double ChordSeconds = 0.6,
        Lowest = 130.8; // hertz

    /// <summary>White noise.</summary>
    public static float[] White(int samples, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, samples).Select(_ => (float)Normal.Sample(random, 0, 1))];
    }

    /// <summary>
    /// Pink noise, which falls by 3 dB an octave: white noise through three poles and zeros. Source: Voss and Clarke,
    /// 1978; the filter is Paul Kellet's.
    /// </summary>
    public static float[] Pink(int samples, int seed)
    {
        var white = White(samples, seed);
        double a = 0,
            b = 0,
            c = 0;
        return
        [
            .. white.Select(x =>
            {
                a = 0.99765 * a + x * 0.0990460;
                b = 0.96300 * b + x * 0.2965164;
                c = 0.57000 * c + x * 1.0526913;
                return (float)(a + b + c + x * 0.1848);
            }),
        ];
    }

    /// <summary>A sine.</summary>
    public static float[] Tone(int samples, double hertz) =>
        [.. Enumerable.Range(0, samples).Select(t => (float)Math.Sin(2 * Math.PI * hertz * t / Recording.SampleRate))];

    /// <summary>Plucked chords in a random order, with overtones that die away.</summary>
    public static float[] Music(int samples, int seed)
    {
        var random = new Random(seed);
        var length = (int)(ChordSeconds * Recording.SampleRate);
        var music = new float[samples];
        for (var start = 0; start < samples; start += length)
        {
            var root = Roots[random.Next(Roots.Length)] + 12 * random.Next(2);
            foreach (var note in Chord)
                for (var overtone = 1; overtone <= 5; overtone++)
                {
                    var hertz = overtone * Lowest * Math.Pow(2, (root + note) / 12);
                    for (var t = 0; t < Math.Min(2 * length, samples - start); t++)
                    {
                        var seconds = (double)t / Recording.SampleRate;
                        music[start + t] += (float)(
                            Math.Sin(2 * Math.PI * hertz * seconds)
                            * Math.Exp(-(2 + overtone) * seconds)
                            * Math.Min(1, seconds / 0.005)
                            / overtone
                        );
                    }
                }
        }
        return music;
    }
}
