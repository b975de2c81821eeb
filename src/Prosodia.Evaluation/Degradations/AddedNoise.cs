using MathNet.Numerics.Distributions;
using Prosodia.Audio;
using Prosodia.Recognition;

namespace Prosodia.Evaluation.Degradations;

/// <summary>Noise under speech, as of a room, a street or a line.</summary>
internal static class AddedNoise
{
    /// <summary>The recording with noise.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="decibels">How far the noise lies under loud speech.</param>
    /// <param name="pole">0 for white noise; towards 1 the lower frequencies prevail.</param>
    /// <param name="seed">The same noise for the same seed.</param>
    public static Recording WithNoise(this Recording recording, double decibels, double pole, int seed)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var random = new Random(seed);
        var scale = Math.Sqrt(
            InputNormalizer.Power(recording.Samples) * Math.Pow(10, -decibels / 10) * (1 - pole * pole)
        );
        double y = 0;
        return recording with
        {
            Samples =
            [
                .. recording.Samples.Select(x => (float)(x + scale * (y = pole * y + Normal.Sample(random, 0, 1)))),
            ],
        };
    }
}
