using System.Globalization;
using Prosodia.Recognition;

namespace Prosodia.Reporting;

/// <summary>
/// A recording with what was recognized in it, as a page: picture, speech segments that can be played where the
/// recording is, what the model is.
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
        var body = HtmlPage.Render(
            typeof(TimelinePage),
            "timeline",
            new
            {
                Name = name,
                Duration = recording.Duration.TotalSeconds < 60
                    ? $"{Time(recording.Duration.TotalSeconds)} s"
                    : Time(recording.Duration.TotalSeconds),
                Summary = Summary(recording),
                recording.Warnings,
                Adapted = recording.AdaptedTo.Select(a => char.ToUpperInvariant(a[0]) + a[1..]),
                Picture = HtmlPage.DataUri(TimelinePlot.Of(recording, card)),
                Audio = audio is null ? null : FilePath.ToUri(audio),
                Channels = recording.Segments.Any(t => t.Channel > 0),
                card.Emotions,
                Dimensions = card.Dimensions?.Select(d => d.Name) ?? [],
                Segments = recording.Segments.Select(t => Row(t, card)),
                Model = new
                {
                    card.Name,
                    Measured = card.Metrics.Protocol.StartsWith("speaker", StringComparison.Ordinal)
                        ? "speakers that it was not trained on"
                        : "corpora that it was not trained on",
                    Data = string.Join(", ", card.Data.Select(d => d.Name)),
                    Languages = string.Join(", ", card.Languages),
                    Ua = HtmlPage.Format(card.Metrics.Ua, "0.0%"),
                    Error = HtmlPage.Format(card.Abstention.Error, "0.0%"),
                    card.Limits,
                    card.NotFor,
                },
            }
        );
        return HtmlPage.Of($"{name}: emotions", body);
    }

    private static object Row(EmotionSegment turn, ModelCard card) =>
        new
        {
            Start = HtmlPage.Format(turn.Start.TotalSeconds, "0.000"),
            From = Time(turn.Start.TotalSeconds),
            To = Time(turn.End.TotalSeconds),
            turn.Channel,
            Answer = turn.Prediction.Label + (turn.Prediction.IsUnfamiliar ? $": {turn.Prediction.Reason}" : ""),
            Probability = turn.Prediction.Probability > 0 ? HtmlPage.Format(turn.Prediction.Probability, "0%") : "",
            Numbers = (card.Dimensions ?? []).Select(d =>
                turn.Prediction.Dimensions.TryGetValue(d.Name, out var value) ? HtmlPage.Format(value, "0.##") : ""
            ),
            Bars = card.Emotions.Select(
                (_, i) =>
                {
                    var p = turn.Prediction.Probabilities.Count > i ? turn.Prediction.Probabilities[i] : 0;
                    return new
                    {
                        Title = HtmlPage.Format(p, "0.0%"),
                        Width = HtmlPage.Format(p, "0%"),
                        Color = TimelinePlot.Color(i),
                    };
                }
            ),
        };

    private static string Summary(RecognitionResult recording)
    {
        var shares = recording
            .Segments.GroupBy(t => t.Prediction.Label)
            .Select(g => (Label: g.Key, Seconds: g.Sum(t => t.End.TotalSeconds - t.Start.TotalSeconds)))
            .OrderByDescending(g => g.Seconds);
        return recording.Segments.Count == 0
            ? "no speech"
            : string.Join(", ", shares.Select(s => $"{s.Label} {HtmlPage.Format(s.Seconds, "0.0")} s"));
    }

    private static string Time(double seconds) =>
        seconds < 60
            ? HtmlPage.Format(seconds, "0.0")
            : TimeSpan.FromSeconds(Math.Round(seconds)).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture);
}
