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
    private const double MinLikeness = 0.5; // correlation of a cycle with the next
    private const double MaxChange = 1.3; // between neighbors that are compared; beyond it a cycle was missed
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

    private static List<Cycle> Cycles(ReadOnlySpan<float> samples, float[] hertz, int first, int end)
    {
        var cycles = new List<Cycle>();
        double at = Middle(first),
            last = Math.Min(Middle(end - 1) + 1, samples.Length);
        while (at < last)
        {
            var expected =
                Recording.SampleRate
                / (double)
                    hertz[
                        Math.Clamp(
                            (int)Math.Round((at - PowerSpectrogram.Window / 2.0) / PowerSpectrogram.Hop),
                            first,
                            end - 1
                        )
                    ];
            var (length, from) = ((int)Math.Round(expected), (int)Math.Round(at - expected / 2));
            int shortest = (int)(expected * Shortest),
                longest = (int)Math.Ceiling(expected * Longest);
            if (from < 0 || from + longest + 1 + length > samples.Length)
                break;
            var (period, likeness) = Match(samples, from, length, shortest, longest);
            var cycle = samples.Slice(from, length);
            if (likeness >= MinLikeness)
                cycles.Add(new Cycle(at, period, TensorPrimitives.Max(cycle) - TensorPrimitives.Min(cycle)));
            at += period;
        }
        return cycles;
    }

    /// <summary>The distance at which the waveform is most like itself, and how much it is.</summary>
    private static (double Distance, double Likeness) Match(
        ReadOnlySpan<float> samples,
        int from,
        int length,
        int shortest,
        int longest
    )
    {
        var now = samples.Slice(from, length);
        var norm = Math.Sqrt(TensorPrimitives.SumOfSquares(now));
        Span<double> likeness = stackalloc double[longest - shortest + 3];
        var best = 1;
        for (var i = 0; i < likeness.Length; i++)
        {
            var later = samples.Slice(from + shortest - 1 + i, length);
            likeness[i] =
                TensorPrimitives.Dot(now, later) / (norm * Math.Sqrt(TensorPrimitives.SumOfSquares(later)) + 1e-12);
            if (i > 0 && i < likeness.Length - 1 && likeness[i] > likeness[best])
                best = i;
        }
        return (
            shortest
                - 1
                + best
                + ParabolicInterpolation.Top(likeness[best - 1], likeness[best], likeness[best + 1]).Offset,
            likeness[best]
        );
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
                if (Math.Max(now.Period / before.Period, before.Period / now.Period) > MaxChange)
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

    private static double Middle(int frame) => frame * PowerSpectrogram.Hop + PowerSpectrogram.Window / 2;
}
