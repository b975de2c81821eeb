using System.Text;

namespace Prosodia.Audio.Wav;

/// <summary>Writes 16-bit mono WAV files at 16 kHz.</summary>
internal static class WavWriter
{
    /// <summary>Writes samples of full scale 1; louder ones are clipped.</summary>
    public static void Write(string file, ReadOnlySpan<float> samples)
    {
        var bytes = Bytes(samples);
        OutputFile.Write(file, stream => Write(stream, bytes));
    }

    /// <summary>Writes a file of the program's own, which goes again.</summary>
    public static void WriteTemporary(string file, ReadOnlySpan<float> samples)
    {
        using var stream = File.Create(file);
        Write(stream, Bytes(samples));
    }

    private static byte[] Bytes(ReadOnlySpan<float> samples)
    {
        var bytes = new byte[samples.Length * 2];
        for (var i = 0; i < samples.Length; i++)
        {
            var value = (short)Math.Clamp(MathF.Round(samples[i] * 32768), short.MinValue, short.MaxValue);
            System.Buffers.Binary.BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * i), value);
        }
        return bytes;
    }

    private static void Write(Stream stream, byte[] bytes)
    {
        using var writer = new BinaryWriter(stream, Encoding.ASCII, leaveOpen: true);
        writer.Write("RIFF"u8);
        writer.Write(36 + bytes.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)WavCoding.Pcm);
        writer.Write((short)1);
        writer.Write(Recording.SampleRate);
        writer.Write(Recording.SampleRate * 2);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }
}
