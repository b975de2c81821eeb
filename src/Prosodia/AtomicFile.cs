namespace Prosodia;

/// <summary>Files that appear complete or not at all: written beside their place, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file through a stream, creating its folder.</summary>
    public static void Write(string file, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        ArgumentNullException.ThrowIfNull(write);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var beside = $"{file}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp";
        try
        {
            using (var stream = File.Create(beside)) write(stream);
            File.Move(beside, file, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    /// <summary>Writes a text file as UTF-8.</summary>
    public static void Write(string file, string text) => Write(file, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
