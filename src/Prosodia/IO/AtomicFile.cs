namespace Prosodia.IO;

/// <summary>
/// Files that appear complete or not at all: written next to their place, flushed to the disk, then renamed. A symbolic
/// link stays and its target is replaced; a device, pipe or empty file is written into.
/// </summary>
internal static class AtomicFile
{
    /// <summary>Writes a file through a stream, creating its folder.</summary>
    /// <param name="file">The file.</param>
    /// <param name="write">Writes its content.</param>
    /// <param name="complete">Called with the temporary file that is about to be renamed to it.</param>
    /// <exception cref="InputException">The file cannot be written there.</exception>
    public static void Write(string file, Action<Stream> write, Action<string>? complete = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        ArgumentNullException.ThrowIfNull(write);
        string? temporary = null;
        try
        {
            var target = FilePath.Resolve(file);
            if (OpenInPlace(target) is { } open)
            {
                using (open)
                    write(open);
                return;
            }
            if (Directory.Exists(target))
                throw new InputException(file, "is a folder", "Name a file");
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            temporary = $"{target}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp";
            using (var stream = new FileStream(temporary, FileMode.Create))
                write(stream);
            if (!OperatingSystem.IsWindows() && File.Exists(target))
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
            using (var written = new FileStream(temporary, FileMode.Open, FileAccess.Write))
                written.Flush(flushToDisk: true); // or a power cut could leave the new name with no content
            complete?.Invoke(temporary);
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e)
        {
            if (temporary is not null && File.Exists(temporary))
                File.Delete(temporary);
            if (e is not (IOException or UnauthorizedAccessException))
                throw;
            throw InputException.NotWritten(file, e);
        }
    }

    /// <summary>Writes a text file as UTF-8.</summary>
    public static void Write(string file, string text) => Write(file, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file's bytes.</summary>
    public static void Write(string file, byte[] bytes) => Write(file, stream => stream.Write(bytes));

    /// <summary>Opens what is written into; null where a file is replaced instead.</summary>
    internal static Stream? OpenInPlace(string target) =>
        FilePath.StandardStream(target)
        ?? (
            IsWrittenInto(target) ? new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite) : null
        );

    /// <summary>
    /// Whether a file has no content that renaming over it could replace: systems give devices and pipes a length of 0.
    /// </summary>
    internal static bool IsWrittenInto(string target) =>
        FilePath.IsDescriptor(target) || (File.Exists(target) && new FileInfo(target).Length == 0);
}
