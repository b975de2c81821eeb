using Prosodia.Audio.Wav;

namespace Prosodia.Audio;

/// <summary>Reads any audio or video file as a 16 kHz recording of one channel.</summary>
public static class AudioFile
{
    /// <summary>Shorter recordings hold less than half a segment of speech and are refused.</summary>
    public const double MinSeconds = 0.25;

    /// <summary>Longer ones are refused: clustering compares every pair of segments of a recording.</summary>
    public const double MaxSeconds = 30 * 60;

    /// <summary>Reads a file: WAV by <see cref="WavReader"/>, everything else through ffmpeg.</summary>
    /// <param name="path">The file.</param>
    /// <param name="channel">Which channel to keep, from 1; null averages all of them.</param>
    /// <exception cref="InputException">The file cannot be used; the message says why and what to do.</exception>
    public static Recording Read(string path, int? channel = null) => ReadPart(path, default, channel);

    /// <summary>Reads a part of a file.</summary>
    /// <exception cref="InputException">It cannot be used; the message says why and what to do.</exception>
    internal static Recording ReadPart(string path, AudioPart part, int? channel = null)
    {
        var (_, recording, problem) = new PartReader(path, [part], channel, native: false).Read().Single();
        return recording ?? throw problem!;
    }
}
