using System.Numerics.Tensors;
using Prosodia.Audio;

namespace Prosodia.Dsp;

/// <summary>
/// The pitch of speech every 10 ms: peaks of the normalized cross-correlation of 32 ms, found at half the rate and
/// measured at the full one, and the cheapest path through them and through being unvoiced. Sources: Talkin, A Robust
/// Algorithm for Pitch Tracking, 1995 (correlation); Boersma, IFA Proceedings 17, 1993 (costs of the path,
/// harmonics-to-noise ratio).
/// </summary>
internal sealed class PitchTracker
{
    /// <summary>The lowest and the highest pitch that is looked for, in hertz.</summary>
    public const double Lowest = 60,
        Highest = 600;

    /// <summary>
    /// Samples that are compared with later ones, and how much later at least and at most: those pitches.
    /// </summary>
    public const int Window = 512,
        MinLag = 26,
        MaxLag = 267;

    private const int Candidates = 6;
    private const double VoicingThreshold = 0.5,
        SilenceThreshold = 0.02,
        OctaveCost = 0.02,
        OctaveJumpCost = 0.35,
        VoicingChangeCost = 0.14;
    private const double MinPeak = 0.3,
        MaxStrength = 0.9999;

    private readonly record struct Candidate(double Lag, double Correlation, double Merit); // lag 0: unvoiced

    /// <summary>Follows the pitch.</summary>
    /// <param name="samples">Speech at 16 kHz.</param>
    /// <param name="frames">How many frames of <see cref="PowerSpectrogram"/> it has.</param>
    public PitchTracker(ReadOnlySpan<float> samples, int frames)
    {
        Hertz = new float[frames];
        Strength = new float[frames];
        var full = new NormalizedCrossCorrelation(samples, frames, Recording.SampleRate);
        var coarse = new NormalizedCrossCorrelation(Halved(samples), frames, Recording.SampleRate / 2);
        var loudest = Enumerable.Range(0, frames).Max(full.Level);
        var candidates = new Candidate[frames][];
        for (var frame = 0; frame < frames; frame++)
            candidates[frame] = Find(coarse, full, frame, full.Level(frame) / Math.Max(loudest, 1e-6));
        Follow(candidates);
    }

    /// <summary>Pitch in hertz; 0 where a frame is unvoiced.</summary>
    public float[] Hertz { get; }

    /// <summary>
    /// Correlation of one period with the next, 0 to 1; of unvoiced frames the highest that there is.
    /// </summary>
    public float[] Strength { get; }

    /// <summary>
    /// How much louder the periodic part is than the rest, in decibels. Source: Boersma, 1993, equation 4.
    /// </summary>
    public static float HarmonicsToNoise(float strength)
    {
        var r = Math.Clamp(strength, 1 - MaxStrength, MaxStrength);
        return (float)(10 * Math.Log10(r / (1 - r)));
    }

    /// <summary>Speech at half the rate.</summary>
    public static float[] Halved(ReadOnlySpan<float> samples)
    {
        var halved = new float[samples.Length / 2];
        for (var i = 0; i < halved.Length; i++)
            halved[i] = (samples[2 * i] + samples[2 * i + 1]) / 2;
        return halved;
    }

    private static Candidate[] Find(
        NormalizedCrossCorrelation coarse,
        NormalizedCrossCorrelation full,
        int frame,
        double level
    )
    {
        const int shortest = MinLag / 2,
            longest = (MaxLag + 1) / 2;
        Span<float> correlation = stackalloc float[longest + 2];
        for (var lag = shortest - 1; lag <= longest + 1; lag++)
            correlation[lag] = coarse.At(frame, lag);
        var found = new List<Candidate>();
        double highest = 0;
        for (var lag = shortest; lag <= longest; lag++)
        {
            if (correlation[lag] < correlation[lag - 1] || correlation[lag] <= correlation[lag + 1])
                continue;
            highest = Math.Max(highest, correlation[lag]);
            if (correlation[lag] >= MinPeak)
                found.Add(new Candidate(lag, correlation[lag], Merit(2 * lag, correlation[lag])));
        }
        var unvoiced = VoicingThreshold + Math.Max(0, 2 - level / (SilenceThreshold / (1 + VoicingThreshold)));
        return
        [
            new Candidate(0, highest, unvoiced),
            .. found
                .OrderByDescending(c => c.Merit)
                .Take(Candidates)
                .Select(c => Measured(full, frame, 2 * (int)c.Lag)),
        ];
    }

    /// <summary>The peak of the full rate that is nearest to a lag.</summary>
    private static Candidate Measured(NormalizedCrossCorrelation full, int frame, int near)
    {
        const int reach = 3;
        Span<float> around = stackalloc float[2 * reach + 1];
        var best = 1;
        for (var i = 0; i < around.Length; i++)
        {
            around[i] = full.At(frame, near - reach + i);
            if (i < around.Length - 1 && i > 0 && around[i] > around[best])
                best = i;
        }
        var (offset, peak) = ParabolicInterpolation.Top(around[best - 1], around[best], around[best + 1]);
        var lag = near - reach + best + offset;
        return new Candidate(lag, Math.Min(peak, 1), Merit(lag, peak));
    }

    private static double Merit(double lag, double correlation) =>
        correlation - OctaveCost * Math.Log2(Lowest * lag / Recording.SampleRate);

    private void Follow(Candidate[][] candidates)
    {
        double[] best = [.. candidates[0].Select(c => c.Merit)];
        var cameFrom = new int[candidates.Length][];
        for (var frame = 1; frame < candidates.Length; frame++)
        {
            var (before, now) = (candidates[frame - 1], candidates[frame]);
            var reached = new double[now.Length];
            cameFrom[frame] = new int[now.Length];
            for (var c = 0; c < now.Length; c++)
            {
                reached[c] = double.NegativeInfinity;
                for (var b = 0; b < before.Length; b++)
                {
                    var merit = best[b] - Cost(before[b].Lag, now[c].Lag);
                    if (merit > reached[c])
                        (reached[c], cameFrom[frame][c]) = (merit, b);
                }
                reached[c] += now[c].Merit;
            }
            best = reached;
        }
        var at = TensorPrimitives.IndexOfMax(best);
        for (var frame = candidates.Length - 1; frame >= 0; frame--)
        {
            var chosen = candidates[frame][at];
            Hertz[frame] = chosen.Lag > 0 ? (float)(Recording.SampleRate / chosen.Lag) : 0;
            Strength[frame] = (float)chosen.Correlation;
            if (frame > 0)
                at = cameFrom[frame][at];
        }
    }

    private static double Cost(double from, double to) =>
        from == 0 && to == 0 ? 0
        : from == 0 || to == 0 ? VoicingChangeCost
        : OctaveJumpCost * Math.Abs(Math.Log2(from / to));
}
