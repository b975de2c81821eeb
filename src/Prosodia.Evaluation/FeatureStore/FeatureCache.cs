namespace Prosodia.Evaluation.FeatureStore;

/// <summary>
/// What is made of recordings, by content: how it is made is the name of the folder, and the hash of the recording the
/// key within. Several processes may read and fill a folder together; killed at any moment, one loses the batch that it
/// had not written yet and leaves nothing broken behind: a shard's name is the SHA-256 of its bytes. Thread-safe.
/// </summary>
internal sealed class FeatureCache<T> : IDisposable
{
    private const int RecordingsPerShard = 32;
    private const string About = "about.txt";

    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1); // age of a file that nobody finishes any more

    private readonly string _folder;
    private readonly IShardFormat<T> _format;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = [];
    private readonly List<IShard<T>> _shards = [];
    private readonly Dictionary<string, IShard<T>> _entries = [];
    private readonly Dictionary<string, T> _pending = [];

    /// <summary>Opens what was made in one way.</summary>
    /// <param name="root">The folder of all ways.</param>
    /// <param name="description">Everything that it depends on beside the recording.</param>
    /// <param name="format">The form of files.</param>
    /// <param name="advice">What its user can do where it can't be written.</param>
    /// <exception cref="InputException">The folder cannot be written.</exception>
    public FeatureCache(
        string root,
        string description,
        IShardFormat<T> format,
        string advice = "Choose another place, or make room there"
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        ArgumentNullException.ThrowIfNull(format);
        _folder = Path.Combine(root, Sha256Hash.Of(description)[..16]);
        _format = format;
        try
        {
            Directory.CreateDirectory(_folder);
            AtomicFile.Write(Path.Combine(_folder, About), description + "\n");
            foreach (
                var file in Directory
                    .EnumerateFiles(_folder, "*.tmp")
                    .Where(f => DateTime.UtcNow - File.GetLastWriteTimeUtc(f) > Abandoned)
            )
                File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.NotWritten(_folder, e, advice);
        }
        Refresh();
    }

    /// <summary>Deletes all that caches have written below a folder, and the folder if nothing else is in it.</summary>
    internal static void DeleteFrom(string root)
    {
        foreach (var folder in Directory.GetDirectories(root).Where(f => File.Exists(Path.Combine(f, About))))
            Directory.Delete(folder, recursive: true);
        if (!Directory.EnumerateFileSystemEntries(root).Any())
            Directory.Delete(root);
    }

    /// <summary>Whether what was made of a recording is there.</summary>
    /// <param name="recording">SHA-256 of its file.</param>
    public bool Contains(string recording)
    {
        lock (_lock)
            return _entries.ContainsKey(recording) || _pending.ContainsKey(recording);
    }

    /// <summary>What was made of a recording.</summary>
    /// <exception cref="KeyNotFoundException">It is not there.</exception>
    public T Get(string recording)
    {
        lock (_lock)
            return _pending.TryGetValue(recording, out var pending) ? pending : _entries[recording].Get(recording);
    }

    /// <summary>
    /// Adds what was made of a recording; it is written with others, or at the next <see cref="Flush"/>.
    /// </summary>
    public void Add(string recording, T made)
    {
        lock (_lock)
        {
            _pending[recording] = made;
            if (_pending.Count >= RecordingsPerShard)
                Flush();
        }
    }

    /// <summary>Writes what was added, and finds what other processes have added.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (_pending.Count > 0)
            {
                var bytes = _format.Bytes(_pending);
                AtomicFile.Write(Path.Combine(_folder, Sha256Hash.Of(bytes) + _format.Extension), bytes);
            }
            _pending.Clear();
            Refresh();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shard in _shards)
            shard.Dispose();
    }

    private void Refresh()
    {
        foreach (var file in Directory.EnumerateFiles(_folder, "*" + _format.Extension).Order(StringComparer.Ordinal))
        {
            if (!_seen.Add(file))
                continue;
            if (Path.GetFileNameWithoutExtension(file) == Sha256Hash.OfFile(file))
            {
                _shards.Add(_format.Open(file));
                foreach (var recording in _shards[^1].Recordings)
                    _entries.TryAdd(recording, _shards[^1]);
            }
            else
                File.Delete(file); // damaged: its recordings are computed anew
        }
    }
}
