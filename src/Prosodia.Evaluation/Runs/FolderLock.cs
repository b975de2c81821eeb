namespace Prosodia.Evaluation.Runs;

/// <summary>
/// Keeps a folder of results for one process at a time; the system lets go of it however the process ends.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    // what systems call a file that another process has: EWOULDBLOCK of Linux and macOS, ERROR_SHARING_VIOLATION of
    // Windows
    private static readonly int[] TakenByAnother = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _held;
    private readonly string _owner;

    private FolderLock(FileStream held, string owner) => (_held, _owner) = (held, owner);

    /// <summary>Who had it last and was killed or crashed; null where nobody was.</summary>
    public string? LeftBy { get; private init; }

    /// <summary>Takes a folder, which is made if it isn't there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="part">A part of it, where several processes work on one each; empty for the whole.</param>
    /// <exception cref="InputException">Another process has it, which is named; or it cannot be written.</exception>
    public static FolderLock Take(string folder, string part = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var file = Path.Combine(folder, ".lock" + Uri.EscapeDataString(part));
        var owner = file + ".owner";
        try
        {
            Directory.CreateDirectory(folder);
            var held = File.Open(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            WrittenFiles.StartIn(folder);
            var left = File.Exists(owner) ? File.ReadAllText(owner) : null;
            File.WriteAllText(
                owner,
                $"process {Environment.ProcessId} on {Environment.MachineName} since "
                    + $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC"
            );
            return new FolderLock(held, owner) { LeftBy = left };
        }
        catch (IOException e) when (TakenByAnother.Contains(e.HResult))
        {
            throw new InputException(
                folder,
                $"is in use by {(File.Exists(owner) ? File.ReadAllText(owner) : "another process")}",
                "Wait until it has finished, or choose another folder"
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.NotWritten(folder, e, "Choose another folder, or make room there");
        }
    }

    /// <summary>Lets go of the folder.</summary>
    public void Dispose()
    {
        File.Delete(_owner);
        _held.Dispose();
    }
}
