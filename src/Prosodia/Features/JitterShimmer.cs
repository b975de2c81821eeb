using System.Numerics.Tensors;
using Prosodia.Audio;
using Prosodia.Dsp;

namespace Prosodia.Features;

/// <summary>
/// How one cycle of the voice differs from the next: jitter (length) and shimmer (amplitude), each the mean difference
/// of neighbors over their mean, in the 40 ms around a frame. Cycles are found by waveform matching. Source: Boersma,
/// Should Jitter Be Measured by Peak Picking or by Waveform Matching?, Folia Phoniatrica et Logopaedica 61, 2009.
/// </summary>
internal sealed class JitterShimmer
{
    private const double Shortest = 0.8,
        Longest = 1.25; // of the pitch's period
    private const double AmplitudeReach = 0.2; // of the period, to each side of a pulse
    private const double MinLikeness = 0.3; // correlation of a cycle with the next
    private const double MaxPeriodChange = 1.3, // between neighbors that are compared; beyond it a cycle was missed
        MaxAmplitudeChange = 1.6;
    private const int Around = Recording.SampleRate / 50; // samples at each side of a frame's middle

    private readonly record struct Cycle(double At, double Period, double Amplitude);

    /// <summary>Finds the cycles of the voiced frames.</summary>
    public JitterShimmer(ReadOnlySpan<float> samples, PitchTracker pitch)
    {
        var frames = pitch.Hertz.Length;
        Jitter = LowLevelDescriptor.Undefined(frames);
        Shimmer = LowLevelDescriptor.Undefined(frames);
        for (var first = 0; first < frames; first++)
        {
            if (pitch.Hertz[first] == 0)
                continue;
            var end = first;
            while (end < frames && pitch.Hertz[end] > 0)
                end++;
            Measure(Cycles(samples, pitch.Hertz, first, end), first, end);
            first = end;
        }
    }

    /// <summary>Change of the period's length, as a fraction; not a number where it is not known.</summary>
    public float[] Jitter { get; }

    /// <summary>Change of the amplitude, as a fraction; not a number where it is not known.</summary>
    public float[] Shimmer { get; }

    /// <summary>
    /// The cycles of a voiced stretch: from the highest or lowest sample around its middle to both sides, each time as
    /// far as the waveform is most like itself.
    /// </summary>
    private static List<Cycle> Cycles(ReadOnlySpan<float> samples, float[] hertz, int first, int end)
    {
        double from = Middle(first) - PowerSpectrogram.Hop / 2,
            to = Math.Min(Middle(end - 1) + PowerSpectrogram.Hop / 2, samples.Length - 1);
        var pulses = new List<double>();
        var middle = Extremum(samples, (from + to) / 2, Period(hertz, (from + to) / 2, first, end));
        foreach (var direction in (ReadOnlySpan<int>)[-1, 1])
        {
            var at = middle;
            if (direction > 0)
                pulses.Add(at);
            while (true)
            {
                var expected = Period(hertz, at, first, end);
                var (period, likeness) = Match(samples, at, expected, direction);
                at += direction * (likeness >= MinLikeness ? period : expected);
                if (at < from || at > to || period == 0)
                    break;
                if (likeness >= MinLikeness)
                    pulses.Add(at);
            }
            if (direction < 0)
                pulses.Reverse();
        }
        var cycles = new List<Cycle>(pulses.Count);
        for (var i = 0; i + 1 < pulses.Count; i++)
        {
            var period = pulses[i + 1] - pulses[i];
            cycles.Add(new Cycle(pulses[i], period, Amplitude(samples, pulses[i], period)));
        }
        return cycles;
    }

    /// <summary>The pitch's period at a sample.</summary>
    private static double Period(float[] hertz, double at, int first, int end) =>
        Recording.SampleRate
        / (double)
            hertz[
                Math.Clamp((int)Math.Round((at - PowerSpectrogram.Window / 2.0) / PowerSpectrogram.Hop), first, end - 1)
            ];

