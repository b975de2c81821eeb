using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Prosodia.Formats;
using Prosodia.Recognition;

namespace Prosodia.Cli.Predict;

/// <summary>Forms in which predictions are written.</summary>
internal enum PredictionFormat
{
    /// <summary>A table for people.</summary>
    Table,

    /// <summary>A row a turn; <c>import annotations</c> reads it back.</summary>
    Csv,

    /// <summary>One array.</summary>
    Json,

    /// <summary>An object a line, each as soon as it is known.</summary>
    Jsonl,

    /// <summary>W3C EmotionML 1.0.</summary>
    EmotionMl,

    /// <summary>Praat's.</summary>
    TextGrid,

    /// <summary>Subtitles.</summary>
    WebVtt,
}

/// <summary>Writes predictions in one form, each recording as soon as it is there where the form allows it.</summary>
internal sealed class PredictionWriter(
    ModelCard card,
    PredictionFormat format,
    IReadOnlyDictionary<string, string>? speakers = null,
    bool adapted = false
)
{
    private const string Adapted = "adapted";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    private static readonly JsonSerializerOptions IndentedJson = new(Json) { WriteIndented = true };

    /// <summary>Whether each recording has a file of its own in this form.</summary>
    public bool OneFileEach => format is PredictionFormat.TextGrid or PredictionFormat.WebVtt;

    /// <summary>The ending of files of this form.</summary>
    public string Extension =>
        format switch
        {
            PredictionFormat.TextGrid => ".TextGrid",
            PredictionFormat.WebVtt => ".vtt",
            _ => throw new InvalidOperationException("one file holds all"),
        };

    /// <summary>Writes recordings.</summary>
    public void Write(TextWriter output, IEnumerable<RecognitionResult> recordings)
    {
        switch (format)
        {
            case PredictionFormat.Csv:
                WriteCsv(output, recordings.SelectMany(r => r.Segments.Select(t => (r.Source, t))));
                break;
            case PredictionFormat.Json:
                output.WriteLine(
                    JsonSerializer.Serialize(
                        recordings
                            .SelectMany(r => r.Segments.Select(t => PredictionRow.ToJson(r.Source, t, card)))
                            .ToArray(),
                        IndentedJson
                    )
                );
                break;
            case PredictionFormat.Jsonl:
                foreach (var recording in recordings)
                foreach (var turn in recording.Segments)
                    WriteLine(output, recording.Source, turn);
                break;
            case PredictionFormat.EmotionMl:
                EmotionMl.Write(output, recordings, card);
                output.WriteLine();
                break;
            case PredictionFormat.TextGrid:
                foreach (var recording in recordings)
                    TextGrid.Write(output, recording);
                break;
            case PredictionFormat.WebVtt:
                foreach (var recording in recordings)
                    WebVtt.Write(output, recording);
                break;
            default:
                WriteTable(output, [.. recordings]);
                break;
        }
        output.Flush();
    }

    /// <summary>Writes turns as they come, each at once.</summary>
    public async Task WriteLiveAsync(TextWriter output, string source, IAsyncEnumerable<EmotionSegment> turns)
    {
        if (format == PredictionFormat.Csv)
            WriteCsv(output, []);
        await foreach (var turn in turns.ConfigureAwait(false))
        {
            if (format == PredictionFormat.Csv)
                WriteCsv(output, [(source, turn)], header: false);
            else if (format == PredictionFormat.Jsonl)
                WriteLine(output, source, turn);
            else
                output.WriteLine(
                    $"{Time(turn.Start.TotalSeconds), 9} {Time(turn.End.TotalSeconds), 9}  "
                        + $"{turn.Prediction.Label, -10} "
                        + $"{Share(turn.Prediction)}  {Others(turn.Prediction)}".TrimEnd()
                );
            output.Flush();
        }
    }

    private void WriteCsv(
        TextWriter output,
        IEnumerable<(string Source, EmotionSegment Turn)> turns,
        bool header = true
    )
    {
        using var csv = new CsvWriter(
            output,
            new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" },
            leaveOpen: true
        );
        var rows = turns.Select(t =>
            PredictionRow
                .Of(t.Source, t.Turn, card, speakers?.GetValueOrDefault(t.Source))
                .Concat(adapted ? [t.Turn.AdaptedTo] : [])
        );
        var names = PredictionRow.Header(card).Concat(adapted ? [Adapted] : []);
        foreach (var row in header ? rows.Prepend(names) : rows)
        {
            foreach (var cell in row)
                csv.WriteField(cell);
            csv.NextRecord();
            csv.Flush();
        }
    }

    private void WriteLine(TextWriter output, string source, EmotionSegment turn) =>
        output.WriteLine(JsonSerializer.Serialize(PredictionRow.ToJson(source, turn, card), Json));

    private void WriteTable(TextWriter output, IReadOnlyList<RecognitionResult> recordings)
    {
        var width = recordings.Select(r => r.Source.Length).DefaultIfEmpty().Max();
        var several = recordings.SelectMany(r => r.Segments).Any(t => t.Channel > 0);
        foreach (var recording in recordings)
        {
            if (recording.Segments.Count == 0)
                output.WriteLine(
                    $"{recording.Source.PadRight(width)}  {Time(0), 9} {Time(recording.Duration.TotalSeconds), 9}  "
                        + $"{EmotionPrediction.NoSpeech.Label}"
                );
            foreach (var turn in recording.Segments)
                output.WriteLine(
                    (
                        $"{recording.Source.PadRight(width)}  {Time(turn.Start.TotalSeconds), 9} "
                        + $"{Time(turn.End.TotalSeconds), 9}  "
                        + $"{(several ? $"{turn.Channel}  " : "")}{turn.Prediction.Label, -10} "
                        + $"{Share(turn.Prediction)}  "
                        + Others(turn.Prediction)
                        + (turn.Prediction.IsUnfamiliar ? $"  {turn.Prediction.Reason}" : "")
                    ).TrimEnd()
                );
        }
    }

    private string Others(EmotionPrediction estimate) =>
        string.Join(
            "  ",
            estimate
                .Probabilities.Select(
                    (p, i) => string.Create(CultureInfo.InvariantCulture, $"{card.Emotions[i]} {p:0%}")
                )
                .Concat(estimate.Dimensions.Count > 0 ? [PredictionRow.DimensionsText(estimate)] : [])
        );

    private static string Share(EmotionPrediction estimate) =>
        estimate.Emotion.Length > 0
            ? estimate.Probability.ToString("0%", CultureInfo.InvariantCulture).PadLeft(4)
            : "    ";

    private static string Time(double seconds) =>
        seconds < 60
            ? seconds.ToString("0.00", CultureInfo.InvariantCulture)
            : TimeSpan.FromSeconds(Math.Round(seconds, 1)).ToString(@"h\:mm\:ss\.f", CultureInfo.InvariantCulture);
}
