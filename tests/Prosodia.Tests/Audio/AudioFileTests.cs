using System.Diagnostics;
using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Xunit;

namespace Prosodia.Tests.Audio;

[Trait("Tier", "Slow")]
public sealed class AudioFileTests
{
    private static readonly float[] Second = TestData.Sine(440, 16000, 16000);

    [Fact]
    public void A_recording_at_16_kHz_comes_back_sample_for_sample()
    {
        using var folder = new TemporaryFolder();
        WavWriter.Write(folder["tone.wav"], Second);
        var read = AudioFile.Read(folder["tone.wav"]);
        Assert.Equal(Second.Select(x => MathF.Round(x * 32768) / 32768), read.Samples);
    }

    [Fact]
    public void Channels_are_averaged_or_chosen()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(
            folder["stereo.wav"],
            WavBytes.Pcm16([.. Second.SelectMany(x => new[] { x, 0 })], 16000, channels: 2)
        );
        Assert.Equal(0.25, AudioFile.Read(folder["stereo.wav"]).Samples.Max(), 0.001);
        Assert.Equal(0.5, AudioFile.Read(folder["stereo.wav"], channel: 1).Samples.Max(), 0.001);
        Assert.Contains("holds no sound", Refused(folder["stereo.wav"], channel: 2), StringComparison.Ordinal);
        Assert.Contains("no channel 3", Refused(folder["stereo.wav"], channel: 3), StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[], string> BadFiles() =>
        new()
        {
            { "empty.wav", [], "is empty" },
            { "cut.wav", WavBytes.Pcm16(Second, 16000)[..30], "ends within its" },
            { "none.wav", WavBytes.Pcm16([], 16000), "holds no samples" },
            { "one.wav", WavBytes.Pcm16([0.5f], 16000), "too short: 0.000 s (1 samples)" },
            { "tenth.wav", WavBytes.Pcm16(Second[..1600], 16000), "too short: 0.100 s" },
            {
                "nan.wav",
                new WavBytes()
                    .Format(WavCoding.Float, 1, 16000, 32)
                    .Data(WavBytes.Encode([.. Second[..8000], float.NaN], WavCoding.Float, 32, false))
                    .Riff(),
                "no number (NaN) at 0.500 s"
            },
        };

    [Theory, MemberData(nameof(BadFiles))]
    public void Bad_files_are_refused_by_name_and_reason(string name, byte[] bytes, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder[name], bytes);
        var message = Refused(folder[name]);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.StartsWith(folder[name], message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_says_so() =>
        Assert.Contains("does not exist", Refused("/nowhere/a.wav"), StringComparison.Ordinal);

    [Fact]
    public void A_folder_is_no_recording()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(folder.Path, Refused(folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_named_wav_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["notes.wav"], "these are notes, not sound");
        Assert.Contains("ffmpeg", Refused(folder["notes.wav"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_hours_are_refused_before_they_fill_the_memory()
    {
        using var folder = new TemporaryFolder();
        var header = new WavBytes().Format(WavCoding.Pcm, 1, 16000, 16).Data([], 2 * 3600 * 32000).Riff();
        using (var file = File.Create(folder["long.wav"]))
        {
            file.Write(header);
            file.SetLength(header.Length + 2L * 3600 * 32000); // sparse: silence
        }
        Assert.Contains("longer than 30 minutes", Refused(folder["long.wav"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("flac", "-c:a flac")]
    [InlineData("mp3", "-c:a libmp3lame -b:a 96k")]
    [InlineData("ogg", "-c:a libvorbis")]
    [InlineData("opus", "-c:a libopus")]
    [InlineData("m4a", "-c:a aac")]
    [InlineData("mkv", "-f lavfi -i color=black:s=64x64:d=1 -c:v mpeg4 -c:a flac")] // video with sound
    public void Other_formats_go_through_ffmpeg(string extension, string options)
    {
        Assert.SkipUnless(Run("-version") == 0, "ffmpeg is not on the path");
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(
            folder["tone.wav"],
            WavBytes.Pcm16([.. Second.SelectMany(x => new[] { x, x })], 16000, channels: 2)
        );
        Assert.Equal(0, Run($"-v error -i {folder["tone.wav"]} {options} -ar 48000 {folder["tone." + extension]}"));
        var read = AudioFile.Read(folder["tone." + extension]);
        Assert.InRange(read.Seconds, 0.99, 1.12);
        Assert.InRange(Math.Sqrt(read.Samples.Average(x => x * x)), 0.30, 0.38); // a sine of 0.5 has 0.354
    }

    private static int Run(string arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("ffmpeg", arguments)
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }

    private static string Refused(string path, int? channel = null) =>
        Assert.Throws<InputException>(() => AudioFile.Read(path, channel)).Message;
}
