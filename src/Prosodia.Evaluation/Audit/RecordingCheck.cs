using System.Numerics.Tensors;
using Prosodia.Audio;
using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Audit;

/// <summary>What an audit measures of a recording.</summary>
/// <param name="Seconds">Its length.</param>
/// <param name="Level">Root mean square of its loud frames over full scale, in dB.</param>
/// <param name="NoiseFloor">Tenth percentile of its frames' level, in dB.</param>
/// <param name="Clipped">The share of samples in flat tops of three samples or more.</param>
/// <param name="StartsWithin">Whether it begins with sound nearly as loud as speech, as if cut off.</param>
/// <param name="EndsWithin">Whether it ends so.</param>
/// <param name="Warnings">What was odd about the file.</param>
/// <param name="Fingerprint">What it sounds like.</param>
internal sealed record RecordingCheck(
    double Seconds,
    double Level,
    double NoiseFloor,
    double Clipped,
    bool StartsWithin,
    bool EndsWithin,
    IReadOnlyList<string> Warnings,
    AcousticFingerprint Fingerprint
)
{
    private const double FrameSeconds = 0.02,
        Silence = 1e-10; // power; -100 dB
    private const double LoudWithin = 0.01, // of the loudest frame's power: 20 dB
        AbruptWithin = 0.1; // of the loud frames' power: 10 dB
    private const int FlatTop = 3;
    private const double NearPeak = 0.9995;

    /// <summary>Measures a recording at the rate of its file, in which clipping shows.</summary>
    /// <exception cref="InputException">It is silent, empty or damaged.</exception>
    public static RecordingCheck Of(Utterance utterance)
    {
        ArgumentNullException.ThrowIfNull(utterance);
        var recording = Read(utterance);
        var frame = Math.Max(1, (int)(FrameSeconds * recording.Rate));
        double[] powers =
        [
            .. Enumerable
                .Range(0, Math.Max(1, recording.Samples.Length / frame))
                .Select(f => Power(recording.Samples.AsSpan(f * frame, Math.Min(frame, recording.Samples.Length)))),
        ];
        var loud = powers.Where(p => p >= LoudWithin * powers.Max()).Average();
        return new RecordingCheck(
            recording.Seconds,
            Decibels(loud),
            Decibels(powers.Order().ElementAt(powers.Length / 10)),
            ClippedShare(recording.Samples),
            powers[0] > AbruptWithin * loud,
            powers[^1] > AbruptWithin * loud,
            recording.Warnings,
            AcousticFingerprint.Of(AcousticFingerprint.Resampled(recording))
        );
    }

    /// <summary>Reads a recording at the rate of its file, or at 16 kHz where that is too low.</summary>
    public static Recording Read(Utterance utterance)
    {
        var (_, recording, _) = new PartReader(utterance.Path, [utterance.Part], channel: null, native: true)
            .Read()
            .Single();
        return recording ?? AudioFile.ReadPart(utterance.Path, utterance.Part);
    }

    /// <summary>The share of samples in runs of equal samples at the peak.</summary>
    private static double ClippedShare(float[] samples)
    {
        var peak = (float)(NearPeak * TensorPrimitives.MaxMagnitude<float>(samples));
        var (clipped, run) = (0, 0);
        for (var t = 0; t <= samples.Length; t++)
        {
            var goes = t < samples.Length && Math.Abs(samples[t]) >= Math.Abs(peak);
            if (goes && run > 0 && samples[t] * samples[t - 1] < 0)
                goes = false;
            if (goes)
                run++;
            else
            {
                if (run >= FlatTop)
                    clipped += run;
                run = 0;
            }
        }
        return (double)clipped / samples.Length;
    }

    private static double Power(ReadOnlySpan<float> samples) =>
        TensorPrimitives.SumOfSquares(samples) / (double)samples.Length;

    private static double Decibels(double power) => 10 * Math.Log10(Math.Max(Silence, power));
}
