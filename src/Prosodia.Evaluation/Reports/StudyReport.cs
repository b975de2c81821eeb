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
        ResultTable[] tables = [.. Appendix, .. Tables];
        if (Files(folder, name, tables.Length) is not [var page, var tex, .. var csv])
            throw new InvalidOperationException("a report has a page and its tables");
        foreach (var (file, table) in csv.Zip(tables))
            table.WriteCsv(file);
        OutputFile.Write(tex, string.Join('\n', Tables.Concat(Appendix).Select(t => t.ToLatex())));
        OutputFile.Write(page, ToHtml(context));
        return page;
    }

    /// <summary>The files of a report: the page, LaTeX, and the CSV file of each table.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="name">NAME.</param>
    /// <param name="tables">How many tables it has.</param>
    public static string[] Files(string folder, string name, int tables) =>
        [
            Path.Combine(folder, $"{name}.html"),
            Path.Combine(folder, $"{name}.tex"),
            .. Enumerable
                .Range(1, tables)
                .Select(t => Path.Combine(folder, t == 1 ? $"{name}.csv" : $"{name}-{t}.csv")),
        ];

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
