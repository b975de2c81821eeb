using System.Security.Cryptography;
using System.Text;

namespace Prosodia.Features;

/// <summary>
/// Features by content: what they were made from is the name of the folder, and the hash of the recording the key within.
/// Several processes may read and fill a folder together; killed at any moment, one loses what it had not written yet and
/// leaves nothing broken behind. Thread-safe.
/// </summary>
public sealed class FeatureCache : IDisposable
{
    private const int RecordingsPerShard = 32;

    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1); // age of a file that nobody finishes any more

    private readonly string _folder;
    private readonly int _features;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = [];
    private readonly List<FeatureShard> _shards = [];
    private readonly Dictionary<string, FeatureShard> _entries = [];
    private readonly Dictionary<string, KeyFeatures> _pending = [];

    /// <summary>Opens the features of one kind.</summary>
    /// <param name="root">The folder of all features.</param>
    /// <param name="description">Everything that features depend on beside the recording.</param>
    /// <param name="features">Numbers of a key segment.</param>
    /// <exception cref="InputException">The folder cannot be written.</exception>
    public FeatureCache(string root, string description, int features)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        _folder = Path.Combine(root, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(description)))[..16]);
        _features = features;
        try
        {
            Directory.CreateDirectory(_folder);
            AtomicFile.Write(Path.Combine(_folder, "about.txt"), description + "\n");
            foreach (var file in Directory.EnumerateFiles(_folder, "*.tmp").Where(f => DateTime.UtcNow - File.GetLastWriteTimeUtc(f) > Abandoned)) File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(_folder, $"cannot keep features ({e.Message.TrimEnd('.')})", $"Make room there, choose another folder with {UserFolder.Variable}, or use --no-cache");
        }
        Refresh();
    }

    /// <summary>Whether the features of a recording are there.</summary>
    /// <param name="recording">SHA-256 of its file.</param>
    public bool Contains(string recording)
    {
        lock (_lock) return _entries.ContainsKey(recording) || _pending.ContainsKey(recording);
    }

    /// <summary>The features of a recording.</summary>
    /// <exception cref="KeyNotFoundException">They are not there.</exception>
    public KeyFeatures Get(string recording)
    {
        lock (_lock) return _pending.TryGetValue(recording, out var pending) ? pending : _entries[recording].Get(recording);
    }

    /// <summary>Adds the features of a recording; they are written with others, or at the next <see cref="Flush"/>.</summary>
    public void Add(string recording, KeyFeatures features)
    {
        lock (_lock)
        {
            _pending[recording] = features;
            if (_pending.Count >= RecordingsPerShard) Flush();
        }
    }

    /// <summary>Writes what was added, and finds what other processes have added.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (_pending.Count > 0) FeatureShard.Write(_folder, [.. _pending.Select(p => (p.Key, p.Value))], _features);
            _pending.Clear();
            Refresh();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shard in _shards) shard.Dispose();
    }

    private void Refresh()
    {
        foreach (var file in FeatureShard.Files(_folder).Order(StringComparer.Ordinal))
        {
            if (!_seen.Add(file)) continue;
            if (FeatureShard.Open(file) is { } shard)
            {
                _shards.Add(shard);
                foreach (var recording in shard.Rows.Keys) _entries.TryAdd(recording, shard);
            }
            else File.Delete(file); // damaged: its recordings are computed anew
        }
    }
}
