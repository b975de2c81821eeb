using System.Globalization;
using System.Text;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Runs;
using static Prosodia.Reporting.HtmlPage;

namespace Prosodia.Evaluation.Reports;

/// <summary>
/// The report's section on the mistakes that the model was confident of, to see, and to play where the recordings are.
/// </summary>
internal static class ConfidentErrors
{
    private const int Shown = 10,
        Width = 640,
        Height = 130;

    /// <summary>The section as HTML; empty where there is no mistake.</summary>
    /// <param name="result">The evaluation.</param>
    /// <param name="folder">Where the report will lie: sound is linked from there, not copied.</param>
    public static string ToHtml(EvaluationResult result, string folder)
    {
        Prediction[] confident =
        [
            .. result
                .Predictions.Where(p => p.Predicted != p.Truth)
                .DistinctBy(p => p.Path)
                .OrderByDescending(p => p.Probabilities.Max())
                .Take(Shown),
        ];
        if (confident.Length == 0)
            return "";
        var html = new StringBuilder("<h2>The most confident errors</h2>\n<p>")
            .Append(
                ReadsSegments(result)
                    ? "Colors mark the key segments, which are all that the model reads of a recording."
                    : "The model reads the whole recording."
            )
            .Append("</p>\n");
        foreach (var mistake in confident)
        {
            html.Append(
                CultureInfo.InvariantCulture,
                $"<figure><figcaption><b>{Text(mistake.Truth)}</b> taken for <b>{Text(mistake.Predicted)}</b> "
                    + $"({mistake.Probabilities.Max():0%}): {Text(Path.GetFileName(mistake.Path))}, speaker "
                    + $"{Text(mistake.Speaker)}</figcaption>\n"
            );
            if (Waveform(mistake, result) is { } png)
            {
                var link = string.Join(
                    '/',
                    Path.GetRelativePath(folder, mistake.Path)
                        .Split(Path.DirectorySeparatorChar)
                        .Select(Uri.EscapeDataString)
                );
                html.Append(
                    CultureInfo.InvariantCulture,
                    $"<img alt=\"Waveform{(ReadsSegments(result) ? " with its key segments" : "")}\" "
                        + $"width=\"{Width}\" height=\"{Height}\" "
                        + $"src=\"data:image/png;base64,{Convert.ToBase64String(png)}\">\n<audio controls "
                        + $"preload=\"none\" src=\"{Text(link)}\"></audio>\n"
                );
            }
            html.Append("</figure>\n");
        }
        return html.ToString();
    }

    private static bool ReadsSegments(EvaluationResult result) => result.SegmentsPerUtterance > 0;

    /// <summary>A picture of the recording; null where it is not there any more.</summary>
    private static byte[]? Waveform(Prediction mistake, EvaluationResult result)
    {
        var options = result.Setup.KeySegments;
        var chosen = result.Folds.First(f => f.Test.Any(p => p.Path == mistake.Path)).Chosen;
        if (chosen?.GetValueOrDefault("beta") is double beta)
            options = options with { Beta = beta };
        if (chosen?.GetValueOrDefault("kmeans_starts") is int starts)
            options = options with { Starts = starts };
        try
        {
            return KeySegmentPlot
                .Read(mistake.Path, "", options, result.Setup.Channel)
                .WaveformToPng(Width, Height, ReadsSegments(result));
        }
        catch (InputException)
        {
            return null;
        }
    }
}
