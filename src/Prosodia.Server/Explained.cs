using Prosodia.Audio;
using Prosodia.Recognition;
using Prosodia.Segments;
using Prosodia.Spectrograms;

namespace Prosodia.Server;

/// <summary>A key segment as the page shows it.</summary>
/// <param name="StartS">Where it begins, in seconds.</param>
/// <param name="EndS">Where it ends.</param>
/// <param name="Drop">How much less likely the recognised emotion is without it.</param>
/// <param name="Spectrogram">From 0 (80 dB or more below the loudest of all) to 255; 257 x 63, row-major, from 0 Hz up.</param>
internal sealed record ExplainedSegment(double StartS, double EndS, double Drop, byte[] Spectrogram);

/// <summary>What decided, with what there is to see.</summary>
/// <param name="KeySegments">In the order of time.</param>
/// <param name="Voice">What of the voice stands out from the training recordings.</param>
/// <param name="Groups">What each group of features adds, in logarithms of odds.</param>
internal sealed record Explained(IReadOnlyList<ExplainedSegment> KeySegments, IReadOnlyList<StandingOut> Voice, IReadOnlyList<GroupInfluence> Groups)
{
    private const float DynamicRange = 80; // decibels

    private static readonly Stft Stft = new();

    public static Explained Of(Explanation why, Recording recording)
    {
        var magnitudes = why.Segments.Select(s => Magnitudes(recording, s)).ToArray();
        var loudest = magnitudes.SelectMany(m => m).Append(Stft.Floor).Max();
        return new Explained([.. why.Segments.Zip(magnitudes, (s, m) => new ExplainedSegment(s.Start, s.End, s.Drop, [.. m.Select(x => Shade(x / loudest))]))], why.Voice, why.Groups);
    }

    private static float[] Magnitudes(Recording recording, SegmentInfluence segment)
    {
        var start = (int)Math.Round(segment.Start * Recording.SampleRate);
        var speech = new SegmentedSpeech(recording.Samples.AsMemory(start, Math.Min(SegmentedSpeech.Length, recording.Samples.Length - start)));
        var magnitudes = new float[Stft.Size];
        Stft.Magnitudes(speech, [0], magnitudes);
        return magnitudes;
    }

    private static byte Shade(float ratio) => (byte)Math.Clamp(255 * (1 + 20 * MathF.Log10(Math.Max(ratio, 1e-9f)) / DynamicRange), 0, 255);
}
