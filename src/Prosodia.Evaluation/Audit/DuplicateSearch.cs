using System.Collections.Concurrent;
using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.IntegralTransforms;
using Prosodia.Evaluation.Degradations;
using Prosodia.Evaluation.FeatureStore;

namespace Prosodia.Evaluation.Audit;

/// <summary>Two recordings that hold the same sound.</summary>
/// <param name="One">The first, by its number.</param>
/// <param name="Other">The second, which has a higher number.</param>
/// <param name="Correlation">Correlation of their waveforms where they overlap, 0 to 1.</param>
/// <param name="Shift">Seconds by which the second begins later in the sound than the first.</param>
/// <param name="Gain">Level of the second over the first, in dB.</param>
internal readonly record struct Duplicate(int One, int Other, double Correlation, double Shift, double Gain);

/// <summary>
/// Finds recordings that hold the same sound, also resampled, coded, louder, trimmed or in a video: those whose
/// fingerprints share words at one distance in time, if their waveforms correlate. Two utterances of one sentence by
/// one speaker don't correlate beyond 0.4.
/// </summary>
internal static class DuplicateSearch
{
    private const double LeastCorrelation = 0.6;
    private const double MostErrors = 0.38; // of the bits at that distance; half would be chance
    private const int LeastShared = 2, // words at one distance
        MostPlaces = 1000; // of a word; one that occurs everywhere tells nothing
    private const int Tolerance = 2; // frames

    /// <summary>Compares recordings.</summary>
    /// <param name="fingerprints">Of each recording; null where there is none.</param>
    /// <param name="soundOf">Reads the waveform of a recording at <see cref="AcousticFingerprint.Rate"/> again; null
    /// where it cannot be read any more.</param>
    /// <param name="progress">Reports how many candidates of how many are compared.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The pairs, in the order of the recordings.</returns>
    public static IReadOnlyList<Duplicate> Find(
        IReadOnlyList<AcousticFingerprint?> fingerprints,
        Func<int, float[]?> soundOf,
        Action<int, int> progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(fingerprints);
        ArgumentNullException.ThrowIfNull(soundOf);
        var candidates = Candidates(fingerprints, cancellationToken).GroupBy(c => c.One, c => c.Other).ToArray();
        var (found, done) = (new ConcurrentBag<Duplicate>(), 0);
        AllCores.For(
            candidates.Length,
            c =>
            {
                var one = soundOf(candidates[c].Key);
                foreach (var other in candidates[c])
                    if (one is not null && soundOf(other) is { } sound && Compare(one, sound) is { } match)
                        found.Add(match with { One = candidates[c].Key, Other = other });
                progress(Interlocked.Increment(ref done), candidates.Length);
            },
            cancellationToken
        );
        return [.. found.OrderBy(d => d.One).ThenBy(d => d.Other)];
    }

    /// <summary>Whether two waveforms hold the same sound; null where they don't.</summary>
    /// <param name="one">At <see cref="AcousticFingerprint.Rate"/>.</param>
    /// <param name="other">Likewise.</param>
    internal static Duplicate? Compare(float[] one, float[] other)
    {
        float[] a = Whitened(one),
            b = Whitened(other);
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)(a.Length + b.Length));
        Complex32[] x = PaddedSpectrum.Of(a, size),
            y = PaddedSpectrum.Of(b, size);
        for (var k = 0; k < size; k++)
            x[k] *= y[k].Conjugate();
        Fourier.Inverse(x, FourierOptions.AsymmetricScaling);
        var best = Enumerable.Range(0, size).MaxBy(k => Math.Abs(x[k].Real));
        var lag = best < size / 2 ? best : best - size; // one[t + lag] is other[t]
        if (lag >= a.Length || -lag >= b.Length)
            return null;
        var (from, at) = (Math.Max(0, lag), Math.Max(0, -lag));
        var overlap = Math.Min(a.Length - from, b.Length - at);
        double inOne = Energy(a.AsSpan(from, overlap)),
            inOther = Energy(b.AsSpan(at, overlap));
        if (2 * overlap < Math.Min(a.Length, b.Length) || inOne == 0 || inOther == 0)
            return null;
        var correlation = Math.Min(1, Math.Abs(x[best].Real) / Math.Sqrt(inOne * inOther));
        return correlation < LeastCorrelation
            ? null
            : new Duplicate(
                0,
                0,
                correlation,
                (double)lag / AcousticFingerprint.Rate,
                10 * Math.Log10(Energy(other.AsSpan(at, overlap)) / Math.Max(1e-20, Energy(one.AsSpan(from, overlap))))
            );
    }

    private static IEnumerable<(int One, int Other)> Candidates(
        IReadOnlyList<AcousticFingerprint?> fingerprints,
        CancellationToken cancellationToken
    )
    {
        var count = fingerprints.Sum(f => f?.Words.Length ?? 0);
        var (words, places) = (new uint[count], new (int Recording, int Frame)[count]);
        var at = 0;
        foreach (var (r, fingerprint) in fingerprints.Index())
            for (var w = 0; w < fingerprint?.Words.Length; w++, at++)
                (words[at], places[at]) = (fingerprint.Words[w], (r, fingerprint.Frames[w]));
        Array.Sort(words, places);
        var candidates = new ConcurrentBag<(int, int)>();
        AllCores.For(fingerprints.Count, Look, cancellationToken);
        return candidates.Distinct().Order();

        void Look(int r)
        {
            if (fingerprints[r] is not { } own)
                return;
            var shared = new Dictionary<(int Recording, int Distance), int>();
            for (var w = 0; w < own.Words.Length; w++)
                foreach (var variant in own.Variants(w))
                {
                    var first = First(words, variant);
                    for (var i = first; i < words.Length && words[i] == variant && i < first + MostPlaces; i++)
                        if (places[i].Recording != r)
                        {
                            var distance = (places[i].Frame - own.Frames[w]) / Tolerance;
                            var key = (places[i].Recording, distance);
                            shared[key] = shared.GetValueOrDefault(key) + 1;
                        }
                }
            foreach (var ((other, distance), times) in shared)
                if (
                    times + shared.GetValueOrDefault((other, distance + 1)) >= LeastShared
                    && own.ErrorRate(fingerprints[other]!, distance * Tolerance) < MostErrors
                )
                    candidates.Add((Math.Min(r, other), Math.Max(r, other)));
        }
    }

    private static int First(uint[] words, uint word)
    {
        var (low, high) = (0, words.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (words[middle] < word)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>First differences, in which low frequencies, hum and offsets count less.</summary>
    private static float[] Whitened(float[] samples)
    {
        var whitened = new float[samples.Length];
        for (var t = 1; t < samples.Length; t++)
            whitened[t] = samples[t] - samples[t - 1];
        return whitened;
    }

    private static double Energy(ReadOnlySpan<float> samples)
    {
        var sum = 0.0;
        foreach (var x in samples)
            sum += (double)x * x;
        return sum;
    }
}
