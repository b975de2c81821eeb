using System.Globalization;
using System.Text.Json;
using CsvHelper;
using Prosodia.Evaluation.Metrics;

namespace Prosodia.Evaluation.Runs;

/// <summary>An evaluation that was written to a folder, read again.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Date">When its results were written, UTC.</param>
/// <param name="Corpus">The manifest's name.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Protocol">The protocol's name.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Encoder">What made the features; or null.</param>
/// <param name="Note">What a reader must know about the figures; or null.</param>
/// <param name="Classes">The emotions.</param>
/// <param name="Pooled">The figures of all folds together.</param>
internal sealed record FinishedRun(
    string Folder,
    DateTime Date,
    string Corpus,
    string Model,
    string Protocol,
    int Seed,
    string? Encoder,
    string? Note,
    IReadOnlyList<string> Classes,
    ClassificationMetrics Pooled
)
{
    private const string Results = "results.json",
        PredictionTable = "predictions.csv";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>The evaluation in words.</summary>
    public string Title => $"{Corpus}, {Model}, {Protocol}, seed {Seed}{(Encoder is null ? "" : $", {Encoder}")}";

    /// <summary>Whether a folder holds a finished evaluation.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, Results));

    /// <summary>The folders below one that hold a finished evaluation.</summary>
    public static IEnumerable<string> Below(string folder) =>
        Directory
            .EnumerateFiles(folder, Results, SearchOption.AllDirectories)
            .Select(f => Path.GetDirectoryName(f)!)
            .Order(StringComparer.Ordinal);

    /// <summary>Reads what <c>results.json</c> says.</summary>
    /// <exception cref="InputException">The folder holds no finished evaluation.</exception>
    public static FinishedRun Read(string folder)
    {
        var file = Path.Combine(folder, Results);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            var root = json.RootElement;
            string Text(string name) => root.GetProperty(name).GetString()!;
            string? Perhaps(string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;
            return new FinishedRun(
                folder,
                File.GetLastWriteTimeUtc(file),
                Text("corpus"),
                Text("model"),
                Text("protocol"),
                root.GetProperty("seed").GetInt32(),
                Perhaps("encoder"),
                Perhaps("note"),
                [.. root.GetProperty("classes").EnumerateArray().Select(c => c.GetString()!)],
                root.GetProperty("pooled").Deserialize<ClassificationMetrics>(Json)
                    ?? throw new JsonException("it has no figures")
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(folder, "holds no finished evaluation", "Give a folder that evaluate has written");
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InputException(
                file,
                $"is no result of evaluate ({e.Message.Split('\n')[0].TrimEnd('.')})",
                "Run the evaluation again"
            );
        }
    }

    /// <summary>The test predictions, in the order in which they were written.</summary>
    /// <exception cref="InputException">The table is missing or damaged.</exception>
    public IReadOnlyList<Prediction> ReadPredictions()
    {
        var file = Path.Combine(Folder, PredictionTable);
        try
        {
            using var csv = new CsvReader(new StreamReader(file), CultureInfo.InvariantCulture);
            csv.Read();
            csv.ReadHeader();
            var predictions = new List<Prediction>();
            while (csv.Read())
                predictions.Add(
                    new Prediction(
                        csv.GetField("path")!,
                        csv.GetField("speaker")!,
                        csv.GetField("truth")!,
                        csv.GetField("predicted")!,
                        [.. Classes.Select(c => csv.GetField<double>("p_" + c))]
                    )
                );
            return predictions;
        }
        catch (Exception e) when (e is CsvHelperException or IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                file,
                $"cannot be read ({e.Message.Split('\n')[0].Trim().TrimEnd('.')})",
                "Run the evaluation again"
            );
        }
    }
}
