using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace Prosodia.Evaluation.FeatureStore;

/// <summary>Features in files of <see cref="FeatureShard"/>.</summary>
/// <param name="features">Numbers of a key segment.</param>
internal sealed class FeatureShardFormat(int features) : IShardFormat<KeyFeatures>
{
    public string Extension => ".arrows";

    public IShard<KeyFeatures> Open(string path) => new FeatureShard(path);

    public byte[] Bytes(IReadOnlyCollection<KeyValuePair<string, KeyFeatures>> entries)
    {
        var keys = entries.SelectMany(e => e.Value.Keys.Select(key => (Recording: e.Key, Key: key))).ToArray();
        var values = new ArrowBuffer.Builder<float>(keys.Length * features);
        foreach (var (_, entry) in entries)
            values.Append(entry.Values.Span);
        var list = new FixedSizeListType(new Field("item", FloatType.Default, nullable: false), features);
        var column = new FixedSizeListArray(
            list,
            keys.Length,
            new FloatArray(values.Build(), ArrowBuffer.Empty, keys.Length * features, 0, 0),
            ArrowBuffer.Empty
        );
        var batch = new RecordBatch.Builder()
            .Append(
                "recording",
                nullable: false,
                new StringArray.Builder().AppendRange(keys.Select(k => k.Recording)).Build()
            )
            .Append(
                "segment",
                nullable: false,
                new Int32Array.Builder().AppendRange(keys.Select(k => k.Key.Segment)).Build()
            )
            .Append(
                "cluster",
                nullable: false,
                new Int32Array.Builder().AppendRange(keys.Select(k => k.Key.Cluster)).Build()
            )
            .Append(
                "cluster_size",
                nullable: false,
                new Int32Array.Builder().AppendRange(keys.Select(k => k.Key.ClusterSize)).Build()
            )
            .Append(
                "squared_distance",
                nullable: false,
                new DoubleArray.Builder().AppendRange(keys.Select(k => k.Key.SquaredDistance)).Build()
            )
            .Append("features", nullable: false, column)
            .Build();
        var stream = new MemoryStream();
        using (var writer = new ArrowStreamWriter(stream, batch.Schema, leaveOpen: true))
        {
            writer.WriteRecordBatch(batch);
            writer.WriteEnd();
        }
        return stream.ToArray();
    }
}
