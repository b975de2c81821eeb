using Parquet;
using Parquet.Schema;
using Prosodia.Evaluation.IO;

namespace Prosodia.Evaluation.FeatureStore;

/// <summary>
/// Low-level descriptors as a table: one row a frame with path, time in seconds and descriptors. <c>.csv</c> or
/// <c>.parquet</c>, a row group a recording.
/// </summary>
internal static class DescriptorTable
{
    private const double FrameSeconds = 0.01;

    /// <summary>The formats, by a file name's extension.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".csv", ".parquet"];

    /// <summary>Writes the table; the file appears complete or not at all.</summary>
    /// <param name="file">The file; its extension says the format.</param>
    /// <param name="corpus">The descriptors of each utterance, (frames, descriptors), row-major.</param>
    /// <param name="names">Of the descriptors.</param>
    /// <returns>The number of rows.</returns>
    public static int Write(string file, FeatureSet corpus, IReadOnlyList<string> names)
    {
        if (Path.GetExtension(file).Equals(".parquet", StringComparison.OrdinalIgnoreCase))
            OutputFile.Write(file, stream => WriteParquet(stream, corpus, names).GetAwaiter().GetResult());
        else
            CsvFile.Write(file, Rows(corpus, names.Count).Prepend(["path", "frameTime", .. names]));
        return corpus.Values.Sum(v => v[0].Length / names.Count);
    }

    private static IEnumerable<object?[]> Rows(FeatureSet corpus, int count) =>
        from recording in corpus.Utterances.Zip(corpus.Values)
        from frame in recording.Second[0].Chunk(count).Index()
        select (object?[])[recording.First.Name, Time(frame.Index), .. frame.Item.Select(v => (object)v)];

    private static double Time(int frame) => Math.Round(frame * FrameSeconds, 2);

    private static async Task WriteParquet(Stream stream, FeatureSet corpus, IReadOnlyList<string> names)
    {
        DataField<string> path = new("path", false);
        DataField<double> time = new("frameTime");
        DataField<float>[] fields = [.. names.Select(n => new DataField<float>(n))];
        await using var writer = await ParquetWriter
            .CreateAsync(new ParquetSchema([path, time, .. fields]), stream)
            .ConfigureAwait(false);
        foreach (var (utterance, values) in corpus.Utterances.Zip(corpus.Values))
        {
            var frames = values[0].Chunk(names.Count).ToArray();
            using var columns = writer.CreateRowGroup();
            await columns.WriteAsync(path, [.. Enumerable.Repeat(utterance.Name, frames.Length)]).ConfigureAwait(false);
            await columns
                .WriteAsync<double>(time, Enumerable.Range(0, frames.Length).Select(Time).ToArray())
                .ConfigureAwait(false);
            for (var d = 0; d < fields.Length; d++)
                await columns.WriteAsync<float>(fields[d], frames.Select(f => f[d]).ToArray()).ConfigureAwait(false);
            columns.CompleteValidate();
        }
    }
}
