using System.Diagnostics;
using CsCheck;
using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Xunit;

namespace Prosodia.Tests.Audio;

public sealed class PartReaderTests : IDisposable
{
    private static readonly float[] Chirp =
    [
        .. Enumerable.Range(0, 48_000).Select(i => (float)(0.5 * Math.Sin(1e-5 * i * (double)i))),
    ];

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(16_000)]
    [InlineData(44_100)]
    [InlineData(8_000)]
    public void Parts_are_the_samples_of_the_whole(int rate)
    {
        File.WriteAllBytes(_folder["a.wav"], WavBytes.Pcm16(Chirp, rate));
        var whole = AudioFile.Read(_folder["a.wav"]).Samples;
        var seconds = whole.Length / 16_000.0;
        AudioPart[] parts =
        [
            new(0.5, 0.9),
            new(0, null),
            new(0.25 * seconds, 0.75 * seconds),
            new(0.3, 0.55),
            new(0.7, null),
            new(0, 0.3),
        ];
        var read = Read("a.wav", parts);
        Assert.Equal(Enumerable.Range(0, parts.Length), read.Select(r => r.Part).Order());
        foreach (var (part, recording, problem) in read)
        {
            Assert.Null(problem);
            var (from, to) = (
                (int)Math.Round(parts[part].Start * 16_000),
                (int)Math.Round(Math.Min(parts[part].End ?? seconds, seconds) * 16_000)
            );
            Assert.Equal(whole[from..to], recording!.Samples);
        }
    }

    [Fact]
    public void Other_formats_and_the_rate_of_the_file_do_as_well()
    {
        WavWriter.Write(_folder["a.wav"], Chirp);
        using (
            var ffmpeg = Process.Start(
                "ffmpeg",
                ["-v", "error", "-i", _folder["a.wav"], "-ar", "22050", _folder["a.flac"]]
            )
        )
            ffmpeg.WaitForExit();
        var own = Read("a.flac", [new(1, 1.5), default], native: true);
        Assert.Equal(22_050, own[0].Recording!.Rate);
        Assert.Equal(11_025, own[0].Recording!.Samples.Length);
        Assert.Equal(own[1].Recording!.Samples[22_050..33_075], own[0].Recording!.Samples);
        Assert.Equal(8000, Read("a.flac", [new(1, 1.5)])[0].Recording!.Samples.Length);
    }

    [Fact]
    public void A_part_that_is_not_there_costs_no_other()
    {
        WavWriter.Write(_folder["a.wav"], [.. Chirp, .. new float[16_000]]);
        var read = Read("a.wav", [new(9, 10), new(1, 2), new(1, 1.1), new(3.2, 3.9), new(2.5, 7)]);
        string Problem(int part) => read.Single(r => r.Part == part).Problem!.Message;
        Assert.Contains("a.wav#t=9,10: ends at 4.000 s", Problem(0), StringComparison.Ordinal);
        Assert.Equal(16_000, read.Single(r => r.Part == 1).Recording!.Samples.Length);
        Assert.Contains("is too short: 0.100 s", Problem(2), StringComparison.Ordinal);
        Assert.Contains("only silence", Problem(3), StringComparison.Ordinal);
        var cut = read.Single(r => r.Part == 4).Recording!;
        Assert.Equal(24_000, cut.Samples.Length);
        Assert.Contains("ends at 4.000 s; what is there is used", cut.Warnings.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_that_is_too_long_is_refused_while_others_are_read()
    {
        WavWriter.Write(_folder["long.wav"], [.. Enumerable.Repeat(Chirp, 620).SelectMany(c => c)]); // 31 minutes
        var read = Read("long.wav", [default, new(1, null), new(1850, 1852), new(5, 6)]);
        Assert.All(
            read[..2],
            r => Assert.Contains("longer than 30 minutes", r.Problem!.Message, StringComparison.Ordinal)
        );
        Assert.Equal([32_000, 16_000], read[2..].Select(r => r.Recording!.Samples.Length));
    }

    [Fact]
    public void What_breaks_the_file_is_said_of_each_part_that_it_breaks()
    {
        var bytes = new WavBytes()
            .Format(WavCoding.Float, 1, 16000, 32)
            .Data(WavBytes.Encode([.. Chirp, float.NaN, .. Chirp], WavCoding.Float, 32, false))
            .Riff();
        File.WriteAllBytes(_folder["nan.wav"], bytes);
        var read = Read("nan.wav", [new(4, 5), new(5, 6)]);
        Assert.All(read, r => Assert.Contains("no number", r.Problem!.Message, StringComparison.Ordinal));
        Assert.All(
            Read("none.wav", [new(0, 1), new(1, 2)]),
            r => Assert.Contains("none.wav", r.Problem!.Message, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Names_of_parts_are_read_back() =>
        Gen.Select(Gen.Double[0, 1e5], Gen.Double[1e-3, 100].Nullable(), Gen.String["ab#t=,.1 "])
            .Sample(
                (start, length, path) =>
                {
                    var part = new AudioPart(start, start + length);
                    Assert.Equal((path, part), AudioPart.Parse(path + part));
                }
            );

    [Theory]
    [InlineData("a.wav")]
    [InlineData("take#t=one.wav")]
    [InlineData("a.wav#t=1,2,3")]
    public void Other_names_are_whole_files(string name) => Assert.Equal((name, default), AudioPart.Parse(name));

    public void Dispose() => _folder.Dispose();

    private (int Part, Recording? Recording, InputException? Problem)[] Read(
        string name,
        AudioPart[] parts,
        bool native = false
    ) => [.. new PartReader(_folder[name], parts, null, native).Read().OrderBy(r => r.Part)];
}
