using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Prosodia.Evaluation.Reports;
using Prosodia.Recognition;

namespace Prosodia.Evaluation.Stress;

/// <summary>A point of a curve.</summary>
/// <param name="Family">The way in which recordings are degraded.</param>
/// <param name="Strength">How much.</param>
/// <param name="Unit">Of the strength.</param>
/// <param name="Unchanged">The share of answers that are as on clean recordings.</param>
/// <param name="Answered">The share that the model is sure of.</param>
/// <param name="Confidence">The mean confidence.</param>
/// <param name="Ua">UA.</param>
internal sealed record StressCurvePoint(
    string Family,
    double Strength,
    string Unit,
    double Unchanged,
    double Answered,
    double? Confidence,
    double? Ua
);

/// <summary>The error of a model that answers only the most confident share of its inputs.</summary>
/// <param name="Input">The inputs.</param>
/// <param name="Answered">The share that is answered.</param>
/// <param name="Error">The share of wrong answers among these; an answer where nobody speaks is wrong.</param>
internal sealed record StressRisk(string Input, double Answered, double Error);

/// <summary>What a stress run found.</summary>
/// <param name="Model">The model.</param>
/// <param name="Data">The recordings.</param>
/// <param name="Recordings">How many of them could be used.</param>
/// <param name="Labeled">How many of these have a label that the model knows.</param>
/// <param name="Speakers">How many speakers these have.</param>
/// <param name="Emotions">The classes.</param>
/// <param name="Seed">The seed.</param>
/// <param name="CleanUa">UA on clean recordings.</param>
/// <param name="Tests">The tests.</param>
/// <param name="Curve">What comes of each condition.</param>
/// <param name="Risk">Error against share answered.</param>
/// <param name="Skipped">Conditions that could not be made, and why.</param>
internal sealed record StressResult(
    string Model,
    string Data,
    int Recordings,
    int Labeled,
    int Speakers,
    IReadOnlyList<string> Emotions,
    int Seed,
    double? CleanUa,
    IReadOnlyList<StressTest> Tests,
    IReadOnlyList<StressCurvePoint> Curve,
    IReadOnlyList<StressRisk> Risk,
    IReadOnlyList<string> Skipped
)
{
    /// <summary>What its files are called.</summary>
    public const string FileName = "stress";

    private const int Tables = 5;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The result of tests.</summary>
    public static StressResult Of(string model, string name, StressData data, IReadOnlyList<string> skipped)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new StressResult(
            model,
            name,
            data.Recordings.Count,
            data.LabeledRecordings.Count,
            data.Recordings.Select(r => r.Utterance.Speaker).Where(s => s.Length > 0).Distinct().Count(),
            data.Emotions,
            data.Seed,
            data.CleanUa,
            new StressTests(data).Run(),
            [
                .. data.Curve.Select(p => new StressCurvePoint(
                    p.Condition.Family,
                    p.Condition.Strength,
                    p.Condition.Unit,
                    p.Unchanged,
                    p.Answered,
                    p.Confidence,
                    p.Ua
                )),
            ],
            data.Risk(),
            skipped
        );
    }

    /// <summary>Reads the result in a folder that <c>stress</c> wrote.</summary>
    /// <exception cref="InputException">There is none, or it is damaged.</exception>
    public static StressResult Read(string folder)
    {
        var file = Directory.Exists(folder) ? Path.Combine(folder, $"{FileName}.json") : folder;
        if (!File.Exists(file))
            throw new InputException(folder, "holds no finished stress run", "Run stress first, or again if it failed");
        OutputGuard.Reads(file);
        try
        {
            return
                JsonSerializer.Deserialize<StressResult>(TextFile.Read(file), Json)
                    is { Tests: not null, Curve: not null, Risk: not null, Emotions: not null, Model: not null } result
                ? result
                : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new InputException(file, "is no result of a stress run", "Give the folder that stress wrote");
        }
    }

    /// <summary>The files of a result.</summary>
    public static string[] FilesIn(string folder) =>
        [Path.Combine(folder, $"{FileName}.json"), .. StudyReport.Files(folder, FileName, Tables)];

    /// <summary>How many tests pass of those that could be measured.</summary>
    public (int Passed, int Of) Count(string? group = null)
    {
        var measured = Tests.Where(t => t.Passes is not null && (group is null || t.Group == group)).ToArray();
        return (measured.Count(t => t.Passes == true), measured.Length);
    }

    /// <summary>What a model's card says of it.</summary>
    public StressFigures ToCard() =>
        new(
            Data,
            Recordings,
            Speakers,
            Seed,
            Tests
                .Select(t => t.Group)
                .Distinct()
                .ToDictionary(g => g, g => Count(g) is var (passed, of) ? new[] { passed, of } : []),
            [
                .. Tests
                    .Where(t => t.Passes == false)
                    .Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Name}: {t.Metric} {t.Value:0.000}")),
            ]
        );

    /// <summary>Passed tests by group.</summary>
    public ResultTable Summary() =>
        new(
            "Tests passed",
            ["tests", "passed", "of", "share"],
            [
                .. new[]
                {
                    StressTest.Correctness,
                    StressTest.Fairness,
                    StressTest.Robustness,
                    StressTest.Uncertainty,
                }.Select(group =>
                {
                    var (passed, of) = Count(group);
                    return (IReadOnlyList<object?>)[group, passed, of, of == 0 ? null : (double)passed / of];
                }),
            ]
        );

    /// <summary>A row a test, failed ones first where asked for.</summary>
    public ResultTable Table(string title, Func<StressTest, bool> which) =>
        new(
            title,
            ["group", "test", "outcome", "metric", "value", "demanded", "detail", "threshold from"],
            [
                .. Tests
                    .Where(which)
                    .Select(t =>
                        (IReadOnlyList<object?>)
                            [t.Group, t.Name, t.Outcome, t.Metric, t.Value, t.Demand, t.Detail, t.Source]
                    ),
            ]
        );

    /// <summary>All of it for programs; the same recordings, model, seed and machine give the same bytes.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json) + "\n";

    /// <summary>Writes <c>stress.html</c>, <c>stress.json</c> and <c>stress.csv</c>; gives the page's path.</summary>
    public string Write(string folder, RunContext context)
    {
        OutputFile.Write(Path.Combine(folder, $"{FileName}.json"), ToJson());
        return ToReport().Write(folder, FileName, context);
    }

    /// <summary>What was found, a sentence each.</summary>
    public IReadOnlyList<string> Findings()
    {
        var (passed, of) = Count();
        return
        [
            $"{Model} on {Data}: {passed} of {of} tests passed. {Recordings} recordings of {Speakers} speakers, "
                + $"{Labeled} of them labeled with an emotion that it knows"
                + (
                    CleanUa is { } ua
                        ? string.Create(CultureInfo.InvariantCulture, $"; UA on them as they are {ua:0.000}.")
                        : "."
                ),
        ];
    }

    private StudyReport ToReport() =>
        new(
            $"{Model} under stress",
            Findings(),
            [.. Skipped],
            [Summary(), Table("Failed tests", t => t.Passes == false)],
            [
                new StudyPlot(
                    "UA (dashed: of clean recordings), share of unchanged answers and mean confidence, by condition",
                    StressPlot.Of(this)
                )
                {
                    IsWide = true,
                },
                new StudyPlot("Error against share answered", StressPlot.OfRisk(this)),
            ]
        )
        {
            Appendix =
            [
                Table("All tests", _ => true),
                new ResultTable(
                    "Error against share answered",
                    ["input", "answered", "error"],
                    [.. Risk.Select(r => (IReadOnlyList<object?>)[r.Input, r.Answered, r.Error])]
                ),
                new ResultTable(
                    "Curves",
                    ["condition", "strength", "unit", "unchanged", "answered", "confidence", "UA"],
                    [
                        .. Curve.Select(p =>
                            (IReadOnlyList<object?>)
                                [
                                    p.Family,
                                    p.Strength.ToString("0.###", CultureInfo.InvariantCulture),
                                    p.Unit,
                                    p.Unchanged,
                                    p.Answered,
                                    p.Confidence,
                                    p.Ua,
                                ]
                        ),
                    ]
                ),
            ],
        };
}
