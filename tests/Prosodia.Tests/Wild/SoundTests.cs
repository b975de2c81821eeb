using System.Diagnostics;
using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Tests.Audio;
using Xunit;

namespace Prosodia.Tests.Wild;

/// <summary>Sound as it comes: mislabeled, in other codings and containers, from pipes, out of phase, silent.</summary>
[Trait("Tier", "Slow")]
public sealed class SoundTests : IDisposable
{
    private const int Rate = 16_000;

    private static readonly float[] Speech = SyntheticCorpus.Speak(1).First();

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(1, 16, 4)]
    [InlineData(1, 16, 1)]
    [InlineData(2, 16, 2)]
    [InlineData(2, 16, 8)]
    [InlineData(1, 24, 4)]
    [InlineData(1, 24, 2)]
    [InlineData(2, 16, 3)]
    [InlineData(1, 8, 2)]
    public void A_block_size_that_contradicts_the_bits_gives_way_with_a_warning(int channels, int bits, int block)
    {
        float[] frames = [.. Speech.SelectMany(x => Enumerable.Repeat(x, channels))];
        File.WriteAllBytes(
            _folder["a.wav"],
            WithBlock(channels, bits, block, WavBytes.Encode(frames, WavCoding.Pcm, bits, false))
        );
        var recording = AudioFile.Read(_folder["a.wav"]);
        Assert.Equal(Speech.Length, recording.Samples.Length);
        Assert.All(Speech.Zip(recording.Samples), p => Assert.Equal(p.First, p.Second, bits == 8 ? 0.02f : 0.001f));
        Assert.Contains("the bits are used", Assert.Single(recording.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(24, 4)]
    [InlineData(16, 4)]
    [InlineData(16, 3)]
    [InlineData(20, 4)]
    public void Samples_in_wider_blocks_are_read_as_such_where_the_data_say_so(int bits, int block)
    {
        var width = (bits + 7) / 8;
        byte[] padded =
        [
            .. WavBytes
                .Encode(Speech, WavCoding.Pcm, 8 * width, false)
                .Chunk(width)
                .SelectMany(s => new byte[block - width].Concat(s)),
        ];
        File.WriteAllBytes(_folder["a.wav"], WithBlock(1, bits, block, padded));
        var recording = AudioFile.Read(_folder["a.wav"]);
        Assert.Equal(Speech.Length, recording.Samples.Length);
        Assert.All(Speech.Zip(recording.Samples), p => Assert.Equal(p.First, p.Second, 0.001f));
        Assert.Empty(recording.Warnings);
    }

    [Fact]
    public void What_follows_the_declared_samples_is_reported()
    {
        var data = WavBytes.Encode(Speech, WavCoding.Pcm, 16, false);
        File.WriteAllBytes(
            _folder["a.wav"],
            new WavBytes().Format(WavCoding.Pcm, 1, Rate, 16).Data(data, size: 16_000).Riff()
        );
        Assert.Contains(
            "more follows",
            Assert.Single(AudioFile.Read(_folder["a.wav"]).Warnings),
            StringComparison.Ordinal
        );
        File.WriteAllBytes(
            _folder["b.wav"],
            new WavBytes().Format(WavCoding.Pcm, 1, Rate, 16).Data(data).Chunk("LIST", new byte[20]).Riff()
        );
        Assert.Empty(AudioFile.Read(_folder["b.wav"]).Warnings);
    }

    [Fact]
    public void A_chunk_of_odd_size_may_lack_its_padding()
    {
        var whole = new WavBytes()
            .Chunk("LIST", new byte[7])
            .Format(WavCoding.Pcm, 1, Rate, 16)
            .Data(WavBytes.Encode(Speech, WavCoding.Pcm, 16, false))
            .Riff();
        File.WriteAllBytes(_folder["a.wav"], [.. whole[..(12 + 8 + 7)], .. whole[(12 + 8 + 8)..]]);
        Assert.Equal(Speech.Length, AudioFile.Read(_folder["a.wav"]).Samples.Length);
    }

    [Theory]
    [InlineData("adpcm_ima_wav", "wav")]
    [InlineData("adpcm_ms", "wav")]
    [InlineData("g722", "wav")]
    [InlineData("pcm_s64le", "wav")]
    [InlineData("libmp3lame", "wav")]
    [InlineData("libmp3lame", "mp3")]
    [InlineData("mp2", "mp2")]
    [InlineData("aac", "mp4")]
    [InlineData("aac", "adts")]
    [InlineData("aac", "mpegts")]
    [InlineData("aac", "mov")]
    [InlineData("libopus", "webm")]
    [InlineData("libopus", "ogg")]
    [InlineData("libopus", "matroska")]
    [InlineData("libvorbis", "ogg")]
    [InlineData("flac", "flac")]
    [InlineData("flac", "ogg")]
    [InlineData("pcm_s16be", "aiff")]
    [InlineData("pcm_s16le", "caf")]
    [InlineData("pcm_s16le", "w64")]
    [InlineData("pcm_s16be", "au")]
    [InlineData("ac3", "ac3")]
    [InlineData("tta", "tta")]
    [InlineData("wavpack", "wv")]
    [InlineData("wmav2", "asf")]
    [InlineData("pcm_s16le", "nut")]
    [InlineData("pcm_s16le", "matroska")]
    [InlineData("pcm_s16le", "avi")]
    [InlineData("libmp3lame", "avi")]
    public void A_pipe_and_a_file_of_any_format_give_the_same_sound(string codec, string container)
    {
        WavWriter.Write(_folder["source.wav"], Speech);
        Convert("-i", _folder["source.wav"], "-c:a", codec, "-f", container, _folder["coded"]);
        var file = AudioFile.Read(_folder["coded"]).Samples;
        Assert.InRange(file.Length, 0.8 * Speech.Length, 1.3 * Speech.Length);
        using var source = File.OpenRead(_folder["coded"]);
        var pipe = Samples(AudioStream.Open(new Trickle(source), "pipe"));
        // where ffmpeg can't seek, an encoder's padding may stay at the end
        Assert.InRange(pipe.Length, file.Length, file.Length + Rate / 10);
        Assert.Equal(file[..^1000], pipe[..(file.Length - 1000)]);
    }

    [Fact]
    public void BW64_and_RF64_are_read_from_pipes_too()
    {
        foreach (var id in new[] { "RF64", "BW64" })
        {
            var data = WavBytes.Encode(Speech, WavCoding.Pcm, 16, false);
            var sizes = new byte[28];
            BitConverter.TryWriteBytes(sizes.AsSpan(8), (long)data.Length);
            var bytes = new WavBytes()
                .Chunk("ds64", sizes)
                .Format(WavCoding.Pcm, 1, Rate, 16)
                .Data(data, uint.MaxValue)
                .Riff(id, uint.MaxValue);
            Assert.Equal(Speech.Length, Samples(AudioStream.Open(new MemoryStream(bytes), "pipe")).Length);
        }
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("{\"error\": \"no such recording, please log in again\"}", "is no sound")]
    [InlineData("<!DOCTYPE html><html><body>404</body></html>", "is no sound")]
    [InlineData("%PDF-1.7 and so on", "is no sound")]
    [InlineData("PK\u0003\u0004 an archive of recordings", "is no sound")]
    [InlineData("error: no such file\nplease try again\n", "is no sound")]
    [InlineData("Fehler: die Datei wurde nicht gefunden, bitte \u00c3\u00bcberpr\u00c3\u00bcfen\n", "is no sound")]
    [InlineData("p\0a\0t\0h\0,\0s\0p\0e\0a\0k\0e\0r\0\n\0", "is no sound")]
    [InlineData("\u00fd7zXZ\0 and so on", "is no sound")]
    [InlineData("SQLite format 3\0 and so on", "is no sound")]
    public void A_pipe_without_sound_is_refused(string text, string reason) =>
        Assert.Contains(
            reason,
            Assert
                .Throws<InputException>(() =>
                    AudioStream.Open(new MemoryStream(System.Text.Encoding.Latin1.GetBytes(text)), "pipe")
                )
                .Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    public void Samples_without_a_header_stay_samples(int silence)
    {
        float[] samples = [.. new float[silence * Rate / 10], .. Speech];
        using var stream = AudioStream.Open(
            new MemoryStream(WavBytes.Encode(samples, WavCoding.Pcm, 16, false)),
            "pipe"
        );
        Assert.Equal(samples.Length, Samples(stream).Length);
    }

    [Theory]
    [InlineData("libmp3lame", "mp3")]
    [InlineData("aac", "adts")]
    [InlineData("aac", "mpegts")]
    public void A_stream_that_is_joined_midway_is_recognized(string codec, string container)
    {
        WavWriter.Write(_folder["source.wav"], [.. Speech, .. Speech]);
        Convert("-i", _folder["source.wav"], "-c:a", codec, "-b:a", "64k", "-f", container, _folder["coded"]);
        Assert.Equal(
            StreamStart.Streamed,
            SoundFormat.Of(File.ReadAllBytes(_folder["coded"]).AsSpan(1001, SoundFormat.StartBytes))
        );
    }

    [Fact]
    public void Random_samples_are_never_taken_for_a_format()
    {
        var random = new Random(1);
        var start = new byte[SoundFormat.StartBytes];
        var taken = 0;
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(start);
            (start[0], start[1]) = (0xFF, (byte)(0xE0 | random.Next(32))); // as quiet samples begin, and MPEG audio
            if (SoundFormat.Of(start) != StreamStart.Unknown)
                taken++;
        }
        Assert.InRange(taken, 0, 4);
    }

    [Theory]
    [InlineData(1f, -1f)]
    [InlineData(1f, -0.97f)]
    [InlineData(-0.5f, 0.5f)]
    public void Channels_that_cancel_each_other_out_are_noticed(float left, float right)
    {
        File.WriteAllBytes(
            _folder["a.wav"],
            WavBytes.Pcm16([.. Speech.SelectMany(x => new[] { left * x, right * x })], Rate, channels: 2)
        );
        var recording = AudioFile.Read(_folder["a.wav"]);
        Assert.Contains("cancel each other out", Assert.Single(recording.Warnings), StringComparison.Ordinal);
        Assert.Equal(Speech.Max() * Math.Abs(left), recording.Samples.Max(Math.Abs), 0.1f);
        Assert.Empty(AudioFile.Read(_folder["a.wav"], channel: 2).Warnings);
    }

    [Theory]
    [InlineData("offset")]
    [InlineData("hum")]
    [InlineData("noise")]
    public void Channels_that_cancel_are_noticed_under_what_they_have_in_common(string common)
    {
        var random = new Random(1);
        float Common(int i) =>
            common switch
            {
                "offset" => 0.05f,
                "hum" => 0.01f * MathF.Sin(2 * MathF.PI * 50 * i / Rate),
                _ => 0.002f * (float)(random.NextDouble() - 0.5),
            };
        File.WriteAllBytes(
            _folder["a.wav"],
            WavBytes.Pcm16(
                [.. Speech.SelectMany((x, i) => Common(i) is var c ? new[] { 0.8f * x + c, -0.8f * x + c } : [])],
                Rate,
                channels: 2
            )
        );
        Assert.Contains(
            "cancel each other out",
            Assert.Single(AudioFile.Read(_folder["a.wav"]).Warnings),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(1f, 1f)]
    [InlineData(1f, 0f)]
    [InlineData(1f, 0.2f)]
    public void Ordinary_stereo_is_averaged(float left, float right)
    {
        File.WriteAllBytes(
            _folder["a.wav"],
            WavBytes.Pcm16([.. Speech.SelectMany(x => new[] { left * x, right * x })], Rate, channels: 2)
        );
        var recording = AudioFile.Read(_folder["a.wav"]);
        Assert.Empty(recording.Warnings);
        Assert.All(Speech.Zip(recording.Samples), p => Assert.Equal(p.First * (left + right) / 2, p.Second, 0.001f));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.25f)]
    [InlineData(-1f / 32768)]
    public void A_recording_without_sound_is_named(float level)
    {
        File.WriteAllBytes(_folder["a.wav"], WavBytes.Pcm16([.. Enumerable.Repeat(level, 2 * Rate)], Rate));
        Assert.Contains(
            "holds no sound",
            Assert.Throws<InputException>(() => AudioFile.Read(_folder["a.wav"])).Message,
            StringComparison.Ordinal
        );
        using var recognizer = new Prosodia.Recognition.RecognitionEngine();
        var result = recognizer.Recognize(_folder["a.wav"]);
        Assert.Contains("holds no sound", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_video_without_sound_says_so()
    {
        Convert("-f", "lavfi", "-i", "color=c=black:s=64x64:d=1", "-an", "-c:v", "mpeg4", _folder["mute.mp4"]);
        Assert.Contains(
            "has no sound",
            Assert.Throws<InputException>(() => AudioFile.Read(_folder["mute.mp4"])).Message,
            StringComparison.Ordinal
        );
        using var source = File.OpenRead(_folder["mute.mp4"]);
        Assert.Contains(
            "has no sound",
            Assert.Throws<InputException>(() => AudioStream.Open(source, "pipe")).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("sph")]
    [InlineData("8svx")]
    [InlineData("voc")]
    [InlineData("sox")]
    [InlineData("aifc")]
    public void Formats_of_old_programs_are_decoded(string format)
    {
        WavWriter.Write(_folder["source.wav"], Speech);
        try
        {
            using var sox = Process.Start(
                new ProcessStartInfo("sox", [_folder["source.wav"], _folder[$"a.{format}"]])
                {
                    RedirectStandardError = true,
                }
            )!;
            sox.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("sox is not installed");
        }
        File.Move(_folder[$"a.{format}"], _folder["renamed.wav"]); // as collections of speech name their SPHERE files
        Assert.InRange(AudioFile.Read(_folder["renamed.wav"]).Samples.Length, 0.9 * Speech.Length, 1.1 * Speech.Length);
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] WithBlock(int channels, int bits, int block, byte[] data)
    {
        byte[] Int(int value, int width) => BitConverter.GetBytes(value)[..width];
        return new WavBytes()
            .Chunk(
                "fmt ",
                [
                    .. Int(1, 2),
                    .. Int(channels, 2),
                    .. Int(Rate, 4),
                    .. Int(Rate * block, 4),
                    .. Int(block, 2),
                    .. Int(bits, 2),
                ]
            )
            .Data(data)
            .Riff();
    }

    private static float[] Samples(AudioStream stream)
    {
        using (stream)
        {
            var samples = new List<float>();
            while (stream.Read() is [var block])
                samples.AddRange(block);
            return [.. samples];
        }
    }

    private static void Convert(params string[] arguments)
    {
        try
        {
            using var ffmpeg = Process.Start("ffmpeg", ["-v", "error", "-nostdin", .. arguments]);
            ffmpeg.WaitForExit();
            Assert.Equal(0, ffmpeg.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("ffmpeg is not installed");
        }
    }

    /// <summary>A stream that cannot be sought in and gives a little at a time, as a pipe.</summary>
    private sealed class Trickle(Stream source) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) =>
            source.Read(buffer, offset, Math.Min(count, 777));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
