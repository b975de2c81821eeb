using Prosodia.Audio;

namespace Prosodia.Evaluation.Degradations;

/// <summary>
/// Speech played slower and faster, which moves its pitch and formants as well: as if other speakers had said the same.
/// Source: Ko et al., Audio Augmentation for Speech Recognition, Interspeech 2015.
/// </summary>
internal static class SpeedPerturbation
{
    /// <summary>The speeds, beside that of the recording.</summary>
    public static IReadOnlyList<double> Speeds { get; } = [0.9, 1.1];

    /// <summary>The recording, played at another speed.</summary>
    public static Recording Play(this Recording recording, double speed)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var resampler = new Resampler((int)Math.Round(Recording.SampleRate * speed));
        var samples = new List<float>();
        resampler.Write(recording.Samples, samples);
        resampler.Finish(samples);
        return recording with { Samples = [.. samples] };
    }
}
