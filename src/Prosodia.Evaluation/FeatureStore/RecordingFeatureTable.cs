using System.Globalization;
using System.Runtime.InteropServices;
using Parquet;
using Parquet.Schema;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.IO;

namespace Prosodia.Evaluation.FeatureStore;

/// <summary>
/// Features of recordings as a table that other programs read: one row a recording with path, speaker, sex, emotion and
/// features. <c>.csv</c>, <c>.arff</c> (Weka), <c>.parquet</c> or <c>.npy</c> (the features alone); beside it a table
/// of the features' names, units and sources.
/// </summary>
internal static class RecordingFeatureTable
{
    private const int RowsPerGroup = 4096;

    /// <summary>The formats, by a file name's extension.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".csv", ".arff", ".parquet", ".npy"];

    /// <summary>Writes the table; the file appears complete or not at all.</summary>
    /// <param name="file">The file; its extension says the format.</param>
    /// <param name="corpus">The features of each utterance.</param>
    /// <param name="set">Which features they are.</param>
    /// <returns>The file with the names, units and sources.</returns>
    public static string Write(string file, FeatureSet corpus, RecordingFeatures set)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(corpus);
        switch (Path.GetExtension(file).ToLowerInvariant())
        {
            case ".parquet":
                OutputFile.Write(file, stream => WriteParquet(stream, corpus, set).GetAwaiter().GetResult());
                break;
            case ".npy":
                OutputFile.Write(file, stream => WriteNumpy(stream, corpus));
                break;
            case ".arff":
                OutputFile.Write(file, stream => WriteArff(stream, corpus, set));
                break;
            default:
                CsvFile.Write(file, Rows(corpus).Prepend([.. Columns(corpus), .. set.Features.Select(f => f.Name)]));
                break;
        }
        var about = AboutOf(file);
        CsvFile.Write(
            about,
            set.Features.Select(f => (object?[])[f.Name, f.Unit, f.Source]).Prepend(["feature", "unit", "source"])
        );
        return about;
    }

    /// <summary>The file with the names, units and sources that goes with a table.</summary>
    public static string AboutOf(string file) => Path.ChangeExtension(file, ".features.csv");

    private static IEnumerable<object?[]> Rows(FeatureSet corpus)
    {
        var parts = HasParts(corpus);
        return corpus.Utterances.Zip(
            corpus.Values,
            (u, values) =>
                (object?[])
                    [
                        u.Path,
                        u.Speaker,
                        u.Sex,
                        u.Emotion,
                        .. parts ? Manifest.PartOf(u) : [],
                        .. values[0].Select(f => (object)f),
                    ]
        );
    }

    /// <summary>Whether rows have the columns of parts of files.</summary>
    private static bool HasParts(FeatureSet corpus) => corpus.Utterances.Any(u => !u.Part.IsWhole);

    private static IEnumerable<string> Columns(FeatureSet corpus) =>
        [.. Manifest.FixedColumns, .. HasParts(corpus) ? Manifest.PartColumns : []];

    /// <summary>Source: Witten, Frank and Hall, Data Mining, 2011, section 2.4.</summary>
    private static void WriteArff(Stream stream, FeatureSet corpus, RecordingFeatures set)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        var parts = HasParts(corpus);
        writer.WriteLine($"@relation {set.Name}\n");
        foreach (var column in Manifest.FixedColumns.Take(3))
            writer.WriteLine($"@attribute {column} string");
        foreach (var name in Columns(corpus).Skip(4).Concat(set.Features.Select(f => f.Name)))
            writer.WriteLine($"@attribute {name} numeric");
        writer.WriteLine(
            $"@attribute emotion {{{string.Join(',', corpus.Utterances.Emotions().Select(Quoted))}}}\n\n@data"
        );
        foreach (var (u, values) in corpus.Utterances.Zip(corpus.Values))
            writer.WriteLine(
                string.Join(
                    ',',
                    [
                        Quoted(u.Path),
                        Quoted(u.Speaker),
                        Quoted(u.Sex),
                        .. parts ? Manifest.PartOf(u).Select(Number) : [],
                        .. values[0].Select(f => f.ToString(CultureInfo.InvariantCulture)),
                        Quoted(u.Emotion),
                    ]
                )
            );
    }

    /// <summary>(recordings, features) of float32.</summary>
    private static void WriteNumpy(Stream stream, FeatureSet corpus)
    {
        NumpyHeader.Write(stream, "'<f4'", corpus.Utterances.Count, corpus.Values[0][0].Length);
        foreach (var values in corpus.Values)
            stream.Write(MemoryMarshal.AsBytes(values[0].AsSpan()));
    }

    /// <summary>A number, or ARFF's mark of a missing one.</summary>
    private static string Number(object? value) =>
        value is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : "?";

    private static string Quoted(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private static async Task WriteParquet(Stream stream, FeatureSet corpus, RecordingFeatures set)
    {
        DataField<string>[] texts = [.. Manifest.FixedColumns.Select(c => new DataField<string>(c, false))];
        DataField<double?>[] times =
        [
            .. HasParts(corpus) ? Manifest.PartColumns.Select(c => new DataField<double?>(c)) : [],
        ];
        DataField<float>[] numbers = [.. set.Features.Select(f => new DataField<float>(f.Name))];
        await using var writer = await ParquetWriter
            .CreateAsync(new ParquetSchema([.. texts, .. times, .. numbers]), stream)
            .ConfigureAwait(false);
        foreach (var group in corpus.Utterances.Zip(corpus.Values).Chunk(RowsPerGroup))
        {
            using var columns = writer.CreateRowGroup();
            foreach (
                var (i, of) in new Func<Utterance, string>[]
                {
                    u => u.Path,
                    u => u.Speaker,
                    u => u.Sex,
                    u => u.Emotion,
                }.Index()
            )
                await columns.WriteAsync(texts[i], [.. group.Select(r => of(r.First))]).ConfigureAwait(false);
            for (var t = 0; t < times.Length; t++)
                await columns
                    .WriteAsync<double>(times[t], group.Select(r => (double?)Manifest.PartOf(r.First)[t]).ToArray())
                    .ConfigureAwait(false);
            for (var f = 0; f < numbers.Length; f++)
                await columns
                    .WriteAsync<float>(numbers[f], group.Select(r => r.Second[0][f]).ToArray())
                    .ConfigureAwait(false);
            columns.CompleteValidate();
        }
    }
}
