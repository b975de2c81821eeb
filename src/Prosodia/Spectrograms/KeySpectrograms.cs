using Prosodia.Audio;
using Prosodia.KeySegments;
using Prosodia.Segments;

namespace Prosodia.Spectrograms;

/// <summary>The key segments of an utterance as spectrograms whose frequencies are joined to mel bands.</summary>
public static class KeySpectrograms
{
    /// <summary>Mel bands, from 40 Hz to 8 kHz.</summary>
    public const int Bands = 64;

    private const float LowestHertz = 40;

    private static readonly Stft Stft = new();
    private static readonly MelFilters Filters = new(Bands, LowestHertz);

    /// <summary>Natural logarithms of the bands' magnitudes, (key segments, 64, 63), row-major. Thread-safe.</summary>
    /// <param name="recording">Speech.</param>
    /// <param name="options">How key segments are chosen.</param>
    public static float[] Of(Recording recording, KeySegmentOptions options)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var segments = new SegmentedSpeech(recording.Samples);
        var keys = KeySegmentSelection.Select(segments, options).Keys;
        var magnitudes = new float[keys.Count * Stft.Size];
        Stft.Magnitudes(segments, keys.Select(key => key.Segment), magnitudes);
        var levels = new float[keys.Count * Bands * Stft.Frames];
        for (var key = 0; key < keys.Count; key++)
            ToMel(magnitudes.AsSpan(key * Stft.Size, Stft.Size), levels.AsSpan(key * Bands * Stft.Frames, Bands * Stft.Frames));
        return levels;
    }

    private static void ToMel(ReadOnlySpan<float> magnitudes, Span<float> levels)
    {
        Span<float> power = stackalloc float[Stft.Bins], energies = stackalloc float[Bands];
        for (var frame = 0; frame < Stft.Frames; frame++)
        {
            for (var bin = 0; bin < Stft.Bins; bin++) power[bin] = magnitudes[bin * Stft.Frames + frame] * magnitudes[bin * Stft.Frames + frame];
            Filters.Apply(power, energies);
            for (var band = 0; band < Bands; band++)
                levels[band * Stft.Frames + frame] = MathF.Log(Math.Max(MathF.Sqrt(energies[band]), Stft.Floor));
        }
    }
}
