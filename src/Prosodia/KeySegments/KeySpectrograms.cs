using Prosodia.Audio;
using Prosodia.Dsp;

namespace Prosodia.KeySegments;

/// <summary>The key segments of an utterance as spectrograms whose frequencies are joined to mel bands.</summary>
internal static class KeySpectrograms
{
    /// <summary>Mel bands, from 40 Hz to 8 kHz.</summary>
    public const int Bands = 64;

    private const float MinHertz = 40;

    private static readonly SegmentSpectrogram Stft = new();
    private static readonly MelFilterBank Filters = new(Bands, MinHertz);

    /// <summary>Natural logarithms of the bands' magnitudes, (key segments, 64, 63), row-major. Thread-safe.</summary>
    /// <param name="recording">Speech.</param>
    /// <param name="options">How key segments are chosen.</param>
    public static float[] Of(Recording recording, KeySegmentOptions options)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var segments = new SegmentedSpeech(recording.Samples);
        var keys = KeySegmentSelection.Select(segments, options).Keys;
        var magnitudes = new float[keys.Count * SegmentSpectrogram.Size];
        Stft.Magnitudes(segments, keys.Select(key => key.Segment), magnitudes);
        var levels = new float[keys.Count * Bands * SegmentSpectrogram.Frames];
        for (var key = 0; key < keys.Count; key++)
            ToMel(
                magnitudes.AsSpan(key * SegmentSpectrogram.Size, SegmentSpectrogram.Size),
                levels.AsSpan(key * Bands * SegmentSpectrogram.Frames, Bands * SegmentSpectrogram.Frames)
            );
        return levels;
    }

    private static void ToMel(ReadOnlySpan<float> magnitudes, Span<float> levels)
    {
        Span<float> power = stackalloc float[SegmentSpectrogram.Bins],
            energies = stackalloc float[Bands];
        for (var frame = 0; frame < SegmentSpectrogram.Frames; frame++)
        {
            for (var bin = 0; bin < SegmentSpectrogram.Bins; bin++)
                power[bin] =
                    magnitudes[bin * SegmentSpectrogram.Frames + frame]
                    * magnitudes[bin * SegmentSpectrogram.Frames + frame];
            Filters.Apply(power, energies);
            for (var band = 0; band < Bands; band++)
                levels[band * SegmentSpectrogram.Frames + frame] = MathF.Log(
                    Math.Max(MathF.Sqrt(energies[band]), SegmentSpectrogram.Floor)
                );
        }
    }
}
