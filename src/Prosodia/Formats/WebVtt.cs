using System.Globalization;
using Prosodia.Recognition;

namespace Prosodia.Formats;

/// <summary>
/// Timelines as subtitles that browsers and players show. Source: WebVTT, W3C Candidate Recommendation of 4 April 2019,
/// section 4.
/// </summary>
public static class WebVtt
{
    /// <summary>Writes a recording's turns; those without speech are left out.</summary>
    public static void Write(TextWriter writer, RecognitionResult recording)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(recording);
        writer.Write("WEBVTT\n");
        foreach (var note in recording.AdaptedTo)
            writer.Write($"\nNOTE {note.Replace("-->", "->", StringComparison.Ordinal)}\n");
        foreach (
            var turn in recording.Segments.Where(t =>
                t.Prediction.Emotion.Length > 0 && t.End.TotalSeconds > t.Start.TotalSeconds
            )
        )
        {
            var voice = turn.Channel > 0 ? $"<v channel {turn.Channel}>" : "";
            var dimensions = PredictionRow.DimensionsText(turn.Prediction);
            var maybe = turn.Prediction.Reason is null ? "" : "unsure, perhaps ";
            writer.Write(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"\n{Time(turn.Start.TotalSeconds)} --> {Time(turn.End.TotalSeconds)}\n"
                        + $"{voice}{maybe}{Text(turn.Prediction.Emotion)} "
                        + $"({turn.Prediction.Probability:0%}){(dimensions.Length > 0 ? $" {Text(dimensions)}" : "")}\n"
                )
            );
        }
    }

    private static string Time(double seconds)
    {
        var time = TimeSpan.FromMilliseconds(Math.Round(seconds * 1000));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(int)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}.{time.Milliseconds:000}"
        );
    }

    private static string Text(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
