using System.Globalization;
using System.Text;
using Prosodia.Recognition;
using static Prosodia.Reporting.HtmlPage;

namespace Prosodia.Reporting;

/// <summary>
/// A recording with what was recognized in it, as a page: picture, turns that can be played where the recording is,
/// what the model is.
/// </summary>
public static class TimelinePage
{
    /// <summary>The page's text.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="card">The model.</param>
    /// <param name="audio">Where the recording lies, seen from the page; null where it can't be played.</param>
    public static string Of(RecognitionResult recording, ModelCard card, string? audio)
    {
        ArgumentNullException.ThrowIfNull(recording);
        ArgumentNullException.ThrowIfNull(card);
        var name = Path.GetFileName(recording.Source);
        var html = new StringBuilder().Append(
            CultureInfo.InvariantCulture,
            $"<h1>{Text(name)}</h1>\n<p class=\"soft\">{Time(recording.Seconds)}, {Summary(recording)}</p>\n"
        );
        foreach (var warning in recording.Warnings)
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Text(warning)}</p>\n");
        html.Append(
            Image(
                "Waveform in the colors of its emotions, and the probability of each emotion over time",
                TimelinePlot.Of(recording, card)
            )
        );
        if (audio is not null)
            html.Append(
                CultureInfo.InvariantCulture,
                $"<p><audio id=\"audio\" controls preload=\"none\" "
                    + $"src=\"{Text(string.Join('/', audio.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString)))}\"></audio></p>\n"
            );
        Turns(html, recording, card, audio is not null);
        html.Append(
            CultureInfo.InvariantCulture,
            $"""
            <h2>What this is</h2>
            <p>Model <code>{Text(card.Name)}</code>, trained on {Text(
                string.Join(", ", card.Data.Select(d => d.Name))
            )} ({Text(string.Join(", ", card.Languages))}). On unseen speakers its
            unweighted accuracy is {card.Metrics.Ua:0.0%}, and {card.Abstention.Error:0.0%} of what it answers surely enough is wrong.</p>
            <p>{Text(card.Limits)}</p>
            <p>Not for: {Text(card.NotFor)}</p>

            """
        );
        if (audio is not null)
            html.Append(
                """
                <script>
                for (const button of document.querySelectorAll("button[data-start]"))
                  button.addEventListener("click", () => { const audio = document.getElementById("audio"); audio.currentTime = button.dataset.start; audio.play(); });
                </script>

                """
            );
        return HtmlPage.Of($"{name}: emotions", html.ToString());
    }

    private static void Turns(StringBuilder html, RecognitionResult recording, ModelCard card, bool playable)
    {
        var channels = recording.Turns.Any(t => t.Channel > 0);
        html.Append(
            CultureInfo.InvariantCulture,
            $"<h2>Turns</h2>\n<div class=\"wide\"><table class=\"turns sortable\">\n"
                + $"<thead><tr><th>from</th><th>to</th>{(channels ? "<th>channel</th>" : "")}<th "
                + $"class=\"text\">answer</th><th>probability</th>"
        );
        foreach (var emotion in card.Emotions)
            html.Append(CultureInfo.InvariantCulture, $"<th>{Text(emotion)}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var turn in recording.Turns)
        {
            var from = playable
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"<button type=\"button\" data-start=\"{turn.Start:0.000}\" title=\"Play from "
                        + $"here\">{Time(turn.Start)}</button>"
                )
                : Time(turn.Start);
            html.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{from}</td><td>{Time(turn.End)}</td>{(channels ? string.Create(CultureInfo.InvariantCulture, $"<td>{turn.Channel}</td>") : "")}<td "
                    + $"class=\"text\">{Text(turn.Estimate.Label)}</td><td>{(turn.Estimate.Probability > 0 ? turn.Estimate.Probability.ToString("0%", CultureInfo.InvariantCulture) : "")}</td>"
            );
            for (var i = 0; i < card.Emotions.Count; i++)
            {
                var p = turn.Estimate.Probabilities.Count > i ? turn.Estimate.Probabilities[i] : 0;
                html.Append(
                    CultureInfo.InvariantCulture,
                    $"<td title=\"{p:0.0%}\"><span class=\"bar\" style=\"width: {100 * p:0}%; background: "
                        + $"{TimelinePlot.Color(i)}\"></span></td>"
                );
            }
            html.Append("</tr>\n");
        }
        html.Append("</tbody></table></div>\n");
    }

    private static string Summary(RecognitionResult recording)
    {
        var shares = recording
            .Turns.GroupBy(t => t.Estimate.Label)
            .Select(g => (Label: g.Key, Seconds: g.Sum(t => t.End - t.Start)))
            .OrderByDescending(g => g.Seconds);
        return recording.Turns.Count == 0
            ? "no speech"
            : string.Join(
                ", ",
                shares.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Label} {s.Seconds:0.0} s"))
            );
    }

    private static string Time(double seconds) =>
        seconds < 60
            ? seconds.ToString("0.0", CultureInfo.InvariantCulture)
            : TimeSpan.FromSeconds(Math.Round(seconds)).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture);
}
