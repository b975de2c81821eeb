using CsCheck;
using Prosodia.Audio.Wav;
using Xunit;

namespace Prosodia.Tests.Audio;

public sealed class WavReaderTests
{
    private static readonly float[] Tone = TestData.Sine(440, 16000, 6000);

    public static TheoryData<string, int, int, bool, bool> Codings()
    {
        var data = new TheoryData<string, int, int, bool, bool>();
        foreach (
            var (coding, bits) in new[]
            {
                (WavCoding.Pcm, 8),
                (WavCoding.Pcm, 16),
                (WavCoding.Pcm, 24),
                (WavCoding.Pcm, 32),
                (WavCoding.Float, 32),
                (WavCoding.Float, 64),
            }
        )
        foreach (var channels in new[] { 1, 2, 7 })
        foreach (var bigEndian in new[] { false, true })
        foreach (var extensible in new[] { false, true })
            data.Add($"{coding}", bits, channels, bigEndian, extensible);
        return data;
    }

    [Theory, MemberData(nameof(Codings))]
    public void Reads_every_coding(string name, int bits, int channels, bool bigEndian, bool extensible)
    {
        var coding = Enum.Parse<WavCoding>(name);
        float[] interleaved = [.. Tone.SelectMany(x => Enumerable.Range(1, channels).Select(c => x / c))];
        var file = new WavBytes(bigEndian)
            .Format(coding, channels, 16000, bits, extensible)
            .Data(WavBytes.Encode(interleaved, coding, bits, bigEndian))
            .Riff();

        var (read, reader) = ReadAll(file);

        Assert.Equal(
            (coding, channels, 16000),
            (reader.Format.Coding, reader.Format.Channels, reader.Format.SampleRate)
        );
        Assert.Equal(interleaved.Length, read.Length);
        var tolerance =
            coding == WavCoding.Float ? 0
            : bits == 8 ? 0.01
            : 1e-4;
        Assert.All(read.Zip(interleaved), pair => Assert.Equal(pair.Second, pair.First, tolerance));
        Assert.Empty(reader.Warnings);
    }

    [Theory]
    [InlineData(nameof(WavCoding.MuLaw), 0x00, -32124)]
    [InlineData(nameof(WavCoding.MuLaw), 0x80, 32124)]
    [InlineData(nameof(WavCoding.MuLaw), 0xFF, 0)]
    [InlineData(nameof(WavCoding.MuLaw), 0xF0, 120)]
    [InlineData(nameof(WavCoding.ALaw), 0xD5, 8)]
    [InlineData(nameof(WavCoding.ALaw), 0x55, -8)]
    [InlineData(nameof(WavCoding.ALaw), 0xAA, 32256)]
    [InlineData(nameof(WavCoding.ALaw), 0x2A, -32256)]
    public void Decodes_telephone_codings_as_G711_tables_say(string coding, byte code, int expected)
    {
        var file = new WavBytes().Format(Enum.Parse<WavCoding>(coding), 1, 8000, 8).Data([code, code]).Riff();
        Assert.Equal(expected, ReadAll(file).Samples[0] * 32768);
    }

    [Fact]
    public void Reads_RF64_with_its_64_bit_size()
    {
        var data = WavBytes.Encode(Tone, WavCoding.Pcm, 16, false);
        byte[] sizes = [.. new byte[8], .. BitConverter.GetBytes((long)data.Length), .. new byte[12]];
        var file = new WavBytes()
            .Chunk("ds64", sizes)
            .Format(WavCoding.Pcm, 1, 16000, 16)
            .Data(data, uint.MaxValue)
            .Chunk("LIST", new byte[9])
            .Riff("RF64", uint.MaxValue);
        Assert.Equal(Tone.Length, ReadAll(file).Samples.Length);
    }

    [Theory]
    [InlineData(0u, 0u)]
    [InlineData(36u, 0u)] // a recorder that was switched off before it could write its sizes
    [InlineData(uint.MaxValue, uint.MaxValue)]
    [InlineData(0u, uint.MaxValue)]
    public void Sizes_that_streams_write_mean_up_to_the_end(uint riffSize, uint dataSize)
    {
        var file = new WavBytes()
            .Format(WavCoding.Pcm, 1, 16000, 16)
            .Data(WavBytes.Encode(Tone, WavCoding.Pcm, 16, false), dataSize)
            .Riff(size: riffSize);
        var (read, reader) = ReadAll(file);
        Assert.Equal(Tone.Length, read.Length);
        Assert.Empty(reader.Warnings);
    }

    [Fact]
    public void Steps_over_odd_and_unknown_chunks()
    {
        var file = new WavBytes()
            .Chunk("JUNK", new byte[7])
            .Format(WavCoding.Pcm, 1, 16000, 16)
            .Chunk("cue ", [1, 2, 3])
            .Chunk("bext", new byte[70_001])
            .Data(WavBytes.Encode(Tone, WavCoding.Pcm, 16, false))
            .Chunk("LIST", new byte[5])
            .Riff();
        Assert.Equal(Tone.Length, ReadAll(file).Samples.Length);
    }

    [Fact]
    public void Uses_what_is_there_of_truncated_data_and_warns()
    {
        var (read, reader) = ReadAll(WavBytes.Pcm16(Tone, 16000)[..^2001]);
        Assert.Equal(Tone.Length - 1001, read.Length);
        Assert.Contains("cut off", Assert.Single(reader.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncated_header_is_a_clear_error()
    {
        var file = WavBytes.Pcm16(Tone, 16000);
        for (var length = 0; length < 44; length++)
            Assert.Throws<InputException>(() => ReadAll(file[..length]));
    }

    [Fact]
    public void Samples_before_their_format_are_refused() =>
        Assert.Throws<InputException>(() =>
            ReadAll(new WavBytes().Data(new byte[8]).Format(WavCoding.Pcm, 1, 16000, 16).Riff())
        );

    [Theory]
    [InlineData(0, 16000, 16)]
    [InlineData(65, 16000, 16)]
    [InlineData(1, 0, 16)]
    [InlineData(1, 999, 16)]
    [InlineData(1, 384001, 16)]
    [InlineData(1, 16000, 48)]
    public void Impossible_formats_are_refused(int channels, int rate, int bits) =>
        Assert.ThrowsAny<InputException>(() =>
            ReadAll(new WavBytes().Format(WavCoding.Pcm, channels, rate, bits).Data(new byte[96]).Riff())
        );

    [Fact]
    public void Damaged_bytes_never_end_in_anything_but_an_input_error()
    {
        var file = WavBytes.Pcm16(Tone[..200], 16000);
        Gen.Select(Gen.Int[0, 60], Gen.Byte, Gen.Int[0, 60], Gen.Byte)
            .Sample(
                (i, a, j, b) =>
                {
                    byte[] damaged = [.. file];
                    (damaged[i], damaged[j]) = (a, b);
                    try
                    {
                        ReadAll(damaged);
                    }
                    catch (InputException) { }
                },
                iter: 5000
            );
    }

    private static (float[] Samples, WavReader Reader) ReadAll(byte[] file)
    {
        using var reader = WavReader.Open(new MemoryStream(file), "test.wav");
        var samples = new List<float>();
        var block = new float[Math.Max(1, 1000 / reader.Format.Channels) * reader.Format.Channels];
        for (int got; (got = reader.Read(block)) > 0; )
            samples.AddRange(block.AsSpan(0, got));
        return ([.. samples], reader);
    }
}
