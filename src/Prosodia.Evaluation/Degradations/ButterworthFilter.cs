using Prosodia.Audio;

namespace Prosodia.Evaluation.Degradations;

/// <summary>Butterworth filters of order 1, by the bilinear transform.</summary>
internal static class ButterworthFilter
{
    /// <summary>What is above a frequency, in hertz.</summary>
    public static Recording HighPass(this Recording recording, double hertz) => Filter(recording, hertz, high: true);

    /// <summary>What is below a frequency, in hertz.</summary>
    public static Recording LowPass(this Recording recording, double hertz) => Filter(recording, hertz, high: false);

    private static Recording Filter(Recording recording, double hertz, bool high)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var w = Math.Tan(Math.PI * hertz / recording.Rate);
        var pole = (1 - w) / (1 + w);
        var (gain, sign) = high ? (1 / (1 + w), -1) : (w / (1 + w), +1);
        var samples = new float[recording.Samples.Length];
        double before = 0,
            y = 0;
        for (var t = 0; t < samples.Length; t++)
        {
            y = gain * (recording.Samples[t] + sign * before) + pole * y;
            (before, samples[t]) = (recording.Samples[t], (float)y);
        }
        return recording with { Samples = samples };
    }
}
