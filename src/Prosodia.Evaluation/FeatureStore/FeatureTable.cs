using System.Runtime.InteropServices;
using System.Text;
using Parquet;
using Parquet.Schema;
using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.FeatureStore;

/// <summary>
/// Features as a table that other programs read: one row a key segment with path, speaker, emotion, segment (window),
/// start in seconds, cluster, cluster size and features. <c>.parquet</c>: the features are a list of floats.
/// <c>.npy</c>: a structured array, which numpy maps into memory.
/// </summary>
internal static class FeatureTable
{
    private const int RowsPerGroup = 4096; // 16 MB of 1000 features

    /// <summary>The formats, by a file name's extension.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".parquet", ".npy"];

    /// <summary>
    /// Writes the table, utterances in the order of the manifest; the file appears complete or not at all.
    /// </summary>
    /// <param name="file">The file; its extension says the format.</param>
    /// <param name="corpus">The features.</param>
    /// <returns>The number of rows.</returns>
    public static int Write(string file, CorpusFeatures corpus)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        var rows = corpus.Utterances.SelectMany(u => Rows(u, corpus.Of(u)));
        var count = 0;
        OutputFile.Write(
            file,
            stream =>
                count = Path.GetExtension(file).Equals(".npy", StringComparison.OrdinalIgnoreCase)
                    ? WriteNumpy(stream, corpus, rows)
                    : WriteParquet(stream, rows).GetAwaiter().GetResult()
        );
        return count;
    }

    private sealed record Row(
        Utterance Utterance,
        int Segment,
        double Start,
        int Cluster,
        int ClusterSize,
        ReadOnlyMemory<float> Features
    );

    private static IEnumerable<Row> Rows(Utterance utterance, KeyFeatures features)
    {
        var each = features.Values.Length / features.Keys.Count;
        return features.Keys.Select(
            (key, i) =>
                new Row(
                    utterance,
                    key.Segment,
                    key.StartSeconds,
                    key.Cluster,
                    key.ClusterSize,
                    features.Values.Slice(i * each, each)
                )
        );
    }

    private static async Task<int> WriteParquet(Stream stream, IEnumerable<Row> rows)
    {
        DataField<string> path = new("path", false),
            speaker = new("speaker", false),
            emotion = new("emotion", false);
        DataField<int> segment = new("segment"),
            cluster = new("cluster"),
            clusterSize = new("cluster_size");
        var start = new DataField<double>("start_seconds");
        var features = new ListField("features", new DataField<float>("element", false));
        var count = 0;
        await using var writer = await ParquetWriter
            .CreateAsync(
                new ParquetSchema(path, speaker, emotion, segment, start, cluster, clusterSize, features),
                stream
            )
            .ConfigureAwait(false);
        foreach (var group in rows.Chunk(RowsPerGroup))
        {
            using var columns = writer.CreateRowGroup();
            await columns.WriteAsync(path, [.. group.Select(r => r.Utterance.Name)]).ConfigureAwait(false);
            await columns.WriteAsync(speaker, [.. group.Select(r => r.Utterance.Speaker)]).ConfigureAwait(false);
            await columns.WriteAsync(emotion, [.. group.Select(r => r.Utterance.Emotion)]).ConfigureAwait(false);
            await columns.WriteAsync<int>(segment, group.Select(r => r.Segment).ToArray()).ConfigureAwait(false);
            await columns.WriteAsync<double>(start, group.Select(r => r.Start).ToArray()).ConfigureAwait(false);
            await columns.WriteAsync<int>(cluster, group.Select(r => r.Cluster).ToArray()).ConfigureAwait(false);
            await columns
                .WriteAsync<int>(clusterSize, group.Select(r => r.ClusterSize).ToArray())
                .ConfigureAwait(false);
            float[] values = [.. group.SelectMany(r => MemoryMarshal.ToEnumerable(r.Features))];
            int[] repetition =
            [
                .. group.SelectMany(r => Enumerable.Range(0, r.Features.Length).Select(i => i == 0 ? 0 : 1)),
            ];
            var definition = new int[values.Length];
            Array.Fill(definition, ((DataField)features.Item).MaxDefinitionLevel);
            await columns
                .WriteAllPartsAsync<float>((DataField)features.Item, values, definition, repetition, default)
                .ConfigureAwait(false);
            columns.CompleteValidate();
            count += group.Length;
        }
        return count;
    }

    private static int WriteNumpy(Stream stream, CorpusFeatures corpus, IEnumerable<Row> rows)
    {
        int Longest(Func<Utterance, string> of) => Math.Max(1, corpus.Utterances.Max(u => of(u).Length));
        int path = Longest(u => u.Name),
            speaker = Longest(u => u.Speaker),
            emotion = Longest(u => u.Emotion);
        var count = corpus.Utterances.Sum(u => corpus.Of(u).Keys.Count);
        var features = rows.First().Features.Length;
        NumpyHeader.Write(
            stream,
            $"[('path', '<U{path}'), ('speaker', '<U{speaker}'), ('emotion', '<U{emotion}'), "
                + "('segment', '<i4'), ('start_seconds', '<f8'), "
                + $"('cluster', '<i4'), ('cluster_size', '<i4'), ('features', '<f4', ({features},))]",
            count
        );
        using var writer = new BinaryWriter(stream, Encoding.Latin1, leaveOpen: true);
        foreach (var row in rows)
        {
            Text(row.Utterance.Name, path);
            Text(row.Utterance.Speaker, speaker);
            Text(row.Utterance.Emotion, emotion);
            writer.Write(row.Segment);
            writer.Write(row.Start);
            writer.Write(row.Cluster);
            writer.Write(row.ClusterSize);
            writer.Write(MemoryMarshal.AsBytes(row.Features.Span));
        }
        return count;

        void Text(string text, int width)
        {
            var bytes = new byte[width * 4];
            Encoding.UTF32.GetBytes(text, bytes);
            writer.Write(bytes);
        }
    }
}
