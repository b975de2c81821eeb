namespace Prosodia.Audio.Wav;

/// <summary>Turns the bytes of a WAV data chunk into amplitudes with full scale 1.</summary>
internal static class SampleDecoder
{
    private static readonly float[] ALaw = Table(DecodeALaw);
    private static readonly float[] MuLaw = Table(DecodeMuLaw);

    /// <summary>Decodes as many samples as <paramref name="samples"/> holds.</summary>
    public static void Decode(ReadOnlySpan<byte> bytes, WavFormat format, Span<float> samples)
    {
        var read = new EndianReader(format.BigEndian);
        var width = format.BytesPerSample;
        for (var i = 0; i < samples.Length; i++)
        {
            var b = bytes.Slice(i * width, width);
            samples[i] = (format.Coding, width) switch
            {
                (WavCoding.Pcm, 1) => (b[0] - 128) / 128f,
                (WavCoding.Pcm, 2) => (short)read.UInt16(b) / 32768f,
                (WavCoding.Pcm, 3) => Int24(b, format.BigEndian) / 8388608f,
                (WavCoding.Pcm, _) => (float)((int)read.UInt32(b) / 2147483648.0),
                (WavCoding.Float, 4) => BitConverter.UInt32BitsToSingle(read.UInt32(b)),
                (WavCoding.Float, _) => (float)BitConverter.UInt64BitsToDouble(read.UInt64(b)),
                (WavCoding.ALaw, _) => ALaw[b[0]],
                _ => MuLaw[b[0]],
            };
        }
    }

    private static int Int24(ReadOnlySpan<byte> b, bool bigEndian) =>
        bigEndian ? ((sbyte)b[0] << 16) | (b[1] << 8) | b[2] : ((sbyte)b[2] << 16) | (b[1] << 8) | b[0];

    private static float[] Table(Func<int, int> decode) =>
        [.. Enumerable.Range(0, 256).Select(code => decode(code) / 32768f)];

    /// <summary>ITU-T G.711, table 1: even bits are inverted; sign, three bits of exponent, four of mantissa.</summary>
    private static int DecodeALaw(int code)
    {
        code ^= 0x55;
        var exponent = (code >> 4) & 7;
        var magnitude = ((code & 15) << 4) + 8;
        if (exponent > 0)
            magnitude = (magnitude + 0x100) << (exponent - 1);
        return (code & 0x80) != 0 ? magnitude : -magnitude;
    }

    /// <summary>ITU-T G.711, table 2: all bits are inverted; the bias of 33 stands as 132 in 16-bit units.</summary>
    private static int DecodeMuLaw(int code)
    {
        const int bias = 132;
        code = ~code;
        var magnitude = ((((code & 15) << 3) + bias) << ((code >> 4) & 7)) - bias;
        return (code & 0x80) != 0 ? -magnitude : magnitude;
    }
}
