using System.Buffers.Binary;
using System.Text;

namespace LibStdCxxCompat;

/// <summary>
/// The <c>.gnu.version_r</c> section of a 64-bit little-endian ELF file: the symbol versions that it asks other
/// libraries for. Source: Linux Standard Base Core 5.0, section 10.7, and the System V gABI for the ELF header.
/// </summary>
public static class VersionNeeds
{
    private const int SectionTypeVersionNeeds = 0x6ffffffe;
    private const ushort Weak = 2;

    /// <summary>
    /// Marks the need for <paramref name="version"/> as weak, so that the loader warns instead of refusing.
    /// </summary>
    /// <returns>True when a need was marked now; false when there is none or it was weak already.</returns>
    /// <exception cref="InvalidDataException">The bytes are no 64-bit little-endian ELF file.</exception>
    public static bool Weaken(Span<byte> elf, string version)
    {
        if (elf.Length < 64 || !elf[..6].SequenceEqual<byte>([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
            throw new InvalidDataException("not a 64-bit little-endian ELF file");

        var sections = (int)U64(elf, 0x28);
        var sectionSize = U16(elf, 0x3a);
        var changed = false;
        for (var i = 0; i < U16(elf, 0x3c); i++)
        {
            var section = sections + i * sectionSize;
            if (U32(elf, section + 4) != SectionTypeVersionNeeds)
                continue;
            var strings = (int)U64(elf, sections + (int)U32(elf, section + 40) * sectionSize + 24);
            changed |= WeakenSection(elf, (int)U64(elf, section + 24), (int)U32(elf, section + 44), strings, version);
        }
        return changed;
    }

    private static bool WeakenSection(Span<byte> elf, int need, int needs, int strings, string version)
    {
        var changed = false;
        for (var n = 0; n < needs; n++)
        {
            var entry = need + (int)U32(elf, need + 8);
            for (var e = 0; e < U16(elf, need + 2); e++)
            {
                var flags = U16(elf, entry + 4);
                if ((flags & Weak) == 0 && Text(elf, strings + (int)U32(elf, entry + 8)) == version)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(elf[(entry + 4)..], (ushort)(flags | Weak));
                    changed = true;
                }
                entry += (int)U32(elf, entry + 12);
            }
            need += (int)U32(elf, need + 12);
        }
        return changed;
    }

    private static ushort U16(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt16LittleEndian(b[at..]);

    private static uint U32(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt32LittleEndian(b[at..]);

    private static ulong U64(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt64LittleEndian(b[at..]);

    private static string Text(ReadOnlySpan<byte> b, int at) =>
        Encoding.ASCII.GetString(b.Slice(at, b[at..].IndexOf((byte)0)));
}
