using System.Text;

namespace Prosodia.Onnx;

/// <summary>
/// Files that an ONNX model keeps weights in, beside its own. Their names are found by how a tensor refers to them: an
/// entry of the key "location" as protobuf writes it, at whatever depth. Source: the ONNX specification, "Tensor file
/// formats, External data".
/// </summary>
internal static class ExternalWeights
{
    private const int Block = 1 << 20,
        MaxName = 127; // bytes; a longer one has a length of two bytes

    private static readonly byte[] Entry = [0x0a, 8, .. "location"u8, 0x12];

    /// <summary>SHA-256 of a model: of its file, or where it refers to others, of the sums of all.</summary>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static string Sha256Of(string file)
    {
        var own = Sha256Hash.OfFile(file);
        string[] others = [.. FilesOf(file)];
        foreach (var other in others)
            OutputGuard.Reads(other);
        return others.Length == 0 ? own : Sha256Hash.Of(string.Concat(others.Select(Sha256Hash.OfFile).Prepend(own)));
    }

    /// <summary>The other files, in alphabetical order.</summary>
    public static IReadOnlyList<string> FilesOf(string file)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var block = new byte[Entry.Length + 1 + MaxName + Block];
        using var stream = File.OpenRead(file);
        for (var kept = 0; ; )
        {
            var read = stream.ReadAtLeast(block.AsSpan(kept), block.Length - kept, throwOnEndOfStream: false);
            var bytes = block.AsSpan(0, kept + read);
            for (var at = 0; bytes[at..].IndexOf(Entry) is var next && next >= 0; )
            {
                at += next + Entry.Length;
                if (at < bytes.Length && bytes[at] is > 0 and <= MaxName && at + 1 + bytes[at] <= bytes.Length)
                    names.Add(Encoding.UTF8.GetString(bytes.Slice(at + 1, bytes[at])));
            }
            if (read == 0 || kept + read < block.Length)
                break;
            kept = Entry.Length + 1 + MaxName; // an entry may lie across blocks
            bytes[^kept..].CopyTo(block);
        }
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        return [.. names.Select(n => Path.Combine(folder, n)).Where(File.Exists)];
    }
}
