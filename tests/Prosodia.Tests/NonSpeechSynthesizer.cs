using Prosodia.Audio;
using Prosodia.Evaluation.Synthesis;

namespace Prosodia.Tests;

/// <summary>Kinds of sound that are no speech.</summary>
internal enum SoundKind
{
    /// <summary>White to brown noise, steady or coming and going, and the hum of mains.</summary>
    Noise,

    /// <summary>Steady, gliding and beeping tones of few harmonics; dialling.</summary>
    Tones,

    /// <summary>Melodies, chords and drums of decaying or held notes.</summary>
    Music,
}

/// <summary>Sound that is no speech, synthesized, never the same twice.</summary>
internal static class NonSpeechSynthesizer
{
    private const int Rate = Recording.SampleRate;

    /// <summary>Two to four seconds of a kind of sound.</summary>
    public static float[] Of(SoundKind kind, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var samples = new double[(int)(Rate * (2 + 2 * random.NextDouble()))];
        switch (kind)
        {
            case SoundKind.Noise:
                Noise(samples, random);
                break;
            case SoundKind.Tones:
                Tones(samples, random);
                break;
            default:
                Music(samples, random);
                break;
        }
        var hiss = Math.Pow(10, -(30 + 40 * random.NextDouble()) / 20);
        var peak = samples.Max(Math.Abs) + 1e-9;
        var gain = SyntheticVoice.Spread(random, 2) * 0.2;
        return [.. samples.Select(x => (float)Math.Clamp((x / peak + hiss * Between(random, -1, 1)) * gain, -1, 1))];
    }

    private static void Noise(double[] samples, Random random)
    {
        if (random.Next(5) == 0)
        {
            Add(samples, 0, samples.Length, random.Next(2) == 0 ? 50 : 60, Harmonics(random, 12), 0, 0, random);
            return;
        }
        var (pole, swing, hertz) = (
            random.NextDouble() < 0.3 ? 0 : Between(random, 0.3, 0.99),
            random.Next(2) * random.NextDouble(),
            Between(random, 0.3, 8)
        );
        double y = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            y = pole * y + (1 - pole) * Between(random, -1, 1);
            samples[i] = y * (1 + swing * Math.Sin(2 * Math.PI * hertz * i / Rate));
        }
    }

    private static void Tones(double[] samples, Random random)
    {
        var kind = random.Next(4);
        if (kind == 0) // dialling: two tones at once
        {
            double[] low = [697, 770, 852, 941],
                high = [1209, 1336, 1477];
            for (var at = 0; at < samples.Length; at += Rate / 5)
                foreach (var hertz in new[] { low[random.Next(4)], high[random.Next(3)] })
                    Add(samples, at, Rate / 10, hertz, [1], 0, 0, random);
            return;
        }
        var harmonics = Harmonics(random, kind == 1 ? 1 : 1 + random.Next(20));
        var pitch = 80 * Math.Pow(2, 5 * random.NextDouble());
        var glide = random.Next(2) * Between(random, -1, 1);
        var on = (int)(Rate * Between(random, 0.1, 1));
        for (var at = 0; at < samples.Length; at += kind == 3 ? 2 * on : samples.Length)
            Add(samples, at, kind == 3 ? on : samples.Length, pitch, harmonics, glide, 0, random);
    }

    private static void Music(double[] samples, Random random)
    {
        var beat = (int)(Rate * Between(random, 0.12, 0.6));
        var decay = random.Next(3) == 0 ? 0 : Between(random, 1, 12);
        var vibrato = random.Next(2) * Between(random, 0, 0.02);
        int[] scale = [0, 2, 4, 5, 7, 9, 11];
        var (root, voices, drums) = (
            55 * Math.Pow(2, 3 * random.NextDouble()),
            1 + random.Next(4),
            random.Next(2) == 0
        );
        var timbres = Enumerable.Range(0, voices).Select(_ => Harmonics(random, 3 + random.Next(15))).ToArray();
        for (var at = 0; at < samples.Length; at += beat)
        {
            for (var v = 0; v < voices; v++)
            {
                if (random.Next(4) == 0)
                    continue;
                var degree = random.Next(10);
                Add(
                    samples,
                    at,
                    beat * (1 + random.Next(2)),
                    root * Math.Pow(2, degree / 7 + scale[degree % 7] / 12.0),
                    timbres[v],
                    0,
                    decay,
                    random,
                    vibrato
                );
            }
            if (!drums)
                continue;
            for (var i = 0; i < beat && at + i < samples.Length; i++)
                samples[at + i] += Between(random, -1, 1) * Math.Exp(-i / (Rate * 0.03));
        }
    }

    private static double[] Harmonics(Random random, int count)
    {
        var slope = Between(random, 0.3, 2);
        return [.. Enumerable.Range(1, count).Select(h => random.NextDouble() / Math.Pow(h, slope))];
    }

    private static void Add(
        double[] samples,
        int from,
        int count,
        double hertz,
        double[] harmonics,
        double octavesGlide,
        double decay,
        Random random,
        double vibrato = 0
    )
    {
        var phase = random.NextDouble();
        const double ramp = 0.01 * Rate;
        for (var i = 0; i < count && from + i < samples.Length; i++)
        {
            var seconds = (double)i / Rate;
            var now =
                hertz * Math.Pow(2, octavesGlide * i / count) * (1 + vibrato * Math.Sin(2 * Math.PI * 5.5 * seconds));
            phase += now / Rate;
            double sum = 0;
            for (var h = 0; h < harmonics.Length && now * (h + 1) < Rate / 2; h++)
                sum += harmonics[h] * Math.Sin(2 * Math.PI * (h + 1) * phase);
            samples[from + i] += sum * Math.Min(1, Math.Min(i, count - i) / ramp) * Math.Exp(-decay * seconds);
        }
    }

    private static double Between(Random random, double low, double high) => low + (high - low) * random.NextDouble();
}
