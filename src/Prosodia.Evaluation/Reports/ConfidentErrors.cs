using System.Globalization;
using Prosodia.Audio;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Runs;
using Prosodia.Reporting;

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
        var errors = confident.Select(p => new
        {
            p.Truth,
            p.Predicted,
            Probability = p.Probabilities.Max().ToString("0%", CultureInfo.InvariantCulture),
            File = Path.GetFileName(p.Path),
            p.Speaker,
            Waveform = Waveform(p, result) is { } png ? HtmlPage.DataUri(png) : null,
            Link = Link(p.Path, folder),
        });
        return HtmlPage.Render(
            typeof(ConfidentErrors),
            "errors",
            new
            {
                ReadsSegments = ReadsSegments(result),
                Width,
                Height,
                Errors = errors.ToArray(),
            }
        );
    }

    /// <summary>A link that plays the recording: times of a part stay behind the path.</summary>
    private static string Link(string name, string folder)
    {
        var (path, part) = AudioPart.Parse(name);
        return FilePath.ToUri(Path.GetRelativePath(folder, path)) + part;
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
            var (path, part) = AudioPart.Parse(mistake.Path);
            return KeySegmentPlot
                .Read(path, part, "", options, result.Setup.Channel)
                .WaveformToPng(Width, Height, ReadsSegments(result));
        }
        catch (InputException)
        {
            return null;
        }
    }
}
