namespace Prosodia.IO;

/// <summary>
/// Results for the user: <see cref="AtomicFile"/>, asked for and noted by the run's <see cref="OutputGuard"/>. The
/// program's own state (caches, checkpoints, finished folds) is written by <see cref="AtomicFile"/> alone.
/// </summary>
internal static class OutputFile
{
    /// <summary>Writes a file through a stream, creating its folder; it appears complete or not at all.</summary>
    /// <exception cref="InputException">It cannot be written, is an input, or was not written by the
    /// program.</exception>
    public static void Write(string file, Action<Stream> write)
    {
        var guard = OutputGuard.Current;
        guard?.Require(file);
        var replaced = false;
        AtomicFile.Write(
            file,
            stream =>
            {
                write(stream);
                guard?.Require(file); // it may have become an input, or someone else's, meanwhile
            },
            temporary =>
            {
                guard?.Writes(file, temporary);
                replaced = true;
            }
        );
        if (replaced)
            guard?.Release(file);
        else
            guard?.WroteInto(file);
    }

    /// <summary>Writes a file that others may read while it grows, such as the answers to live audio.</summary>
    /// <exception cref="InputException">It cannot be written, is an input, or was not written by the
    /// program.</exception>
    public static async Task WriteLiveAsync(string file, Func<Stream, Task> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        OutputGuard.Claim(file);
        try
        {
            var target = FilePath.Resolve(file);
            var stream =
                AtomicFile.OpenInPlace(target)
                ?? new FileStream(target, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
            await using (stream.ConfigureAwait(false))
                await write(stream).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.NotWritten(file, e);
        }
        OutputGuard.Current?.WroteInto(file);
    }

    /// <summary>Writes a text file as UTF-8.</summary>
    public static void Write(string file, string text) => Write(file, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file's bytes.</summary>
    public static void Write(string file, byte[] bytes) => Write(file, stream => stream.Write(bytes));
}
