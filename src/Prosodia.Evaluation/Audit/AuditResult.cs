using System.Text.Json;
using System.Text.Json.Serialization;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Reports;

namespace Prosodia.Evaluation.Audit;

/// <summary>What an audit of splits found.</summary>
/// <param name="Splits">The splits.</param>
/// <param name="Sounds">What was measured of their recordings.</param>
/// <param name="Findings">What was found, in the order of the splits.</param>
internal sealed record AuditResult(
    IReadOnlyList<AuditedSplit> Splits,
    AuditedSounds Sounds,
    IReadOnlyList<AuditFinding> Findings
)
{
    private const int MostItems = 200, // of a finding, on the page
        FewItems = 3; // in a table

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Audits splits.</summary>
    /// <param name="splits">The splits.</param>
    /// <param name="sounds">What was measured of their recordings.</param>
    /// <param name="seed">Shuffles labels.</param>
    public static AuditResult Of(IReadOnlyList<AuditedSplit> splits, AuditedSounds sounds, int seed)
    {
        ArgumentNullException.ThrowIfNull(splits);
        return new AuditResult(splits, sounds, [.. splits.SelectMany(s => new SplitAudit(s, sounds, seed).Run())]);
    }

    /// <summary>Whether a part knows something of another one.</summary>
    public bool Leaks => Findings.Any(f => f.Severity == AuditSeverity.Leak);

    /// <summary>The findings, worst first.</summary>
    public ResultTable Table =>
        new(
            "Findings",
            ["severity", "split", "check", "finding", "for example"],
            [
                .. Findings
                    .OrderByDescending(f => f.Severity)
                    .Select(f =>
                        (IReadOnlyList<object?>)
                            [
                                f.Severity.ToString().ToLowerInvariant(),
                                f.Split,
                                f.Check,
                                f.Summary,
                                string.Join(", ", f.Items.Take(FewItems)) + (f.Items.Count > FewItems ? ", ..." : ""),
                            ]
                    ),
            ]
        );

    /// <summary>The findings without their examples, which the page has below.</summary>
    private ResultTable Summarized =>
        Table with
        {
            Title = "What was found",
            Columns = [.. Table.Columns.SkipLast(1)],
            Rows = [.. Table.Rows.Select(r => (IReadOnlyList<object?>)[.. r.SkipLast(1)])],
        };

    /// <summary>The parts of each split.</summary>
    public ResultTable Parts =>
        new(
            "Parts",
            ["split", "part", "recordings", "speakers", "sentences", "minutes", "recordings a class"],
            [
                .. Splits.SelectMany(s =>
                    s.Parts.Select(part =>
                    {
                        Utterance[] of = [.. s.Of(part)];
                        double[] seconds =
                        [
                            .. of.Where(u => Sounds.Checks.ContainsKey(u.Name))
                                .Select(u => Sounds.Checks[u.Name].Seconds),
                        ];
                        return (IReadOnlyList<object?>)
                            [
                                s.Name,
                                part,
                                of.Length,
                                Distinct(of.Select(SplitAudit.SpeakerOf)),
                                Distinct(of.Select(u => u.Detail(Manifest.TextColumn))),
                                seconds.Length == 0 ? null : (int)Math.Round(seconds.Sum() / 60),
                                string.Join(
                                    ", ",
                                    of.GroupBy(u => u.Emotion)
                                        .OrderBy(g => g.Key, StringComparer.Ordinal)
                                        .Select(g => $"{(g.Key.Length == 0 ? "unlabeled" : g.Key)} {g.Count()}")
                                ),
                            ];
                    })
                ),
            ]
        );

    /// <summary>The page, and a table of all items.</summary>
    public StudyReport ToReport() =>
        new(
            "Audit of " + (Splits.Count == 1 ? Splits[0].Name : $"{Splits.Count} splits"),
            [Summary],
            Sounds.Checks.Count == 0
                ? ["No recording was read: speakers, sentences and paths are compared, sounds are not."]
                : [],
            [Summarized, Parts],
            [new StudyPlot("Recordings of each class", AuditPlot.Of(Splits)) { IsWide = true }]
        )
        {
            Appendix =
            [
                Table,
                .. Findings
                    .Where(f => f.Items.Count > 0)
                    .Select(f => new ResultTable(
                        $"{f.Split}, {f.Check}"
                            + (f.Items.Count > MostItems ? $": the first {MostItems} of {f.Items.Count}" : ""),
                        [f.Check],
                        [.. f.Items.Take(MostItems).Select(i => (IReadOnlyList<object?>)[i])]
                    )),
            ],
        };

    /// <summary>The files that are always written.</summary>
    public static string[] FilesIn(string folder) =>
        [Path.Combine(folder, "audit.json"), .. StudyReport.Files(folder, "audit", tables: 1)];

    /// <summary>What was found, in a sentence.</summary>
    public string Summary
    {
        get
        {
            string[] leaking =
            [
                .. Findings.Where(f => f.Severity == AuditSeverity.Leak).Select(f => f.Split).Distinct(),
            ];
            return (
                    leaking.Length == 0
                        ? $"No leak found in {Splits.Count} split(s)"
                        : $"{leaking.Length} of {Splits.Count} split(s) leak: {string.Join("; ", leaking)}"
                ) + (Sounds.Checks.Count == 0 ? "; no recording was read, so sounds were not compared." : ".");
        }
    }

    /// <summary>All of it for programs; the same recordings and seed give the same bytes.</summary>
    public string ToJson() =>
        JsonSerializer.Serialize(
            new
            {
                Splits = Splits.Select(s => new
                {
                    s.Name,
                    Recordings = s.Rows.Count,
                    Read = s.Rows.Count(r => Sounds.Checks.ContainsKey(r.Utterance.Name)),
                    Leaks = Findings.Any(f => f.Split == s.Name && f.Severity == AuditSeverity.Leak),
                    Parts = s.Parts.Select(part =>
                    {
                        Utterance[] of = [.. s.Of(part)];
                        return new
                        {
                            Name = part,
                            Recordings = of.Length,
                            Speakers = Distinct(of.Select(SplitAudit.SpeakerOf)),
                            Sentences = Distinct(of.Select(SplitAudit.SentenceOf)),
                            Classes = new SortedDictionary<string, int>(
                                of.CountBy(u => u.Emotion).ToDictionary(),
                                StringComparer.Ordinal
                            ),
                        };
                    }),
                }),
                Findings,
            },
            Json
        ) + "\n";

    private static int? Distinct(IEnumerable<string> names) =>
        names.Where(n => n.Length > 0).Distinct().Count() is > 0 and var count ? count : null;
}
