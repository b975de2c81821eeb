using Microsoft.Playwright;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Reports;
using Prosodia.Evaluation.Runs;
using Prosodia.KeySegments;
using Xunit;

namespace Prosodia.Tests.Reports;

/// <summary>Reports as a reader's browser shows them.</summary>
[Trait("Tier", "Slow")]
public sealed class ReportPageTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private static readonly string[] Classes =
    [
        "angry",
        "bored",
        "disgusted",
        "fearful",
        "happy",
        "neutral",
        "sad",
        "surprised",
    ];

    // Texts whose contrast is below WCAG's 4.5 to 1, on the nearest opaque background (translucent ones are blended).
    private const string HardToRead = """
        () => {
            const parse = c => (c.match(/[\d.]+/g) || []).map(Number);
            const linear = v => v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
            const luminance = c => 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
            const over = (under, [r, g, b, a = 1]) => [r, g, b].map((c, i) => c * a + under[i] * (1 - a));
            const background = e => {
                const layers = [];
                for (let at = e; at; at = at.parentElement) {
                    const c = parse(getComputedStyle(at).backgroundColor);
                    if ((c[3] ?? 1) > 0) layers.push(c);
                    if ((c[3] ?? 1) === 1 && c.length) break;
                }
                return layers.reverse().reduce(over, [255, 255, 255]);
            };
            const hasText = e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
            const shown = e => e.tagName !== "SCRIPT" && e.getClientRects().length;
            return [...document.querySelectorAll("body *")].filter(e => hasText(e) && shown(e)).map(e => {
                const [ink, paper] = [luminance(parse(getComputedStyle(e).color)), luminance(background(e))];
                return [(Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05), e.outerHTML.slice(0, 100)];
            }).filter(x => x[0] < 4.5).map(x => x[0].toFixed(2) + " " + x[1]);
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, int, ColorScheme> Pages() =>
        new MatrixTheoryData<string, int, ColorScheme>(
            ["report", "ablation", "reproduction", "tuning"],
            [375, 1440],
            [ColorScheme.Light, ColorScheme.Dark]
        );

    [Theory, MemberData(nameof(Pages))]
    public async Task A_page_is_whole_and_readable_and_complains_of_nothing(string name, int width, ColorScheme scheme)
    {
        var complaints = new List<string>();
        var page = await browser.Open(Write(name), width, scheme, complaints);
        Assert.Empty(await page.EvaluateAsync<string[]>(Browser.CutOff));
        Assert.Empty(await page.EvaluateAsync<string[]>(HardToRead));
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task A_click_on_a_heading_sorts_and_another_turns_the_order()
    {
        var page = await browser.Open(Write("report"), 1440, ColorScheme.Light, []);
        var table = page.Locator("table.sortable", new() { HasText = "validation speakers" });
        await table.GetByRole(AriaRole.Button, new() { Name = "test UA" }).ClickAsync();
        Task<string[]> Column() =>
            table
                .Locator("tbody tr td:nth-child(9)")
                .EvaluateAllAsync<string[]>("cells => cells.map(c => c.textContent)");
        var up = await Column();
        Assert.Equal(up.Order(StringComparer.Ordinal), up);
        await table.GetByRole(AriaRole.Button, new() { Name = "test UA" }).ClickAsync();
        Assert.Equal(up.Reverse(), await Column());
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string name)
    {
        var context = new RunContext(
            "./prosodia evaluate corpus.csv --out run",
            new DateOnly(2026, 1, 1),
            TimeSpan.FromMinutes(3),
            ["a.wav is empty. Remove it."]
        );
        var summary = new SeedSummary([Result(0.6)]);
        return name switch
        {
            "report" => RunFiles.Write(_folder.Path, Result(0.6), context),
            "ablation" => new Ablation([
                new("The method", summary, _folder["a"]),
                new("All segments", new SeedSummary([Result(0.7)]), _folder["b"]),
            ])
                .ToReport(_folder.Path)
                .Write(_folder.Path, name, context),
            "reproduction" => new Reproduction(
                [Row("speaker-dependent"), Row("speaker-independent"), Row("folds:six.csv")],
                1
            )
                .ToReport(_folder.Path)
                .Write(_folder.Path, name, context),
            _ => TuningReport
                .Of(
                    Result(0.6),
                    [
                        .. from fold in Enumerable.Range(0, 24)
                        from beta in new[] { 1, 1.5 }
                        select new TuningTrial($"{fold}", "beta", beta, 0.5 + fold * 0.01 * beta, 4),
                    ]
                )
                .ToReport()
                .Write(_folder.Path, name, context),
        };
    }

    private ReproducedRow Row(string protocol)
    {
        var result = Result(0.6);
        var utterance = new Utterance("a.wav", "1", "sad") { Details = [new("corpus", "RAVDESS")] };
        return new ReproducedRow(
            new Manifest("ravdess", [utterance], []),
            new SeedSummary([result with { Setup = result.Setup with { Protocol = protocol } }]),
            _folder[protocol]
        );
    }

    /// <summary>
    /// As large as RAVDESS: 24 speakers, eight classes, 1,440 recordings, of which those at the top of the mistakes are
    /// there.
    /// </summary>
    private EvaluationResult Result(double right)
    {
        WavWriter.Write(_folder["0.wav"], TestData.Sine(300, 16000, 48_000));
        var random = new Random(1);
        Prediction[] Predict(int speaker) =>
            [
                .. Enumerable
                    .Range(0, 60)
                    .Select(i =>
                    {
                        var (truth, other) = (Classes[i % 8], Classes[random.Next(8)]);
                        var predicted = random.NextDouble() < right ? truth : other;
                        return new Prediction(
                            i < 8
                                ? _folder["0.wav"] + (speaker * 60 + i == 0 ? "" : $"-{speaker}-{i}")
                                : _folder[$"a-rather-long-name-of-a-recording-{speaker}-{i}.wav"],
                            $"{speaker:00}",
                            truth,
                            predicted,
                            [.. Classes.Select(c => c == predicted ? 0.65 : 0.05)]
                        )
                        {
                            Groups = new Dictionary<string, string> { ["sex"] = speaker % 2 == 0 ? "male" : "female" },
                        };
                    }),
            ];
        FoldResult<Prediction>[] folds =
        [
            .. Enumerable
                .Range(0, 24)
                .Select(s => new FoldResult<Prediction>(
                    $"{s}",
                    ["1", "2"],
                    ["3"],
                    [$"{s:00}"],
                    1300,
                    5,
                    [.. Enumerable.Range(1, 40).Select(e => new LossPoint(e, 2.0 / e, e % 5 == 0 ? 2.5 / e : null))],
                    Predict(s),
                    Predict(s)
                )
                {
                    Chosen = new Dictionary<string, object> { ["beta"] = s % 2 == 0 ? 1.0 : 1.5 },
                }),
        ];
        var setup = new EvaluationSetup(
            "folds:ravdess-6fold.csv",
            "Each fold is the test once.",
            "ravdess",
            "compact",
            "resnet101-63fe2227 (sha256 0123456789abcdef0123456789abcdef)",
            "Weights were not pretrained.",
            1,
            new KeySegmentOptions(),
            null,
            new Dictionary<string, object> { ["beta"] = 1.0, ["normalise"] = true }
        );
        return new EvaluationResult(setup, Classes, folds) { SegmentsPerUtterance = 6 };
    }
}
