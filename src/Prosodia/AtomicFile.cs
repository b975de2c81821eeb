namespace Prosodia;

/// <summary>Files that appear complete or not at all: written beside their place, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file through a stream, creating its folder.</summary>
    /// <exception cref="InputException">The file cannot be written there.</exception>
    public static void Write(string file, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        ArgumentNullException.ThrowIfNull(write);
        var beside = $"{file}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            using (var stream = File.Create(beside)) write(stream);
            File.Move(beside, file, overwrite: true);
        }
        catch (Exception e)
        {
            if (File.Exists(beside)) File.Delete(beside);
            if (e is not (IOException or UnauthorizedAccessException)) throw;
            throw new InputException(file, $"cannot be written ({e.Message.TrimEnd('.')})", "Choose another place, or make room there");
        }
    }

    /// <summary>Writes a text file as UTF-8.</summary>
    public static void Write(string file, string text) => Write(file, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file's bytes.</summary>
    public static void Write(string file, byte[] bytes) => Write(file, stream => stream.Write(bytes));
}
