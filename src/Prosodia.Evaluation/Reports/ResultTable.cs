using System.Globalization;
using System.Text;
using Prosodia.Evaluation.IO;
using Prosodia.Reporting;

namespace Prosodia.Evaluation.Reports;

/// <summary>A table of figures that is written as HTML, LaTeX (package booktabs) and CSV.</summary>
/// <param name="Title">What it shows; a comment in LaTeX.</param>
/// <param name="Columns">The headings.</param>
/// <param name="Rows">The cells: texts, whole numbers, fractions (shown with three decimals), null where there is
/// nothing.</param>
internal sealed record ResultTable(
    string Title,
    IReadOnlyList<string> Columns,
    IReadOnlyList<IReadOnlyList<object?>> Rows
)
{
    private const int LongCell = 40; // characters, beyond which a page breaks lines

    /// <summary>Where the first cell of a row leads in HTML; null for nowhere.</summary>
    public Func<int, string?> Link { get; init; } = _ => null;

    /// <summary>A cell as people read it.</summary>
    public static string Show(object? cell) =>
        cell switch
        {
            null => "",
            double value => value.ToString("0.000", CultureInfo.InvariantCulture),
            _ => Convert.ToString(cell, CultureInfo.InvariantCulture)!,
        };

    /// <summary>Writes the table as CSV; fractions in full.</summary>
    public void WriteCsv(string file) => CsvFile.Write(file, Rows.Prepend<IEnumerable<object?>>(Columns));

    /// <summary>The table as LaTeX.</summary>
    public string ToLatex()
    {
        var tex = new StringBuilder().Append(
            CultureInfo.InvariantCulture,
            $"% {Title.ReplaceLineEndings(" ")}\n"
                + $"\\begin{{tabular}}{{{string.Concat(Columns.Index().Select(c => IsText(c.Index) ? 'l' : 'r'))}}}\n"
                + $"\\toprule\n"
        );
        tex.Append(string.Join(" & ", Columns.Select(Escape))).Append(" \\\\\n\\midrule\n");
        foreach (var row in Rows)
            tex.Append(string.Join(" & ", row.Select(cell => Escape(Show(cell))))).Append(" \\\\\n");
        return tex.Append("\\bottomrule\n\\end{tabular}\n").ToString();
    }

    /// <summary>The table as HTML that sorts by its headings.</summary>
    internal string ToHtml() =>
        HtmlPage.Render(
            typeof(ResultTable),
            "table",
            new
            {
                Title,
                Columns = Columns.Select((name, c) => new { Name = name, IsText = IsText(c) }),
                Rows = Rows.Select(
                    (row, r) =>
                        row.Select(
                            (cell, c) =>
                                new
                                {
                                    Text = Show(cell),
                                    IsText = IsText(c),
                                    IsLong = Show(cell).Length > LongCell,
                                    Link = c == 0 ? Link(r) : null,
                                }
                        )
                ),
            }
        );

    private bool IsText(int column) => Rows.Any(r => r[column] is string);

    private static string Escape(string text) =>
        string.Concat(
            text.Select(c =>
                c switch
                {
                    '\\' => "\\textbackslash{}",
                    '~' => "\\textasciitilde{}",
                    '^' => "\\textasciicircum{}",
                    _ when "&%$#_{}".Contains(c, StringComparison.Ordinal) => $"\\{c}",
                    _ => $"{c}",
                }
            )
        );
}
