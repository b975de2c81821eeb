using System.Numerics.Tensors;
using Prosodia.Dsp;

namespace Prosodia.Features.Egemaps;

/// <summary>
/// Jitter and shimmer of a voiced frame: how the length and the amplitude of one cycle of the voice differ from the
/// next. Cycles are found by the cross-correlation of neighbors around the pitch's period.
/// </summary>
internal static class CycleVariation
{
    private const double Search = 0.1; // of the period, to each side
    private const double MinLikeness = 0.5;
    private const int MinPeriods = 2;

    /// <summary>Measures a frame.</summary>
    /// <param name="frame">Its samples.</param>
    /// <param name="period">The pitch's, in samples.</param>
    /// <returns>Jitter as a fraction, shimmer in decibels; 0 where there are too few cycles.</returns>
    public static (float Jitter, float Shimmer) Measure(ReadOnlySpan<float> frame, double period)
    {
        Span<double> periods = stackalloc double[64],
            amplitudes = stackalloc double[64];
        var count = 0;
        var (length, shortest, longest) = (
            (int)Math.Round(period),
            (int)Math.Floor(period * (1 - Search)),
            (int)Math.Ceiling(period * (1 + Search))
        );
        double at = 0;
        while (count < periods.Length && (int)Math.Round(at) is var from && from + longest + 1 + length <= frame.Length)
        {
            var (distance, likeness) = Match(frame, from, length, shortest, longest);
            if (likeness >= MinLikeness)
            {
                periods[count] = distance;
                amplitudes[count++] = Peak(frame.Slice(from, length));
            }
            at += distance;
        }
        if (count < MinPeriods)
            return (0, 0);
        double jitter = 0,
            shimmer = 0,
            sum = periods[0];
        for (var i = 1; i < count; i++)
        {
            jitter += Math.Abs(periods[i] - periods[i - 1]);
            shimmer += Math.Abs(20 * Math.Log10(amplitudes[i] / amplitudes[i - 1]));
            sum += periods[i];
        }
        return ((float)(jitter / (count - 1) / (sum / count)), (float)(shimmer / (count - 1)));
    }

    private static double Peak(ReadOnlySpan<float> cycle) =>
        Math.Max(TensorPrimitives.Max(cycle) - TensorPrimitives.Min(cycle), 1e-9f);

    private static (double Distance, double Likeness) Match(
        ReadOnlySpan<float> frame,
        int from,
        int length,
        int shortest,
        int longest
    )
    {
        var now = frame.Slice(from, length);
        var norm = Math.Sqrt(TensorPrimitives.SumOfSquares(now)) + 1e-12;
        double last = 0,
            best = -1,
            left = 0,
            right = 0;
        var at = shortest;
        for (var lag = Math.Max(1, shortest - 1); lag <= longest + 1; lag++)
        {
            var later = frame.Slice(from + lag, length);
            var likeness =
                TensorPrimitives.Dot(now, later) / (norm * (Math.Sqrt(TensorPrimitives.SumOfSquares(later)) + 1e-12));
            if (at == lag - 1)
                right = likeness;
            if (likeness > best && lag >= shortest && lag <= longest)
                (best, at, left, right) = (likeness, lag, last, likeness);
            last = likeness;
        }
        return (at + ParabolicInterpolation.Top(left, best, right).Offset, best);
    }
}
