using System.Globalization;
using System.Net;
using System.Text;
using Prosodia.Evaluation;

namespace Prosodia.Reports;

/// <summary>When, how and on what an evaluation was run: what belongs to a figure and would change <c>results.json</c>.</summary>
/// <param name="Command">The command that anyone can repeat.</param>
/// <param name="Date">The day it ended, UTC.</param>
/// <param name="Duration">How long it took in the end, after whatever was finished before.</param>
/// <param name="LeftOut">Recordings that could not be used, each with why.</param>
public sealed record RunContext(string Command, DateOnly Date, TimeSpan Duration, IReadOnlyList<string> LeftOut);

/// <summary>The report of an evaluation: one HTML file that needs no network, light or dark as the reader's system.</summary>
internal static class HtmlReport
{
    public static string Write(EvaluationResult result, RunContext context, string folder, byte[] lossPng, byte[] calibrationPng)
    {
        var html = new StringBuilder();
        var setup = result.Setup;
        html.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Text(setup.Corpus)}, {Text(setup.Model)}: UA {result.Pooled.Ua:0.0%}</title>
            <style>{Asset("report.css")}</style>
            </head>
            <body>
            <h1>Speech emotion recognition on {Text(setup.Corpus)}</h1>
            <p class="soft">Model <code>{Text(setup.Model)}</code>, protocol <code>{Text(setup.Protocol)}</code>, seed {setup.Seed}, {context.Date:yyyy-MM-dd}</p>
            <p>{Text(setup.ProtocolDescription)}</p>

            """);
        if (setup.Encoder is { } encoder) html.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">Features: {Text(encoder)}</p>\n");
        if (setup.Note is { } note) html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Text(note)}</p>\n");
        if (context.LeftOut.Count > 0)
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{context.LeftOut.Count} recordings could not be used and are in no figure; they are listed at the end.</p>\n");

        Figures(html, result);
        Matrix(html, result);
        Groups(html, result);
        Section(html, "Calibration", $"""
            A probability of 0.8 should be right eight times in ten. The expected calibration error is {result.Calibration.ExpectedError:0.000} as trained and
            {result.ScaledCalibration.ExpectedError:0.000} with a temperature that was fitted on each fold's validation recordings; which class is the most probable stays as it is.
            """, "Reliability, and the error when only the surest recordings are answered", calibrationPng);
        Section(html, "Loss", $"Each fold keeps the epoch of the lowest validation loss and is then tested once.", "Loss of every fold over the epochs", lossPng);
        Folds(html, result);
        html.Append(Mistakes.ToHtml(result, folder));
        html.Append(CultureInfo.InvariantCulture, $"<h2>To write about it</h2>\n<p>{Text(Citation.Method(result))}</p>\n<pre>{Text(Citation.Entries())}</pre>\n");
        Settings(html, result, context);
        return html.Append(CultureInfo.InvariantCulture, $"<script>\n{Asset("report.js")}</script>\n</body>\n</html>\n").ToString();
    }

    private static void Section(StringBuilder html, string title, FormattableString text, string alternative, byte[] png) =>
        html.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2>\n<p>{text.ToString(CultureInfo.InvariantCulture)}</p>\n<img alt=\"{alternative}\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\">\n");

    private static void Groups(StringBuilder html, EvaluationResult result)
    {
        html.Append("<h2>Who and what it understands</h2>\n");
        if (GroupScores.Worst(result.Groups) is { } worst)
            html.Append(CultureInfo.InvariantCulture, $"<p>Worst for {Text(worst.Column)} {Text(worst.Value)}: UA {worst.Ua:0.0%} on {worst.Count} recordings.</p>\n");
        html.Append("<div class=\"wide\"><table class=\"bars sortable\">\n<thead><tr><th>group</th><th></th><th>UA</th><th>WA</th><th>recordings</th></tr></thead>\n<tbody>\n");
        foreach (var g in result.Groups)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(g.Column)} {Text(g.Value)}</td><td><span class=\"bar\" style=\"width: {100 * g.Ua:0}%\"></span></td><td>{g.Ua:0.0%}</td><td>{g.Wa:0.0%}</td><td>{g.Count}</td></tr>\n");
        html.Append("</tbody></table></div>\n");
    }

    private static void Figures(StringBuilder html, EvaluationResult result)
    {
        html.Append("<div class=\"figures\">\n");
        Figure(html, "UA, unweighted accuracy", result.Pooled.Ua, result.Ci95["ua"]);
        Figure(html, "WA, weighted accuracy", result.Pooled.Wa, result.Ci95["wa"]);
        Figure(html, "macro F1", result.Pooled.F1, result.Ci95["f1"]);
        Figure(html, "macro precision", result.Pooled.Precision, result.Ci95["precision"]);
        html.Append(CultureInfo.InvariantCulture, $"""
            </div>
            <p class="soft">All {result.Predictions.Count} test predictions of {result.Folds.Count} folds together; 95 % intervals by bootstrap over speakers.
            Chance is {1.0 / result.Classes.Count:0.0%} UA.</p>

