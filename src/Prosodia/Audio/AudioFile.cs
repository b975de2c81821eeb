using System.Numerics.Tensors;

namespace Prosodia.Audio;

/// <summary>Reads any audio or video file as a 16 kHz recording of one channel.</summary>
public static class AudioFile
{
    /// <summary>Shorter recordings hold less than half a segment of speech and are refused.</summary>
    public const double ShortestSeconds = 0.25;

    /// <summary>Longer ones are refused: clustering compares every pair of segments of a recording.</summary>
    public const double LongestSeconds = 30 * 60;

    private const int BlockSamples = 65_536; // of all channels together

    /// <summary>Reads a file: WAV by <see cref="WavReader"/>, everything else through ffmpeg.</summary>
    /// <param name="path">The file.</param>
    /// <param name="channel">Which channel to keep, from 1; null averages all of them.</param>
    /// <exception cref="InputException">The file cannot be used; the message says why and what to do.</exception>
    public static Recording Read(string path, int? channel = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            Span<byte> start = stackalloc byte[4];
            using var file = File.OpenRead(path);
            var got = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            if (got == 0) throw new InputException(path, "is empty (0 bytes)", "Copy it again from its source");
            if (!WavReader.Recognises(start[..got])) return ReadWithFfmpeg(path, channel);
            file.Position = 0;
            using var wav = WavReader.Open(new BufferedStream(file, 65_536), path);
            return ReadAll(wav, path, channel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(path, e);
        }
    }

    private static Recording ReadWithFfmpeg(string path, int? channel)
    {
        using var ffmpeg = Ffmpeg.Start(path);
        WavReader wav;
        try
        {
            wav = WavReader.Open(ffmpeg.Output, path);
        }
        catch (InputException)
        {
            throw ffmpeg.Failure();
        }
        using (wav)
        {
            var recording = ReadAll(wav, path, channel);
            return ffmpeg.Complaint() is { } complaint ? recording with { Warnings = [.. recording.Warnings, $"{path}: {complaint}"] } : recording;
        }
    }

    private static Recording ReadAll(WavReader wav, string path, int? channel)
    {
        var format = wav.Format;
        if (channel is { } chosen && (chosen < 1 || chosen > format.Channels))
            throw new InputException(path, $"has no channel {chosen}", $"Choose one from 1 to {format.Channels}");

        var resampler = new Resampler(format.SampleRate);
        var samples = new List<float>();
        var mono = new float[Math.Max(1, BlockSamples / format.Channels)];
        var interleaved = new float[mono.Length * format.Channels];
        long frames = 0;
        for (int got; (got = wav.Read(interleaved)) > 0; frames += got / format.Channels)
        {
            var block = mono.AsSpan(0, got / format.Channels);
            Mix(interleaved.AsSpan(0, got), format.Channels, channel, block);
            RequireFinite(block, frames, format.SampleRate, path);
            resampler.Write(block, samples);
            if (samples.Count > LongestSeconds * Recording.SampleRate)
                throw new InputException(path, $"is longer than {LongestSeconds / 60:0} minutes",
                    "Cut it into utterances, for example: ffmpeg -i FILE -f segment -segment_time 60 part%03d.wav");
        }
        resampler.Finish(samples);
        if (frames == 0) throw new InputException(path, "holds no samples", "Record or copy it again");
        if (samples.Count < ShortestSeconds * Recording.SampleRate)
            throw new InputException(path, $"is too short: {(double)frames / format.SampleRate:0.000} s ({frames} samples)",
                $"At least {ShortestSeconds} s of speech is needed");
        return new Recording([.. samples], wav.Warning is { } warning ? [warning] : []);
    }

    private static void Mix(ReadOnlySpan<float> interleaved, int channels, int? channel, Span<float> mono)
    {
        for (var i = 0; i < mono.Length; i++)
            mono[i] = channel is { } chosen
                ? interleaved[i * channels + chosen - 1]
                : channels == 1 ? interleaved[i] : TensorPrimitives.Sum(interleaved.Slice(i * channels, channels)) / channels;
    }

    private static void RequireFinite(ReadOnlySpan<float> block, long firstFrame, int rate, string path)
    {
        for (var i = 0; i < block.Length; i++)
            if (!float.IsFinite(block[i]))
                throw new InputException(path, $"has a sample that is no number ({block[i]}) at {(firstFrame + i) / (double)rate:0.000} s",
                    "The file is damaged; export it again from its source");
    }
}
