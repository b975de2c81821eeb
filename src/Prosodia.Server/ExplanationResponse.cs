using Prosodia.Audio;
using Prosodia.KeySegments;
using Prosodia.Recognition;

namespace Prosodia.Server;

/// <summary>A key segment as the page shows it.</summary>
/// <param name="StartS">Where it begins, in seconds.</param>
/// <param name="EndS">Where it ends.</param>
/// <param name="Drop">How much less likely the recognized emotion is without it.</param>
/// <param name="Spectrogram">From 0 (80 dB or more below the loudest of all) to 255; 257 x 63, row-major, from 0 Hz
/// up.</param>
internal sealed record ExplainedSegment(double StartS, double EndS, double Drop, byte[] Spectrogram);

/// <summary>What decided, with what there is to see.</summary>
/// <param name="KeySegments">In the order of time.</param>
/// <param name="Voice">What of the voice stands out from the training recordings.</param>
/// <param name="Groups">What each group of features adds, in logarithms of odds.</param>
internal sealed record ExplanationResponse(
    IReadOnlyList<ExplainedSegment> KeySegments,
    IReadOnlyList<FeatureDeviation> Voice,
    IReadOnlyList<FeatureGroupAttribution> Groups
)
{
    private const float DynamicRange = 80; // decibels

    private static readonly SegmentSpectrogram Stft = new();

    public static ExplanationResponse Of(Explanation why, Recording recording)
    {
        var magnitudes = why.Segments.Select(s => Magnitudes(recording, s)).ToArray();
        var loudest = magnitudes.SelectMany(m => m).Append(SegmentSpectrogram.Floor).Max();
        return new ExplanationResponse(
            [
                .. why.Segments.Zip(
                    magnitudes,
                    (s, m) =>
                        new ExplainedSegment(
                            s.Start.TotalSeconds,
                            s.End.TotalSeconds,
                            s.Drop,
                            [.. m.Select(x => Shade(x / loudest))]
                        )
                ),
            ],
            why.Voice,
            why.Groups
        );
    }

    private static float[] Magnitudes(Recording recording, SegmentAttribution segment)
    {
        var start = (int)Math.Round(segment.Start.TotalSeconds * Recording.SampleRate);
        var speech = new SegmentedSpeech(
            recording.Samples.AsMemory(start, Math.Min(SegmentedSpeech.Length, recording.Samples.Length - start))
        );
        var magnitudes = new float[SegmentSpectrogram.Size];
        Stft.Magnitudes(speech, [0], magnitudes);
        return magnitudes;
    }

    private static byte Shade(float ratio) =>
        (byte)Math.Clamp(255 * (1 + 20 * MathF.Log10(Math.Max(ratio, 1e-9f)) / DynamicRange), 0, 255);
}
