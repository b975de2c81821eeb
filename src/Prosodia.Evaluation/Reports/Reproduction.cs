using System.Globalization;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Runs;

namespace Prosodia.Evaluation.Reports;

/// <summary>A corpus under a protocol.</summary>
/// <param name="Corpus">The corpus.</param>
/// <param name="Summary">What came of it.</param>
/// <param name="Folder">Where its own report lies.</param>
internal sealed record ReproducedRow(Manifest Corpus, SeedSummary Summary, string Folder)
{
    /// <summary>Which published corpus it is; empty where the manifest doesn't tell.</summary>
    public string Published => Corpus.Utterances[0].Detail(Manifest.CorpusColumn);

    /// <summary>The protocol's name.</summary>
    public string Protocol => Summary.Setup.Protocol;
}

/// <summary>
/// The paper's table: accuracy, recall and F1 of each corpus under each protocol, beside what was published.
/// </summary>
/// <param name="Rows">The evaluations, corpora and protocols in the order of the table.</param>
/// <param name="Seeds">How many seeds each was run with.</param>
internal sealed record Reproduction(IReadOnlyList<ReproducedRow> Rows, int Seeds)
{
    /// <summary>The figures.</summary>
    public ResultTable Table =>
        new(
            $"Accuracy (WA), recall (UA) and macro F1 of {Rows[0].Summary.Setup.Model}, "
                + (Seeds > 1 ? $"means of {Seeds} seeds" : $"seed {Rows[0].Summary.Setup.Seed}"),
            [
                "corpus",
                "protocol",
                "classes",
                "tested",
                "accuracy (WA)",
                "recall (UA)",
                "95 % from",
                "to",
                "macro F1",
                .. Seeds > 1 ? ["deviation of UA"] : Array.Empty<string>(),
                "paper's accuracy",
            ],
            [
                .. Rows.Select(row =>
                    (IReadOnlyList<object?>)
                        [
                            row.Corpus.Name,
                            row.Protocol,
                            row.Summary.Runs[0].Classes.Count,
                            row.Summary.Runs[0].Predictions.Count,
                            row.Summary.Mean.Wa,
                            row.Summary.Mean.Ua,
                            row.Summary.UaInterval.Low,
                            row.Summary.UaInterval.High,
                            row.Summary.Mean.F1,
                            .. Seeds > 1 ? [row.Summary.Deviation.Ua] : Array.Empty<object?>(),
                            PublishedResults.Paper.FirstOrDefault(p => p.Corpus == row.Published)?.Value,
                        ]
                ),
            ]
        );

    /// <summary>What was found, a sentence each.</summary>
    public IReadOnlyList<string> Findings =>
        [
            .. from corpus in Rows.GroupBy(r => r.Corpus.Name)
            let dependent = corpus.First(r => r.Protocol == new SpeakerDependent().Name).Summary.Mean.Ua
            let independent = corpus
                .First(r => r.Protocol.StartsWith(SpeakerIndependent.PlainName, StringComparison.Ordinal))
                .Summary.Mean.Ua
            select string.Create(
                CultureInfo.InvariantCulture,
                $"{corpus.Key}: UA is {dependent:0.000} speaker-dependently and {independent:0.000} "
                    + $"speaker-independently, a gap of {100 * (dependent - independent):0.0} points."
            ),
        ];

    /// <summary>What every reader must know, a sentence each.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            string[] missing = [.. PublishedResults.Paper.Select(p => p.Corpus).Except(Rows.Select(r => r.Published))];
            return
            [
                .. missing.Length == 0 ? [] : new[] { $"Not given and so left out: {string.Join(", ", missing)}." },
                .. Rows.Select(r => r.Summary.Setup.Note).OfType<string>().Distinct(),
                $"The paper's accuracies: {PublishedResults.PaperSource}",
            ];
        }
    }

    /// <summary>The report.</summary>
    /// <param name="folder">Where it will lie: the reports of the evaluations are linked from there.</param>
    public StudyReport ToReport(string folder)
    {
        var table = Table with { Link = row => Link(folder, Rows[row]) };
        ResultTable[] tables = EmoBox() is { } emoBox ? [table, emoBox] : [table];
        return new StudyReport(
            "The paper's evaluation, reproduced",
            Findings,
            Notes,
            tables,
            [
                .. Rows.Select(r => new StudyPlot(
                    $"{r.Corpus.Name}, {r.Protocol}, seed {r.Summary.Setup.Seed}",
                    RunPlots.Confusion(r.Summary.Runs[0])
                )),
            ]
        );
    }

    private string Link(string folder, ReproducedRow row) =>
        Path.GetRelativePath(folder, Path.Combine(row.Folder, Seeds > 1 ? "seeds.html" : "report.html"))
            .Replace('\\', '/');

    /// <summary>EmoBox's figures beside those on the same folds; null where no such folds were evaluated.</summary>
    private ResultTable? EmoBox()
    {
        var same = Rows.Where(r =>
                r.Protocol.StartsWith("folds:", StringComparison.Ordinal)
                && PublishedResults.EmoBox.Any(p => p.Corpus == r.Published)
            )
            .ToArray();
        return same.Length == 0
            ? null
            : new ResultTable(
                $"Beside EmoBox, if these are its folds. {PublishedResults.EmoBoxSource}",
                ["corpus", "model", "UA"],
                [
                    .. same.Select(r =>
                        (IReadOnlyList<object?>)
                            [r.Corpus.Name, $"{r.Summary.Setup.Model} (ours, {r.Protocol})", r.Summary.Mean.Ua]
                    ),
                    .. PublishedResults.EmoBox.Select(p =>
                        (IReadOnlyList<object?>)[p.Corpus, $"{p.What} (EmoBox)", p.Value]
                    ),
                ]
            );
    }
}