    private static double Extremum(ReadOnlySpan<float> samples, double around, double period)
    {
        var from = Math.Clamp((int)(around - period / 2), 0, samples.Length - 1);
        var part = samples[from..Math.Min(samples.Length, from + (int)period + 1)];
        return from + TensorPrimitives.IndexOfMaxMagnitude(part);
    }

    /// <summary>Root mean square of the samples around a pulse, under a Hann window.</summary>
    private static double Amplitude(ReadOnlySpan<float> samples, double at, double period)
    {
        var reach = AmplitudeReach * period;
        double sum = 0,
            weights = 0;
        for (
            var i = Math.Max(0, (int)Math.Ceiling(at - reach));
            i <= Math.Min(samples.Length - 1, (int)(at + reach));
            i++
        )
        {
            var weight = 0.5 + 0.5 * Math.Cos(Math.PI * (i - at) / reach);
            sum += weight * samples[i] * weight * samples[i];
            weights += weight * weight;
        }
        return Math.Sqrt(sum / Math.Max(weights, 1e-9));
    }

    /// <summary>
    /// How far before or after a sample the waveform is most like that around it, and how much it is; 0 where samples
    /// end.
    /// </summary>
    private static (double Distance, double Likeness) Match(
        ReadOnlySpan<float> samples,
        double at,
        double expected,
        int direction
    )
    {
        int length = (int)Math.Round(expected),
            from = (int)Math.Round(at - expected / 2),
            shortest = (int)(expected * Shortest),
            longest = (int)Math.Ceiling(expected * Longest);
        var furthest = from + direction * (longest + 1);
        if (Math.Min(from, furthest) < 0 || Math.Max(from, furthest) + length > samples.Length)
            return (0, 0);
        var now = samples.Slice(from, length);
        var norm = Math.Sqrt(TensorPrimitives.SumOfSquares(now));
        Span<double> likeness = stackalloc double[longest - shortest + 3];
        var best = 1;
        for (var i = 0; i < likeness.Length; i++)
        {
            var other = samples.Slice(from + direction * (shortest - 1 + i), length);
            likeness[i] =
                TensorPrimitives.Dot(now, other) / (norm * Math.Sqrt(TensorPrimitives.SumOfSquares(other)) + 1e-12);
            if (i > 0 && i < likeness.Length - 1 && likeness[i] > likeness[best])
                best = i;
        }
        var (offset, _) = ParabolicInterpolation.Top(likeness[best - 1], likeness[best], likeness[best + 1]);
        return (shortest - 1 + best + offset, likeness[best]);
    }

    private void Measure(List<Cycle> cycles, int first, int end)
    {
        var from = 1; // the first cycle that is near enough, which only moves on
        for (var frame = first; frame < end; frame++)
        {
            double jitter = 0,
                shimmer = 0;
            var pairs = 0;
            while (from < cycles.Count && cycles[from].At < Middle(frame) - Around)
                from++;
            for (var i = from; i < cycles.Count && cycles[i].At <= Middle(frame) + Around; i++)
            {
                var (before, now) = (cycles[i - 1], cycles[i]);
                if (
                    Ratio(now.Period, before.Period) > MaxPeriodChange
                    || Ratio(now.Amplitude, before.Amplitude) > MaxAmplitudeChange
                )
                    continue;
                jitter += 2 * Math.Abs(now.Period - before.Period) / (now.Period + before.Period);
                shimmer += 2 * Math.Abs(now.Amplitude - before.Amplitude) / (now.Amplitude + before.Amplitude + 1e-9);
                pairs++;
            }
            if (pairs == 0)
                continue;
            Jitter[frame] = (float)(jitter / pairs);
            Shimmer[frame] = (float)(shimmer / pairs);
        }
    }

    private static double Ratio(double a, double b) => Math.Max(a, b) / Math.Max(Math.Min(a, b), 1e-9);

    private static double Middle(int frame) => frame * PowerSpectrogram.Hop + PowerSpectrogram.Window / 2;
}
