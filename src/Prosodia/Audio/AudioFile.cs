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
    public static Recording Read(string path, int? channel = null)
    {
        using var stream = AudioStream.Open(path, channel);
        var samples = new List<float>();
        while (stream.Read() is [var block])
        {
            samples.AddRange(block);
            if (samples.Count > MaxSeconds * Recording.SampleRate)
                throw new InputException(
                    path,
                    $"is longer than {MaxSeconds / 60:0} minutes",
                    "Cut it into utterances, for example: ffmpeg -i FILE -f segment -segment_time 60 part%03d.wav"
                );
        }
        if (stream.Frames == 0)
            throw new InputException(path, "holds no samples", "Record or copy it again");
        if (samples.Count < MinSeconds * Recording.SampleRate)
            throw new InputException(
                path,
                $"is too short: {(double)stream.Frames / stream.SourceRate:0.000} s ({stream.Frames} samples)",
                $"At least {MinSeconds} s of speech is needed"
            );
        if (stream.IsSilent)
            throw new InputException(path, "holds no sound, only silence", "Record or copy it again, or remove it");
        return new Recording([.. samples], stream.Warnings);
    }
}
