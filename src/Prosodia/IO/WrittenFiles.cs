namespace Prosodia.IO;

/// <summary>
/// A list of the contents that the program has written: the first 16 bytes of each file's SHA-256, one after the other.
/// A file whose content is listed was written by the program and has not been changed since. Several processes may add
/// at once.
/// </summary>
/// <param name="path">The list.</param>
internal sealed class WrittenFiles(string path)
{
    /// <summary>What the list is called in a folder of results.</summary>
    public const string Name = ".prosodia-written";

    private const int EntryBytes = 16,
        MaxEntries = 1_000_000,
        Attempts = 100;

    /// <summary>The user's list.</summary>
    public static WrittenFiles OfUser() => new(Path.Combine(UserFolder.Path, "written"));

    /// <summary>Gives a folder of results a list of its own.</summary>
    public static void StartIn(string folder)
    {
        var list = Path.Combine(folder, Name);
        if (!File.Exists(list))
            File.WriteAllBytes(list, []);
    }

    /// <summary>Whether a content is listed.</summary>
    /// <param name="sha256">Its SHA-256.</param>
    public bool Contains(ReadOnlySpan<byte> sha256)
    {
        if (Open() is not { } list)
            return false;
        using (list)
        {
            var entries = new byte[list.Length / EntryBytes * EntryBytes];
            list.ReadExactly(entries);
            for (var at = 0; at < entries.Length; at += EntryBytes)
                if (entries.AsSpan(at, EntryBytes).SequenceEqual(sha256[..EntryBytes]))
                    return true;
            return false;
        }
    }

    /// <summary>
    /// Adds a content. Where the list cannot be written, the file it is about will not be replaced without being asked.
    /// </summary>
    /// <param name="sha256">Its SHA-256.</param>
    public void Add(ReadOnlySpan<byte> sha256)
    {
        if (Open() is not { CanWrite: true } list)
            return;
        using (list)
        {
            var entries = list.Length / EntryBytes;
            if (entries >= MaxEntries)
            {
                var later = new byte[MaxEntries / 2 * EntryBytes];
                list.Position = (entries - MaxEntries / 2) * EntryBytes;
                list.ReadExactly(later);
                list.SetLength(0);
                list.Write(later);
            }
            list.Position = list.Length / EntryBytes * EntryBytes;
            list.Write(sha256[..EntryBytes]);
        }
    }

    /// <summary>Opens the list for this process alone; null where that cannot be had.</summary>
    private FileStream? Open()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                Thread.Sleep(5); // another process is adding
            }
            catch (UnauthorizedAccessException)
            {
                return File.Exists(path) ? ReadOnly() : null;
            }
        }
        return null;
    }

    private FileStream? ReadOnly()
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
