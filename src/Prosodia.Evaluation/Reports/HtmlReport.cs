using System.Globalization;
using System.Text;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Runs;
using Prosodia.Reporting;
using static Prosodia.Reporting.HtmlPage;

namespace Prosodia.Evaluation.Reports;

/// <summary>The report of an evaluation.</summary>
internal static class HtmlReport
{
    private const double MaxHeat = 0.7; // beyond, letters on it would be hard to read

    public static string Write(
        EvaluationResult result,
        RunContext context,
        string folder,
        byte[]? lossPng,
        byte[] calibrationPng
    )
    {
        var setup = result.Setup;
        var html = new StringBuilder().Append(
            CultureInfo.InvariantCulture,
            $"""
            <h1>Speech emotion recognition on {Text(setup.Corpus)}</h1>
            <p class="soft">Model <code>{Text(setup.Model)}</code>, protocol <code>{Text(
                setup.Protocol
            )}</code>, seed {setup.Seed}, {context.Date:yyyy-MM-dd}</p>
            <p>{Text(setup.ProtocolDescription)}</p>

            """
        );
        if (setup.Encoder is { } encoder)
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">Features: {Text(encoder)}</p>\n");
        if (setup.Note is { } note)
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Text(note)}</p>\n");
        if (context.LeftOut.Count > 0)
            html.Append(
                CultureInfo.InvariantCulture,
                $"<p class=\"note\">{context.LeftOut.Count} recordings could not be used and are in no figure; "
                    + $"they are listed at the end.</p>\n"
            );

        Figures(html, result);
        Matrix(html, result);
        Groups(html, result);
        Section(
            html,
            "Calibration",
            $"""
            A probability of 0.8 should be right eight times in ten. The expected calibration error is {result.Calibration.ExpectedError:0.000} as trained and
            {result.ScaledCalibration.ExpectedError:0.000} with a temperature that was fitted on each fold's validation recordings; which class is the most probable stays as it is.
            """,
            "Reliability, and the error when only the most confident recordings are answered",
            calibrationPng
        );
        if (lossPng is not null)
            Section(
                html,
                "Loss",
                $"Each fold keeps the epoch of the lowest validation loss and is then tested once.",
                "Loss of every fold over the epochs",
                lossPng
            );
        html.Append(RunTables.Folds(result).ToHtml());
        html.Append(ConfidentErrors.ToHtml(result, folder));
        html.Append(
            CultureInfo.InvariantCulture,
            $"<h2>To write about it</h2>\n<p>{Text(Citation.Method(result))}</p>\n"
                + $"<pre>{Text(Citation.Entries())}</pre>\n"
        );
        Settings(html, result, context);
        return HtmlPage.Of(
            string.Create(CultureInfo.InvariantCulture, $"{setup.Corpus}, {setup.Model}: UA {result.Pooled.Ua:0.0%}"),
            html.ToString()
        );
    }

    private static void Section(
        StringBuilder html,
        string title,
        FormattableString text,
        string alternative,
        byte[] png
    ) =>
        html.Append(
            CultureInfo.InvariantCulture,
            $"<h2>{title}</h2>\n<p>{text.ToString(CultureInfo.InvariantCulture)}</p>\n{Image(alternative, png)}"
        );

    private static void Groups(StringBuilder html, EvaluationResult result)
    {
        html.Append("<h2>Who and what it understands</h2>\n");
        if (GroupMetrics.Worst(result.Groups) is { } worst)
            html.Append(
                CultureInfo.InvariantCulture,
                $"<p>Worst for {Text(worst.Column)} {Text(worst.Value)}: UA {worst.Ua:0.0%} on {worst.Count} "
                    + $"recordings.</p>\n"
            );
        html.Append(
            "<div class=\"wide\"><table class=\"bars sortable\">\n"
                + "<thead><tr><th>group</th><th></th><th>UA</th><th>WA</th><th>recordings</th></tr></thead>\n<tbody>\n"
        );
        foreach (var g in result.Groups)
            html.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{Text(g.Column)} {Text(g.Value)}</td><td><span class=\"bar\" style=\"width: "
                    + $"{100 * g.Ua:0}%\"></span></td><td>{g.Ua:0.0%}</td><td>{g.Wa:0.0%}</td><td>{g.Count}</td></tr>\n"
            );
        html.Append("</tbody></table></div>\n");
    }

    private static void Figures(StringBuilder html, EvaluationResult result)
    {
        html.Append("<div class=\"figures\">\n");
        Figure(html, "UA, unweighted accuracy", result.Pooled.Ua, result.Ci95["ua"]);
        Figure(html, "WA, weighted accuracy", result.Pooled.Wa, result.Ci95["wa"]);
        Figure(html, "macro F1", result.Pooled.F1, result.Ci95["f1"]);
        Figure(html, "macro precision", result.Pooled.Precision, result.Ci95["precision"]);
        html.Append(
            CultureInfo.InvariantCulture,
            $"""
            </div>
            <p class="soft">All {result.Predictions.Count} test predictions of {result.Folds.Count} folds together; 95 % intervals by bootstrap over speakers.
            Chance is {1.0 / result.Classes.Count:0.0%} UA.{(
                result.SegmentsPerUtterance > 0
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $" The network reads {result.SegmentsPerUtterance:0.0} segments of an utterance in the mean."
                    )
                    : ""
            )}</p>

            """
        );
    }

    private static void Figure(StringBuilder html, string name, double value, double[] interval) =>
        html.Append(
            CultureInfo.InvariantCulture,
            $"<div class=\"figure\"><span>{name}</span><b>{value:0.0%}</b><span>{interval[0]:0.0%} to "
                + $"{interval[1]:0.0%}</span></div>\n"
        );

    private static void Matrix(StringBuilder html, EvaluationResult result)
    {
        var matrix = result.Confusion;
        html.Append(
            "<h2>Confusion matrix</h2>\n<p>Rows are what was spoken, columns what was recognized.</p>\n<div "
                + "class=\"wide\"><table class=\"matrix\">\n<thead><tr><th></th>"
        );
        foreach (var name in result.Classes)
            html.Append(CultureInfo.InvariantCulture, $"<th>{Text(name)}</th>");
        html.Append("<th>recordings</th></tr></thead>\n<tbody>\n");
        foreach (var (truth, name) in result.Classes.Index())
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th>{Text(name)}</th>");
            for (var p = 0; p < matrix.Classes; p++)
            {
                var share = matrix.Truths(truth) == 0 ? 0 : (double)matrix[truth, p] / matrix.Truths(truth);
                html.Append(
                    CultureInfo.InvariantCulture,
                    $"<td style=\"background: rgba(var(--heat), "
                        + $"{MaxHeat * share:0.00})\">{share:0%}<small>{matrix[truth, p]}</small></td>"
                );
            }
            html.Append(CultureInfo.InvariantCulture, $"<td>{matrix.Truths(truth)}</td></tr>\n");
        }
        html.Append("</tbody></table></div>\n");
    }

    private static void Settings(StringBuilder html, EvaluationResult result, RunContext context)
    {
        html.Append(context.ToHtml()).Append("<div class=\"wide\"><table><tbody>\n");
        foreach (var (name, value) in result.Setup.Settings)
            html.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{Text(name.Replace('_', ' '))}</td><td>{(name, value) switch { ("channel", 0) => "all, averaged", ("skip_silence_db", 0.0) => "no", ("batches", 0) => "no limit", (_, bool yes) => yes ? "yes" : "no", _ => Convert.ToString(value, CultureInfo.InvariantCulture) }}</td></tr>\n"
            );
        html.Append("</tbody></table></div>\n");
    }
}
