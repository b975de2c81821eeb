using System.Numerics.Tensors;
using Prosodia.Audio;

namespace Prosodia.Evaluation.Degradations;

/// <summary>Other sound under speech.</summary>
internal static class Mixture
{
    /// <summary>
    /// The recording with other sound at a ratio of their root mean squares; a short sound comes
    /// again.
    /// </summary>
    /// <param name="recording">The recording.</param>
    /// <param name="other">The sound, at the same rate.</param>
    /// <param name="decibels">How far the sound lies under the recording.</param>
    public static Recording With(this Recording recording, ReadOnlySpan<float> other, double decibels)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var (own, added) = (Power(recording.Samples), Power(other));
        if (added == 0)
            return recording;
        var scale = (float)Math.Sqrt(own / added * Math.Pow(10, -decibels / 10));
        float[] samples = [.. recording.Samples];
        for (var t = 0; t < samples.Length; t++)
            samples[t] += scale * other[t % other.Length];
        return recording with { Samples = samples };
    }

    /// <summary>The recording amplified, clipped at full scale.</summary>
    public static Recording Amplified(this Recording recording, double decibels)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var gain = (float)Math.Pow(10, decibels / 20);
        return recording with { Samples = [.. recording.Samples.Select(x => Math.Clamp(gain * x, -1, 1))] };
    }

    /// <summary>The recording with its loudest samples cut to the level of the quietest of them.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="share">The share of samples that are cut.</param>
    public static Recording Clipped(this Recording recording, double share)
    {
        ArgumentNullException.ThrowIfNull(recording);
        float[] sorted = [.. recording.Samples.Select(Math.Abs).Order()];
        var limit = sorted[Math.Clamp((int)((1 - share) * sorted.Length), 0, sorted.Length - 1)];
        return recording with { Samples = [.. recording.Samples.Select(x => Math.Clamp(x, -limit, limit))] };
    }

    /// <summary>Mean square.</summary>
    public static double Power(ReadOnlySpan<float> samples) =>
        samples.IsEmpty ? 0 : TensorPrimitives.SumOfSquares(samples) / (double)samples.Length;
}
