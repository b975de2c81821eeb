using System.Security.Cryptography;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Prosodia.KeySegments;

namespace Prosodia.Features;

/// <summary>
/// The features of some recordings as an Arrow stream, memory-mapped: one row a key segment, with columns recording (the
/// SHA-256 of its file), segment, cluster, cluster_size, squared_distance, features. A shard's name is the SHA-256 of its
/// bytes, so a broken one is known for what it is.
/// </summary>
internal sealed class FeatureShard : IDisposable
{
    private const string Extension = ".arrows";

    private readonly MappedFile _file;
    private readonly RecordBatch _batch;

    private FeatureShard(string path)
    {
        _file = new MappedFile(path);
        using var reader = new ArrowStreamReader(_file.Memory);
        _batch = reader.ReadNextRecordBatch();
        var recordings = (StringArray)_batch.Column(0);
        for (var (row, first) = (1, 0); row <= recordings.Length; row++)
        {
            if (row < recordings.Length && recordings.GetString(row) == recordings.GetString(first)) continue;
            Rows[recordings.GetString(first)] = (first, row - first);
            first = row;
        }
    }

    /// <summary>Where the rows of a recording are, by the SHA-256 of its file.</summary>
    public Dictionary<string, (int First, int Count)> Rows { get; } = [];

    /// <summary>The files of all shards in a folder.</summary>
    public static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*" + Extension);

    /// <summary>Opens a shard; null where its bytes are not those that were written.</summary>
    public static FeatureShard? Open(string path) => Path.GetFileNameWithoutExtension(path) == FileHash.Sha256(path) ? new FeatureShard(path) : null;

    /// <summary>Writes a shard; it appears complete or not at all. Gives its file.</summary>
    public static string Write(string folder, IReadOnlyCollection<(string Recording, KeyFeatures Features)> entries, int features)
    {
        var keys = entries.SelectMany(e => e.Features.Keys.Select(key => (e.Recording, Key: key))).ToArray();
        var values = new ArrowBuffer.Builder<float>(keys.Length * features);
        foreach (var (_, entry) in entries) values.Append(entry.Values.Span);
        var list = new FixedSizeListType(new Field("item", FloatType.Default, nullable: false), features);
        var column = new FixedSizeListArray(list, keys.Length, new FloatArray(values.Build(), ArrowBuffer.Empty, keys.Length * features, 0, 0), ArrowBuffer.Empty);
        var batch = new RecordBatch.Builder()
            .Append("recording", nullable: false, new StringArray.Builder().AppendRange(keys.Select(k => k.Recording)).Build())
            .Append("segment", nullable: false, new Int32Array.Builder().AppendRange(keys.Select(k => k.Key.Segment)).Build())
            .Append("cluster", nullable: false, new Int32Array.Builder().AppendRange(keys.Select(k => k.Key.Cluster)).Build())
            .Append("cluster_size", nullable: false, new Int32Array.Builder().AppendRange(keys.Select(k => k.Key.ClusterSize)).Build())
            .Append("squared_distance", nullable: false, new DoubleArray.Builder().AppendRange(keys.Select(k => k.Key.SquaredDistance)).Build())
            .Append("features", nullable: false, column)
            .Build();
        var stream = new MemoryStream();
        using (var writer = new ArrowStreamWriter(stream, batch.Schema, leaveOpen: true))
        {
            writer.WriteRecordBatch(batch);
            writer.WriteEnd();
        }
        var bytes = stream.ToArray();
        var file = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(bytes)) + Extension);
        AtomicFile.Write(file, bytes);
        return file;
    }

    /// <summary>The features of a recording, where they lie.</summary>
    public KeyFeatures Get(string recording)
    {
        var (first, count) = Rows[recording];
        T Column<T>(string name) where T : class => (T)(object)_batch.Column(name);
        Int32Array segment = Column<Int32Array>("segment"), cluster = Column<Int32Array>("cluster"), size = Column<Int32Array>("cluster_size");
        var distance = Column<DoubleArray>("squared_distance");
        var list = Column<FixedSizeListArray>("features");
        var features = ((FixedSizeListType)list.Data.DataType).ListSize;
        return new KeyFeatures(
            [.. Enumerable.Range(first, count).Select(i => new KeySegment(segment.GetValue(i)!.Value, cluster.GetValue(i)!.Value, size.GetValue(i)!.Value, distance.GetValue(i)!.Value))],
            ((FloatArray)list.Values).Values.Slice(first * features, count * features).ToArray());
    }

    public void Dispose()
    {
        _batch.Dispose();
        ((IDisposable)_file).Dispose();
    }
}
