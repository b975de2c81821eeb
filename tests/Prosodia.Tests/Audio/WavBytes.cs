using System.Text;
using Prosodia.Audio.Wav;

namespace Prosodia.Tests.Audio;

/// <summary>Builds WAV files chunk by chunk, right or wrong as a test needs them.</summary>
internal sealed class WavBytes(bool bigEndian = false)
{
    private readonly MemoryStream _chunks = new();

    public static byte[] Pcm16(float[] interleaved, int rate, int channels = 1) =>
        new WavBytes()
            .Format(WavCoding.Pcm, channels, rate, 16)
            .Data(Encode(interleaved, WavCoding.Pcm, 16, false))
            .Riff();

    public WavBytes Chunk(string id, byte[] body, uint? size = null)
    {
        _chunks.Write(Encoding.ASCII.GetBytes(id));
        _chunks.Write(Int(size ?? (uint)body.Length, 4));
        _chunks.Write(body);
        if (body.Length % 2 == 1)
            _chunks.WriteByte(0);
        return this;
    }

    public WavBytes Format(WavCoding coding, int channels, int rate, int bits, bool extensible = false)
    {
        var frame = channels * bits / 8;
        byte[] body =
        [
            .. Int(extensible ? 0xFFFEu : (uint)coding, 2),
            .. Int((uint)channels, 2),
            .. Int((uint)rate, 4),
            .. Int((uint)(rate * frame), 4),
            .. Int((uint)frame, 2),
            .. Int((uint)bits, 2),
        ];
        byte[] guidTail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
        if (extensible)
            body = [.. body, .. Int(22, 2), .. Int((uint)bits, 2), .. Int(0, 4), .. Int((uint)coding, 2), .. guidTail];
        return Chunk("fmt ", body);
    }

    public WavBytes Data(byte[] body, uint? size = null) => Chunk("data", body, size);

    public byte[] Riff(string id = "", uint? size = null) =>
        [
            .. Encoding.ASCII.GetBytes(
                id.Length > 0 ? id
                : bigEndian ? "RIFX"
                : "RIFF"
            ),
            .. Int(size ?? (uint)(_chunks.Length + 4), 4),
            .. "WAVE"u8,
            .. _chunks.ToArray(),
        ];

    public static byte[] Encode(float[] samples, WavCoding coding, int bits, bool bigEndian)
    {
        IEnumerable<byte> One(float x)
        {
            var bytes = (coding, bits) switch
            {
                (WavCoding.Float, 32) => BitConverter.GetBytes(x),
                (WavCoding.Float, _) => BitConverter.GetBytes((double)x),
                (_, 8) => [(byte)(Math.Round(x * 127) + 128)],
                _ => BitConverter.GetBytes((long)Math.Round(x * (Math.Pow(2, bits - 1) - 1)))[..(bits / 8)],
            };
            return bigEndian ? bytes.Reverse() : bytes;
        }
        return [.. samples.SelectMany(One)];
    }

    private byte[] Int(uint value, int width)
    {
        var bytes = BitConverter.GetBytes(value)[..width];
        return bigEndian ? [.. bytes.Reverse()] : bytes;
    }
}
