using System.Buffers.Binary;

namespace Prosodia.Audio.Wav;

/// <summary>Reads numbers in the byte order of a file: RIFF and RF64 are little-endian, RIFX is big-endian.</summary>
internal readonly struct EndianReader(bool bigEndian)
{
    public ushort UInt16(ReadOnlySpan<byte> b) =>
        bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(b) : BinaryPrimitives.ReadUInt16LittleEndian(b);

    public uint UInt32(ReadOnlySpan<byte> b) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(b) : BinaryPrimitives.ReadUInt32LittleEndian(b);

    public ulong UInt64(ReadOnlySpan<byte> b) =>
        bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(b) : BinaryPrimitives.ReadUInt64LittleEndian(b);
}
