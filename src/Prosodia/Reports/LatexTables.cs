using System.Globalization;
using System.Text;
using Prosodia.Evaluation;

namespace Prosodia.Reports;

/// <summary>The figures and the confusion matrix as LaTeX tables, which need the package booktabs.</summary>
internal static class LatexTables
{
    public static string Write(EvaluationResult result)
    {
        var (setup, figures) = (result.Setup, result.Pooled);
        var tex = new StringBuilder();
        void Line(FormattableString text) => tex.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
        string Interval(string name) => string.Create(CultureInfo.InvariantCulture, $"{100 * result.Ci95[name][0]:0.0}--{100 * result.Ci95[name][1]:0.0}");

        Line($"% {setup.Corpus}, {setup.Model}, {setup.Protocol}, seed {setup.Seed}; 95 % intervals over speakers");
        if (setup.Note is { } note) Line($"% {note}");
        Line($"\\begin{{tabular}}{{lrr}}");
        Line($"\\toprule");
        Line($"figure & \\% & 95\\,\\% interval \\\\");
        Line($"\\midrule");
        Line($"UA & {100 * figures.Ua:0.0} & {Interval("ua")} \\\\");
        Line($"WA & {100 * figures.Wa:0.0} & {Interval("wa")} \\\\");
        Line($"macro F1 & {100 * figures.F1:0.0} & {Interval("f1")} \\\\");
        Line($"macro precision & {100 * figures.Precision:0.0} & {Interval("precision")} \\\\");
        Line($"\\bottomrule");
        Line($"\\end{{tabular}}");
        Line($"");
        Line($"% rows: spoken; columns: recognised; per cent of a row");
        Line($"\\begin{{tabular}}{{l{new string('r', result.Classes.Count)}}}");
        Line($"\\toprule");
        Line($" & {string.Join(" & ", result.Classes.Select(Escape))} \\\\");
        Line($"\\midrule");
        foreach (var (truth, name) in result.Classes.Index())
        {
            var all = Math.Max(1, result.Confusion.Truths(truth));
            Line($"{Escape(name)} & {string.Join(" & ", result.Classes.Select((_, p) => (100.0 * result.Confusion[truth, p] / all).ToString("0.0", CultureInfo.InvariantCulture)))} \\\\");
        }
        Line($"\\bottomrule");
        Line($"\\end{{tabular}}");
        return tex.ToString();
    }

    private static string Escape(string text) => string.Concat(text.Select(c => c switch
    {
        '\\' => "\\textbackslash{}",
        '~' => "\\textasciitilde{}",
        '^' => "\\textasciicircum{}",
        _ when "&%$#_{}".Contains(c, StringComparison.Ordinal) => $"\\{c}",
        _ => $"{c}",
    }));
}
