using System.Globalization;
using Prosodia.Reporting;

namespace Prosodia.Evaluation.Reports;

/// <summary>A picture of a report.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Png">The picture.</param>
internal sealed record StudyPlot(string Title, byte[] Png)
{
    /// <summary>Whether it takes the width of the page.</summary>
    public bool IsWide { get; init; }
}

/// <summary>
/// The report of several evaluations that belong together: tables, pictures, and what follows from them.
/// </summary>
/// <param name="Title">The heading.</param>
/// <param name="Findings">What was found, a sentence each.</param>
/// <param name="Notes">What every reader must know, a sentence each.</param>
/// <param name="Tables">The figures.</param>
/// <param name="Pictures">The pictures.</param>
internal sealed record StudyReport(
    string Title,
    IReadOnlyList<string> Findings,
    IReadOnlyList<string> Notes,
    IReadOnlyList<ResultTable> Tables,
    IReadOnlyList<StudyPlot> Pictures
)
{
    /// <summary>
    /// Long tables, which the page has after the pictures. They are the first of the CSV files, since programs read
    /// them.
    /// </summary>
    public IReadOnlyList<ResultTable> Appendix { get; init; } = [];

    /// <summary>
    /// Writes <c>NAME.html</c>, <c>NAME.tex</c> and a CSV file a table (<c>NAME.csv</c>, <c>NAME-2.csv</c>, ...); gives
    /// the page's path.
    /// </summary>
    /// <param name="folder">Where to.</param>
    /// <param name="name">NAME.</param>
    /// <param name="context">How it was run.</param>
    public string Write(string folder, string name, RunContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        foreach (var (i, table) in Appendix.Concat(Tables).Index())
            table.WriteCsv(Path.Combine(folder, i == 0 ? $"{name}.csv" : $"{name}-{i + 1}.csv"));
        OutputFile.Write(
            Path.Combine(folder, $"{name}.tex"),
            string.Join('\n', Tables.Concat(Appendix).Select(t => t.ToLatex()))
        );
        var page = Path.Combine(folder, $"{name}.html");
        OutputFile.Write(page, ToHtml(context));
        return page;
    }

    private string ToHtml(RunContext context) =>
        HtmlPage.Of(
            Title,
            HtmlPage.Render(
                typeof(StudyReport),
                "study",
                new
                {
                    Title,
                    Date = context.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                    Findings,
                    Notes,
                    Tables = Tables.Select(t => t.ToHtml()),
                    Appendix = Appendix.Select(t => t.ToHtml()),
                    Pictures = Pictures.Select(p => new
                    {
                        p.Title,
                        p.IsWide,
                        Source = HtmlPage.DataUri(p.Png),
                    }),
                    Context = context.ToHtml(),
                }
            )
        );
}
