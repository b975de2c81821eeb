using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Prosodia.KeySegments;

namespace Prosodia.Evaluation.FeatureStore;

/// <summary>
/// The features of some recordings as an Arrow stream, memory-mapped: one row a key segment, with columns recording
/// (the SHA-256 of its file), segment, cluster, cluster_size, squared_distance, features.
/// </summary>
internal sealed class FeatureShard : IShard<KeyFeatures>
{
    private readonly Dictionary<string, (int First, int Count)> _rows = [];
    private readonly MappedFile _file;
    private readonly RecordBatch _batch;

    public FeatureShard(string path)
    {
        _file = new MappedFile(path);
        using var reader = new ArrowStreamReader(_file.Memory);
        _batch = reader.ReadNextRecordBatch();
        var recordings = (StringArray)_batch.Column(0);
        for (var (row, first) = (1, 0); row <= recordings.Length; row++)
        {
            if (row < recordings.Length && recordings.GetString(row) == recordings.GetString(first))
                continue;
            _rows[recordings.GetString(first)] = (first, row - first);
            first = row;
        }
    }

    public IReadOnlyCollection<string> Recordings => _rows.Keys;

    /// <summary>The features of a recording, where they lie.</summary>
    public KeyFeatures Get(string recording)
    {
        var (first, count) = _rows[recording];
        T Column<T>(string name)
            where T : class => (T)(object)_batch.Column(name);
        Int32Array segment = Column<Int32Array>("segment"),
            cluster = Column<Int32Array>("cluster"),
            size = Column<Int32Array>("cluster_size");
        var distance = Column<DoubleArray>("squared_distance");
        var list = Column<FixedSizeListArray>("features");
        var features = ((FixedSizeListType)list.Data.DataType).ListSize;
        return new KeyFeatures(
            [
                .. Enumerable
                    .Range(first, count)
                    .Select(i => new KeySegment(
                        segment.GetValue(i)!.Value,
                        cluster.GetValue(i)!.Value,
                        size.GetValue(i)!.Value,
                        distance.GetValue(i)!.Value
                    )),
            ],
            ((FloatArray)list.Values).Values.Slice(first * features, count * features).ToArray()
        );
    }

    public void Dispose()
    {
        _batch.Dispose();
        ((IDisposable)_file).Dispose();
    }
}
