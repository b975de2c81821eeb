using System.Text;
using LibStdCxxCompat;
using Xunit;

namespace Prosodia.Tests.Build;

[Trait("Tier", "Slow")]
public sealed class VersionNeedsTests
{
    [Fact]
    public void Weakens_only_the_version_asked_for_and_only_once()
    {
        var elf = Elf("GLIBCXX_3.4.30", Program.UnusedVersion);
        byte[] before = [.. elf];
        Assert.True(VersionNeeds.Weaken(elf, Program.UnusedVersion));
        Assert.Equal([FlagsAt(1)], Enumerable.Range(0, elf.Length).Where(i => elf[i] != before[i]));
        Assert.Equal(2, elf[FlagsAt(1)]);
        Assert.False(VersionNeeds.Weaken(elf, Program.UnusedVersion));
    }

    [Fact]
    public void Leaves_files_without_that_need_alone() =>
        Assert.False(VersionNeeds.Weaken(Elf("GLIBCXX_3.4.30"), Program.UnusedVersion));

    [Fact]
    public void Refuses_what_is_no_ELF_file() =>
        Assert.Throws<InvalidDataException>(() => VersionNeeds.Weaken(new byte[100], "x"));

    [Fact]
    public void TorchSharps_library_loads_here_after_the_build() =>
        Assert.Equal(3, TorchSharp.torch.ones(3).sum().item<float>());

    private const int Strings = 64,
        Needs = 192;

    private static int FlagsAt(int entry) => Needs + 16 + 16 * entry + 4;

    /// <summary>
    /// The smallest file with a .gnu.version_r section: header, strings, needs of one library, three section headers.
    /// </summary>
    private static byte[] Elf(params string[] versions)
    {
        const int sections = 320;
        var elf = new byte[sections + 3 * 64];
        byte[] magic = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1];
        magic.CopyTo(elf, 0);
        Write(elf, 0x28, sections, 8);
        Write(elf, 0x3a, 64, 2);
        Write(elf, 0x3c, 3, 2);
        Section(elf, sections + 64, type: 3, offset: Strings, link: 0, info: 0);
        Section(elf, sections + 128, type: 0x6ffffffe, offset: Needs, link: 1, info: 1);
        Write(elf, Needs + 2, versions.Length, 2);
        Write(elf, Needs + 8, 16, 4);
        var name = 1;
        foreach (var (i, version) in versions.Index())
        {
            Encoding.ASCII.GetBytes(version).CopyTo(elf, Strings + name);
            Write(elf, Needs + 16 + 16 * i + 8, name, 4);
            Write(elf, Needs + 16 + 16 * i + 12, i + 1 < versions.Length ? 16 : 0, 4);
            name += version.Length + 1;
        }
        return elf;
    }

    private static void Section(byte[] elf, int at, uint type, int offset, int link, int info)
    {
        Write(elf, at + 4, type, 4);
        Write(elf, at + 24, offset, 8);
        Write(elf, at + 40, link, 4);
        Write(elf, at + 44, info, 4);
    }

    private static void Write(byte[] elf, int at, long value, int width) =>
        BitConverter.GetBytes(value)[..width].CopyTo(elf, at);
}
