namespace Prosodia.Evaluation.FeatureStore;

/// <summary>What was made of some recordings, in a file.</summary>
internal interface IShard<out T> : IDisposable
{
    /// <summary>The recordings, by the SHA-256 of their files.</summary>
    IReadOnlyCollection<string> Recordings { get; }

    /// <summary>What was made of one of them.</summary>
    T Get(string recording);
}

/// <summary>How shards are written and read.</summary>
internal interface IShardFormat<T>
{
    /// <summary>The ending of their files.</summary>
    string Extension { get; }

    /// <summary>The bytes of a file.</summary>
    byte[] Bytes(IReadOnlyCollection<KeyValuePair<string, T>> entries);

    /// <summary>Opens a file of which all bytes are as they were written.</summary>
    IShard<T> Open(string path);
}