            """);
    }

    private static void Figure(StringBuilder html, string name, double value, double[] interval) =>
        html.Append(CultureInfo.InvariantCulture,
            $"<div class=\"figure\"><span>{name}</span><b>{value:0.0%}</b><span>{interval[0]:0.0%} to {interval[1]:0.0%}</span></div>\n");

    private static void Matrix(StringBuilder html, EvaluationResult result)
    {
        var matrix = result.Confusion;
        html.Append("<h2>Confusion matrix</h2>\n<p>Rows are what was spoken, columns what was recognised.</p>\n<div class=\"wide\"><table class=\"matrix\">\n<thead><tr><th></th>");
        foreach (var name in result.Classes) html.Append(CultureInfo.InvariantCulture, $"<th>{Text(name)}</th>");
        html.Append("<th>recordings</th></tr></thead>\n<tbody>\n");
        foreach (var (truth, name) in result.Classes.Index())
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th>{Text(name)}</th>");
            for (var p = 0; p < matrix.Classes; p++)
            {
                var share = matrix.Truths(truth) == 0 ? 0 : (double)matrix[truth, p] / matrix.Truths(truth);
                html.Append(CultureInfo.InvariantCulture,
                    $"<td{(share > 0.65 ? " class=\"strong\"" : "")} style=\"background: rgba(var(--heat), {share:0.00})\">{share:0%}<small>{matrix[truth, p]}</small></td>");
            }
            html.Append(CultureInfo.InvariantCulture, $"<td>{matrix.Truths(truth)}</td></tr>\n");
        }
        html.Append("</tbody></table></div>\n");
    }

    private static void Folds(StringBuilder html, EvaluationResult result)
    {
        html.Append("""
            <h2>Folds</h2>
            <div class="wide"><table class="sortable">
            <thead><tr><th>fold</th><th>test speakers</th><th>validation speakers</th><th>train</th><th>validation</th><th>test</th><th>epoch</th><th>validation UA</th><th>test UA</th><th>test WA</th><th>test F1</th></tr></thead>
            <tbody>

            """);
        foreach (var fold in result.Folds)
        {
            var (validation, test) = (Scores.Of(fold.Validation, result.Classes), Scores.Of(fold.Test, result.Classes));
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(fold.Name)}</td><td>{Text(string.Join(", ", fold.TestSpeakers))}</td><td>{Text(string.Join(", ", fold.ValidationSpeakers))}</td><td>{fold.NTrain}</td><td>{fold.Validation.Length}</td><td>{fold.Test.Length}</td><td>{fold.BestEpoch}</td><td>{validation.Ua:0.0%}</td><td>{test.Ua:0.0%}</td><td>{test.Wa:0.0%}</td><td>{test.F1:0.0%}</td></tr>\n");
        }
        var mean = result.Mean;
        html.Append(CultureInfo.InvariantCulture, $"</tbody>\n<tfoot><tr><th>mean</th><td></td><td></td><td></td><td></td><td></td><td></td><td></td><th>{mean.Ua:0.0%}</th><th>{mean.Wa:0.0%}</th><th>{mean.F1:0.0%}</th></tr>\n</tfoot></table></div>\n");
    }

    private static void Settings(StringBuilder html, EvaluationResult result, RunContext context)
    {
        html.Append(CultureInfo.InvariantCulture, $"""
            <h2>How to repeat it</h2>
            <pre>{Text(context.Command)}</pre>
            <p class="soft">Took {context.Duration:h\:mm\:ss} on {Environment.ProcessorCount} cores. The same recordings, seed and machine give the same figures.</p>
            <div class="wide"><table><tbody>

            """);
        foreach (var (name, value) in result.Setup.Settings)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(name.Replace('_', ' '))}</td><td>{(name, value) switch { ("channel", 0) => "all, averaged", ("skip_silence_db", 0) => "no", _ => value.ToString(CultureInfo.InvariantCulture) }}</td></tr>\n");
        html.Append("</tbody></table></div>\n");
        if (context.LeftOut.Count == 0) return;
        html.Append("<h2>Recordings left out</h2>\n<pre>");
        foreach (var line in context.LeftOut) html.Append(Text(line)).Append('\n');
        html.Append("</pre>\n");
    }

    /// <summary>Text as HTML shows it.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Asset(string name)
    {
        using var reader = new StreamReader(typeof(HtmlReport).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
