using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Runs;
using static System.FormattableString;

namespace Prosodia.Evaluation.Reports;

/// <summary>Numbers of a corpus under a protocol.</summary>
/// <param name="Corpus">The manifest's name.</param>
/// <param name="Protocol">The protocol's name.</param>
/// <param name="Runs">One result a seed.</param>
internal sealed record RegressionRow(string Corpus, string Protocol, IReadOnlyList<RegressionResult> Runs)
{
    /// <summary>The mean of the seeds' figures.</summary>
    public RegressionMetrics Mean(int target) =>
        RegressionMetrics.Mean([.. Runs.Select(r => r.Results[target].Pooled)]);
}

/// <summary>The paper's protocols with numbers instead of emotions; the paper has no figures of these.</summary>
/// <param name="Rows">The evaluations, corpora and protocols in the order of the table.</param>
/// <param name="Targets">The numbers.</param>
internal sealed record RegressionReproduction(IReadOnlyList<RegressionRow> Rows, IReadOnlyList<NumericTarget> Targets)
{
    /// <summary>The figures.</summary>
    public ResultTable Table =>
        new(
            $"{Rows[0].Runs[0].Setup.Model}, "
                + (
                    Rows[0].Runs.Count > 1
                        ? $"means of {Rows[0].Runs.Count} seeds"
                        : $"seed {Rows[0].Runs[0].Setup.Seed}"
                ),
            ["corpus", "protocol", "target", "tested", "CCC", "Pearson", "Spearman", "RMSE", "MAE"],
            [
                .. from row in Rows
                from target in Targets.Index()
                select (IReadOnlyList<object?>)
                    [
                        row.Corpus,
                        row.Protocol,
                        target.Item.Name,
                        row.Runs[0].Predictions.Count,
                        .. row.Mean(target.Index).All.Select(f => (object)f.Value),
                    ],
            ]
        );

    /// <summary>What was found, a sentence each.</summary>
    public IReadOnlyList<string> Findings =>
        [
            .. from corpus in Rows.GroupBy(r => r.Corpus)
            from target in Targets.Index()
            let dependent = corpus.First(r => r.Protocol == new SpeakerDependent().Name).Mean(target.Index).Ccc
            let independent = corpus
                .First(r => r.Protocol.StartsWith(SpeakerIndependent.PlainName, StringComparison.Ordinal))
                .Mean(target.Index)
                .Ccc
            select Invariant($"{corpus.Key}, {target.Item.Name}: CCC is {dependent:0.000} speaker-dependently and ")
                + Invariant($"{independent:0.000} speaker-independently."),
        ];

    /// <summary>What every reader must know, a sentence each.</summary>
    public IReadOnlyList<string> Notes => [.. Rows.Select(r => r.Runs[0].Setup.Note).OfType<string>().Distinct()];

    /// <summary>The report.</summary>
    public StudyReport ToReport() =>
        new(
            "The paper's protocols, with numbers",
            Findings,
            Notes,
            [Table],
            [
                .. from row in Rows
                from target in Targets.Index()
                select new StudyPlot(
                    $"{row.Corpus}, {row.Protocol}: {target.Item.Name}",
                    RegressionPlots.Scatter(row.Runs[0], target.Index)
                )
                {
                    IsWide = true,
                },
            ]
        );
}
