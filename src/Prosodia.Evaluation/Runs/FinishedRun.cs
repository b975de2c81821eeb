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
/// <param name="Classes">The emotions; empty where numbers were predicted.</param>
/// <param name="Pooled">The figures of all folds together; null where numbers were predicted.</param>
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
    ClassificationMetrics? Pooled
)
{
    /// <summary>Where numbers were predicted, the figures of each target.</summary>
    public IReadOnlyList<(string Target, RegressionMetrics Figures)> Targets { get; private init; } = [];

    /// <summary>The divergence from the votes of raters, in bits; null where there are none.</summary>
    public double? Jsd { get; private init; }

    /// <summary>The mean concordance of the targets; null where classes were predicted.</summary>
    public double? Ccc => Targets.Count == 0 ? null : Targets.Average(t => t.Figures.Ccc);

    private const string Results = "results.json",
        PredictionTable = "predictions.csv";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>What sets it apart from others of the model: targets, votes, adaptation; empty for nothing.</summary>
    public string Variant { get; private init; } = "";

    /// <summary>The evaluation in words.</summary>
    public string Title =>
        $"{Corpus}, {Model}{(Variant.Length > 0 ? $", {Variant}" : "")}, {Protocol}, seed {Seed}"
        + (Encoder is null ? "" : $", {Encoder}");

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
            var numbers = root.TryGetProperty("targets", out var targets);
            return new FinishedRun(
                folder,
                File.GetLastWriteTimeUtc(file),
                Text("corpus"),
                Text("model"),
                Text("protocol"),
                root.GetProperty("seed").GetInt32(),
                Perhaps("encoder"),
                Perhaps("note"),
                numbers ? [] : [.. root.GetProperty("classes").EnumerateArray().Select(c => c.GetString()!)],
                numbers ? null : Figures<ClassificationMetrics>(root)
            )
            {
                Targets = numbers
                    ?
                    [
                        .. targets
                            .EnumerateArray()
                            .Select(t => (t.GetProperty("name").GetString()!, Figures<RegressionMetrics>(t))),
                    ]
                    : [],
                Variant = root.TryGetProperty("settings", out var settings)
                    ? EvaluationSetup.VariantOf(name =>
                        settings.TryGetProperty(name, out var value) ? value.ToString() : null
                    )
                    : "",
                Jsd = root.TryGetProperty("votes", out var votes) ? votes.GetProperty("jsd").GetDouble() : null,
            };
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

    /// <summary>
    /// The test predictions, in the order in which they were written; those of recordings without a label are left out.
    /// </summary>
    /// <exception cref="InputException">The table is missing or damaged.</exception>
    public IReadOnlyList<Prediction> ReadPredictions() =>
        [
            .. Rows(csv => new Prediction(
                    csv.GetField("path")!,
                    csv.GetField("speaker")!,
                    csv.GetField("truth")!,
                    csv.GetField("predicted")!,
                    Numbers(csv, "p_")
                ))
                .Where(p => p.Truth.Length > 0),
        ];

    /// <summary>
    /// Of each test recording its path, its speaker, its votes as text, and the divergence from them, in bits.
    /// </summary>
    /// <exception cref="InputException">The table is missing or damaged.</exception>
    public IReadOnlyList<(string Path, string Speaker, string Votes, double Jsd)> ReadDivergences() =>
        Rows(csv =>
            (
                csv.GetField("path")!,
                csv.GetField("speaker")!,
                string.Join(' ', Numbers(csv, "v_")),
                VoteMetrics.JensenShannon(Numbers(csv, "v_"), Numbers(csv, "d_"))
            )
        );

    /// <summary>Of each test recording its path, its speaker, and the truth and prediction of a target.</summary>
    /// <exception cref="InputException">The table is missing or damaged.</exception>
    public IReadOnlyList<(string Path, string Speaker, double Truth, double Predicted)> ReadValues(string target) =>
        Rows(csv =>
            (
                csv.GetField("path")!,
                csv.GetField("speaker")!,
                csv.GetField<double>(target),
                csv.GetField<double>(target + "_predicted")
            )
        );

    private double[] Numbers(CsvReader csv, string prefix) =>
        [.. Classes.Select(c => csv.GetField<double>(prefix + c))];

    private List<T> Rows<T>(Func<CsvReader, T> of)
    {
        var file = Path.Combine(Folder, PredictionTable);
        try
        {
            using var csv = new CsvReader(new StreamReader(file), CultureInfo.InvariantCulture);
            csv.Read();
            csv.ReadHeader();
            var rows = new List<T>();
            while (csv.Read())
                rows.Add(of(csv));
            return rows;
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

    private static T Figures<T>(JsonElement of) =>
        of.GetProperty("pooled").Deserialize<T>(Json) ?? throw new JsonException("it has no figures");
}
