using System.Numerics;
using System.Runtime.InteropServices;
using Prosodia.Audio;
using Prosodia.Dsp;

namespace Prosodia.Evaluation.Audit;

/// <summary>
/// What a recording sounds like, as a word of 32 bits for each frame: whether the energy of a band grows against that
/// of the next band. Level, equalization and coding change few bits. Source: Haitsma and Kalker, A Highly Robust Audio
/// Fingerprinting System, ISMIR 2002.
/// </summary>
/// <param name="Frames">The numbers of the frames that have a word: those that are not much quieter than the loudest
/// one.</param>
/// <param name="Words">Their words.</param>
/// <param name="Doubtful">The bits of each word that would change first, a mask.</param>
internal sealed record AcousticFingerprint(int[] Frames, uint[] Words, uint[] Doubtful)
{
    /// <summary>Samples a second of what is compared.</summary>
    public const int Rate = 8000;

    private const int Window = 2048,
        Hop = 128, // samples: 256 ms and 16 ms
        Bits = 32,
        Lag = 6; // frames over which energies are compared
    private const double LowestHertz = 300,
        HighestHertz = 2000,
        QuietPower = 1e-3; // of the loudest frame's
    private const int DoubtfulBits = 5;

    private static readonly int[] Edges =
    [
        .. Enumerable
            .Range(0, Bits + 2)
            .Select(e => LowestHertz * Math.Pow(HighestHertz / LowestHertz, e / (Bits + 1.0)))
            .Select(hertz => (int)Math.Round(hertz / Rate * Window)),
    ];
    private static readonly float[] Hann =
    [
        .. Enumerable.Range(0, Window).Select(t => 0.5f - 0.5f * MathF.Cos(2 * MathF.PI * t / (Window - 1))),
    ];

    /// <summary>The fingerprint of a recording; without words where it is shorter than 0.4 s.</summary>
    /// <param name="samples">At <see cref="Rate"/>.</param>
    public static AcousticFingerprint Of(ReadOnlySpan<float> samples)
    {
        var energies = BandEnergies(samples);
        double[] powers = [.. energies.Select(e => e.Sum(band => (double)band))];
        var least = QuietPower * powers.DefaultIfEmpty().Max();
        var (frames, words, doubtful) = (new List<int>(), new List<uint>(), new List<uint>());
        var growth = new float[Bits];
        var order = new int[Bits];
        for (var f = Lag; f < energies.Length; f++)
        {
            if (powers[f] <= least || powers[f - Lag] <= least)
                continue;
            uint word = 0,
                mask = 0;
            for (var b = 0; b < Bits; b++)
            {
                growth[b] =
                    MathF.Log(energies[f][b] / energies[f][b + 1])
                    - MathF.Log(energies[f - Lag][b] / energies[f - Lag][b + 1]);
                if (growth[b] > 0)
                    word |= 1u << b;
                (growth[b], order[b]) = (MathF.Abs(growth[b]), b);
            }
            Array.Sort(growth, order);
            foreach (var b in order.AsSpan(0, DoubtfulBits))
                mask |= 1u << b;
            frames.Add(f);
            words.Add(word);
            doubtful.Add(mask);
        }
        return new AcousticFingerprint([.. frames], [.. words], [.. doubtful]);
    }

    /// <summary>The sound that is compared: at <see cref="Rate"/>.</summary>
    public static float[] Resampled(Recording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var resampler = new Resampler(recording.Rate, Rate);
        var samples = new List<float>();
        resampler.Write(recording.Samples, samples);
        resampler.Finish(samples);
        return [.. samples];
    }

    /// <summary>A word with each choice of its doubtful bits.</summary>
    public IEnumerable<uint> Variants(int word)
    {
        var subset = 0u;
        do
        {
            yield return Words[word] ^ subset;
            subset = (subset - Doubtful[word]) & Doubtful[word]; // the next subset of the mask
        } while (subset != 0);
    }

    /// <summary>The share of bits that differ where another recording lies that many frames later.</summary>
    public double ErrorRate(AcousticFingerprint other, int distance)
    {
        ArgumentNullException.ThrowIfNull(other);
        var (errors, compared) = (0, 0);
        for (int i = 0, j = 0; i < Frames.Length && j < other.Frames.Length; )
        {
            var ahead = Frames[i] + distance - other.Frames[j];
            if (ahead == 0)
            {
                errors += BitOperations.PopCount(Words[i] ^ other.Words[j]);
                compared++;
            }
            if (ahead <= 0)
                i++;
            if (ahead >= 0)
                j++;
        }
        return compared == 0 ? 1 : errors / (double)(compared * Bits);
    }

    /// <summary>The energies of each frame's bands, several frames at once.</summary>
    private static float[][] BandEnergies(ReadOnlySpan<float> samples)
    {
        var frames = samples.Length < Window ? 0 : (samples.Length - Window) / Hop + 1;
        var (fft, lanes) = (new RealFft(Window), Vector<float>.Count);
        var (signal, re, im) = (
            new float[Window * lanes],
            new Vector<float>[Window / 2],
            new Vector<float>[Window / 2]
        );
        var magnitudes = new Vector<float>[Window / 2 + 1];
        var energies = new float[frames][];
        for (var first = 0; first < frames; first += lanes)
        {
            var count = Math.Min(lanes, frames - first);
            for (var lane = 0; lane < count; lane++)
            {
                var frame = samples.Slice((first + lane) * Hop, Window);
                for (var t = 0; t < Window; t++)
                    signal[t * lanes + lane] = frame[t] * Hann[t];
            }
            fft.Magnitudes(MemoryMarshal.Cast<float, Vector<float>>(signal), re, im, magnitudes);
            for (var lane = 0; lane < count; lane++)
            {
                var bands = energies[first + lane] = new float[Bits + 1];
                for (var b = 0; b < bands.Length; b++)
                {
                    bands[b] = 1e-9f;
                    for (var k = Edges[b]; k < Math.Max(Edges[b + 1], Edges[b] + 1); k++)
                        bands[b] += magnitudes[k][lane] * magnitudes[k][lane];
                }
            }
        }
        return energies;
    }
}
