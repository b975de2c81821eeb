namespace Prosodia.IO;

/// <summary>
/// Decides what a run of the program may write where. Never an input; never a file that the program did not write
/// itself, or that was changed since, unless the user forces it. What opens a user's file says so with
/// <see cref="Reads"/>; every result is written through <see cref="OutputFile"/>, which asks. Thread-safe; it flows to
/// the threads of the run as any execution context.
/// </summary>
/// <param name="force">Whether files of others may be replaced; inputs never.</param>
/// <param name="home">The user's list of written files.</param>
internal sealed class OutputGuard(bool force, WrittenFiles home) : IDisposable
{
    private static readonly AsyncLocal<OutputGuard?> Running = new();

    private readonly Lock _lock = new();
    private readonly HashSet<UInt128> _inputs = [];

    // by resolved path, as the user named them
    private readonly Dictionary<string, string> _outputs = new(FilePath.Comparer);

    /// <summary>The guard of this run; null where a program uses the library by itself.</summary>
    public static OutputGuard? Current => Running.Value;

    /// <summary>Starts guarding what this flow of control reads and writes.</summary>
    public static OutputGuard Start(bool force, WrittenFiles home) => Running.Value = new OutputGuard(force, home);

    /// <summary>Notes that a user's file is read.</summary>
    /// <exception cref="InputException">It is one of the outputs.</exception>
    public static void Reads(string path)
    {
        if (Current is not { } guard)
            return;
        var resolved = FilePath.Behind(FilePath.Resolve(path));
        lock (guard._lock)
        {
            guard._inputs.Add(Key(resolved));
            if (guard._outputs.ContainsKey(resolved))
                throw InputAndOutput(path);
        }
    }

    /// <summary>Notes that a row of a table names a file, of which there may be too many to remember.</summary>
    /// <exception cref="InputException">It is one of the outputs.</exception>
    public static void Mentions(string path)
    {
        if (Current is not { } guard)
            return;
        lock (guard._lock)
        {
            var name = Path.GetFileName(path);
            if (
                !guard._outputs.Any(o =>
                    FilePath.Comparer.Equals(Path.GetFileName(o.Key), name)
                    || FilePath.Comparer.Equals(Path.GetFileName(o.Value), name)
                )
            )
                return;
            if (guard._outputs.ContainsKey(FilePath.Behind(FilePath.Resolve(path))))
                throw InputAndOutput(path);
        }
    }

    /// <summary>
    /// Notes that files will be written, so that what cannot be is refused before the work and not after it.
    /// </summary>
    /// <exception cref="InputException">One is an input, or was not written by the program.</exception>
    public static void Claim(params IEnumerable<string> files)
    {
        foreach (var file in files)
            Current?.Require(file);
    }

    /// <summary>Sees to it that a file may be written.</summary>
    internal void Require(string file)
    {
        var resolved = FilePath.Resolve(file);
        var behind = FilePath.Behind(resolved);
        lock (_lock)
        {
            if (_inputs.Contains(Key(behind)))
                throw InputAndOutput(file);
            _outputs.TryAdd(behind, file);
        }
        if (Directory.Exists(resolved))
            throw new InputException(file, "is a folder", "Name a file");
        if (
            force
            || !File.Exists(resolved)
            || AtomicFile.IsWrittenInto(resolved)
            || ListOf(resolved).Contains(Sha256Of(resolved))
        )
            return;
        throw new InputException(
            file,
            "exists, and Prosodia did not write it or it was changed since",
            "Choose another place, or replace it with --force"
        );
    }

    /// <summary>
    /// Notes what is about to appear as a file, so that the next run may replace it even if this one is killed as soon
    /// as it is there.
    /// </summary>
    internal void Writes(string file, string temporary) => ListOf(FilePath.Resolve(file)).Add(Sha256Of(temporary));

    /// <summary>Notes what was written into a file, so that the next run may replace it.</summary>
    internal void WroteInto(string file)
    {
        var resolved = FilePath.Resolve(file);
        if (File.Exists(resolved) && !AtomicFile.IsWrittenInto(resolved))
            ListOf(resolved).Add(Sha256Of(resolved));
        Release(file);
    }

    /// <summary>Lets the run read an output from here on.</summary>
    internal void Release(string file)
    {
        lock (_lock)
            _outputs.Remove(FilePath.Behind(FilePath.Resolve(file)));
    }

    /// <inheritdoc/>
    public void Dispose() => Running.Value = null;

    /// <summary>
    /// A folder of results carries its own list, so that it can be moved and shared; of other files, the user's folder
    /// has it.
    /// </summary>
    private WrittenFiles ListOf(string resolved)
    {
        for (var folder = Path.GetDirectoryName(resolved); folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, WrittenFiles.Name)))
                return new WrittenFiles(Path.Combine(folder, WrittenFiles.Name));
        return home;
    }

    private static byte[] Sha256Of(string file) => Convert.FromHexString(Sha256Hash.OfFile(file));

    private static UInt128 Key(string resolved) =>
        Sha256Hash.KeyOf(FilePath.Comparer == StringComparer.Ordinal ? resolved : resolved.ToUpperInvariant());

    private static InputException InputAndOutput(string file) =>
        new(file, "is an input and would be replaced by an output", "Choose another --out: no input is ever replaced");
}
