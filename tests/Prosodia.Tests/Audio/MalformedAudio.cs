using System.Diagnostics;
using System.Text;
using Prosodia.Audio.Wav;

namespace Prosodia.Tests.Audio;

/// <summary>
/// A corpus of malformed audio: what broken recorders, interrupted copies, renamed files and ill will leave in folders.
/// </summary>
internal static class MalformedAudio
{
    private const int Rate = 16_000;

    private static readonly float[] Second = TestData.Sine(440, Rate, Rate);
    private static readonly byte[] Good = WavBytes.Pcm16(Second, Rate),
        Samples = Good[44..];

    /// <summary>Writes all of them; their names say what is wrong.</summary>
    public static void Write(string folder)
    {
        foreach (var (name, bytes) in Wav().Concat(Values()).Concat(Disguised()))
            File.WriteAllBytes(Path.Combine(folder, name.Replace(' ', '-') + ".wav"), bytes);
        foreach (var format in new[] { "mp3", "flac", "ogg", "m4a" })
            WriteEncoded(folder, format);
    }

    private static IEnumerable<(string, byte[])> Wav()
    {
        yield return ("empty", []);
        yield return ("one byte", [0x52]);
        yield return ("four bytes", Good[..4]);
        yield return ("cut in the format", Good[..30]);
        yield return ("cut before samples", Good[..44]);
        yield return ("no format", new WavBytes().Data(Samples).Riff());
        yield return ("no data", Pcm().Riff());
        yield return ("no samples", WavBytes.Pcm16([], Rate));
        yield return ("one sample", WavBytes.Pcm16([0.5f], Rate));
        yield return ("data larger than file", Pcm().Data(Samples, size: 10_000_000).Riff());
        yield return ("data of unknown length", Pcm().Data(Samples, size: uint.MaxValue).Riff());
        yield return ("data of no length", Pcm().Data(Samples, size: 0).Riff());
        yield return ("file of no length", Pcm().Data(Samples).Riff(size: 0));
        yield return ("file of unknown length", Pcm().Data(Samples).Riff(size: uint.MaxValue));
        foreach (
            var (name, channels, rate, bits) in new[]
            {
                ("no channel", 0, Rate, 16),
                ("65535 channels", 65535, Rate, 16),
                ("no rate", 1, 0, 16),
                ("1 Hz", 1, 1, 16),
                ("4 GHz", 1, -1, 16),
                ("no bits", 1, Rate, 0),
                ("7 bits", 1, Rate, 7),
                ("12 bits", 1, Rate, 12),
                ("64 bits", 1, Rate, 64),
            }
        )
            yield return (name, new WavBytes().Format(WavCoding.Pcm, channels, rate, bits).Data(Samples).Riff());
        yield return ("unknown coding", new WavBytes().Format((WavCoding)0x1234, 1, Rate, 16).Data(Samples).Riff());
        yield return ("MP3 that is none", new WavBytes().Format((WavCoding)0x55, 1, Rate, 16).Data(Samples).Riff());
        yield return ("short format", new WavBytes().Chunk("fmt ", [1, 0, 1, 0]).Data(Samples).Riff());
        yield return (
            "extensible without GUID",
            new WavBytes().Chunk("fmt ", [0xfe, 0xff, .. Good[22..36]]).Data(Samples).Riff()
        );
        yield return ("two formats", Pcm().Format(WavCoding.Float, 2, 8000, 32).Data(Samples).Riff());
        yield return ("two datas", Pcm().Data(Samples).Data(Samples).Riff());
        yield return (
            "chunk without end",
            new WavBytes()
                .Chunk("LIST", [1, 2, 3], size: 0xfffffff0)
                .Format(WavCoding.Pcm, 1, Rate, 16)
                .Data(Samples)
                .Riff()
        );
        yield return (
            "ten thousand chunks",
            Enumerable
                .Range(0, 10_000)
                .Aggregate(new WavBytes(), (w, _) => w.Chunk("junk", []))
                .Format(WavCoding.Pcm, 1, Rate, 16)
                .Data(Samples)
                .Riff()
        );
        yield return ("cut within a sample", Good[..^1]);
        yield return ("cut within a frame", WavBytes.Pcm16([.. Second, .. Second], Rate, channels: 2)[..^2]);
        yield return ("RF64 without sizes", Pcm().Data(Samples).Riff("RF64"));
        yield return ("big-endian by name only", Pcm().Data(Samples).Riff("RIFX"));
        yield return ("RIFF of another kind", [.. Good[..8], .. "AVI "u8, .. Good[12..]]);
        yield return ("a tag before it", [.. "ID3\u0004\0\0\0\0\0\0"u8, .. Good]);
        yield return ("a byte order mark before it", [0xef, 0xbb, 0xbf, .. Good]);
        yield return ("line ends converted", [.. Good.SelectMany(b => b == 0x0a ? new byte[] { 0x0d, 0x0a } : [b])]);
        yield return ("copied as text", Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(Good)));
    }

    private static WavBytes Pcm() => new WavBytes().Format(WavCoding.Pcm, 1, Rate, 16);

    private static IEnumerable<(string, byte[])> Values()
    {
        foreach (
            var (name, value) in new[]
            {
                ("not a number", float.NaN),
                ("infinite", float.PositiveInfinity),
                ("enormous", 1e38f),
                ("next to nothing", float.Epsilon),
            }
        )
            yield return (
                name,
                new WavBytes()
                    .Format(WavCoding.Float, 1, Rate, 32)
                    .Data(
                        WavBytes.Encode(
                            [.. Second[..8000], .. Enumerable.Repeat(value, 8000)],
                            WavCoding.Float,
                            32,
                            false
                        )
                    )
                    .Riff()
            );
        yield return ("zeros", WavBytes.Pcm16(new float[Rate], Rate));
        yield return ("a constant", WavBytes.Pcm16([.. Second.Select(_ => 0.9f)], Rate));
        yield return ("clipped", WavBytes.Pcm16([.. Second.Select(x => x > 0 ? 1f : -1f)], Rate));
    }

    private static IEnumerable<(string, byte[])> Disguised()
    {
        var noise = new byte[100_000];
        new Random(1).NextBytes(noise);
        yield return ("noise", noise);
        yield return ("a megabyte of zeros", new byte[1 << 20]);
        yield return ("a megabyte of ones", [.. Enumerable.Repeat<byte>(0xff, 1 << 20)]);
        foreach (
            var (name, text) in new[]
            {
                ("text", "This is no recording.\n"),
                ("a page", "<!DOCTYPE html><html><body>404</body></html>"),
                ("JSON", "{\"error\":\"not found\"}"),
                ("a play list", "#EXTM3U\nfile:///etc/hostname\n"),
                ("a list of files", "ffconcat version 1.0\nfile /etc/hostname\n"),
                (
                    "an XML bomb",
                    "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \""
                        + new string('x', 50_000)
                        + "\">]><MPD>&b;&b;</MPD>"
                ),
                ("a pointer to a large file", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"),
            }
        )
            yield return (name, Encoding.UTF8.GetBytes(text));
        yield return ("a picture", [0x89, .. "PNG\r\n\u001a\n"u8, .. noise[..1000]]);
        yield return ("an archive", [.. "PK\u0003\u0004"u8, .. noise[..1000]]);
        yield return ("a program", [0x7f, .. "ELF"u8, .. noise[..1000]]);
    }

    /// <summary>
    /// An encoded second cut off, without its beginning, and with noise in its middle; none where ffmpeg isn't
    /// installed.
    /// </summary>
    private static void WriteEncoded(string folder, string format)
    {
        var (wav, file) = (Path.Combine(folder, "whole.tmp.wav"), Path.Combine(folder, "whole." + format));
        File.WriteAllBytes(wav, Good);
        try
        {
            using (
                var process = Process.Start(
                    new ProcessStartInfo("ffmpeg", ["-v", "quiet", "-nostdin", "-i", wav, file])
                )!
            )
                process.WaitForExit();
            var bytes = File.ReadAllBytes(file);
            File.WriteAllBytes(Path.Combine(folder, $"cut-off.{format}"), bytes[..(bytes.Length / 2)]);
            File.WriteAllBytes(Path.Combine(folder, $"without-beginning.{format}"), bytes[(bytes.Length / 3)..]);
            new Random(2).NextBytes(bytes.AsSpan(bytes.Length / 3, bytes.Length / 3));
            File.WriteAllBytes(Path.Combine(folder, $"noise-within.{format}"), bytes);
            File.Delete(file);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // those of WAV are enough to test with
        }
        File.Delete(wav);
    }
}
