using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Prosodia.Recognition;

namespace Prosodia.Formats;

/// <summary>A labeled stretch of a tier of Praat's.</summary>
/// <param name="Tier">The tier's name.</param>
/// <param name="Start">Where it begins, in seconds.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Label">The label.</param>
internal sealed record TextGridInterval(string Tier, double Start, double End, string Label);

/// <summary>
/// Timelines as Praat's TextGrid, a tier a channel and one for each number that the model predicts, and back. Source:
/// Boersma and Weenink, Praat's manual, "TextGrid file formats".
/// </summary>
public static partial class TextGrid
{
    private const string Tier = "emotion";

    /// <summary>Whether a tier is named as <see cref="Write"/> names them: emotion, emotion 1, ...</summary>
    internal static bool IsEmotionTier(string name) =>
        name == Tier
        || (name.StartsWith(Tier + " ", StringComparison.Ordinal) && name[(Tier.Length + 1)..].All(char.IsAsciiDigit));

    /// <summary>
    /// Writes a recording's turns; what lies between them are intervals without a label, as Praat wants it.
    /// </summary>
    public static void Write(TextWriter writer, RecognitionResult recording)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(recording);
        var tiers = recording
            .Segments.GroupBy(t => t.Channel)
            .OrderBy(g => g.Key)
            .SelectMany(g =>
            {
                EmotionSegment[] turns = [.. g.OrderBy(t => t.Start.TotalSeconds)];
                string Named(string tier) => g.Key == 0 ? tier : $"{tier} {g.Key}";
                Func<EmotionSegment, string> label = t => t.Prediction.Label;
                return turns
                    .SelectMany(t => t.Prediction.Dimensions.Keys)
                    .Distinct()
                    .Select(d => (Name: Named(d), Turns: turns, Label: (Func<EmotionSegment, string>)(t => Of(t, d))))
                    .Prepend((Named(Tier), turns, label));
            })
            .ToList();
        if (tiers.Count == 0)
            tiers.Add((Tier, [], _ => ""));
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\nxmin = 0\nxmax = "
                + $"{recording.Duration.TotalSeconds:0.000}\ntiers? <exists>\nsize = {tiers.Count}\nitem []:\n"
        );
        foreach (var (i, (name, turns, labelOf)) in tiers.Index())
        {
            var intervals = Filled(turns, labelOf, recording.Duration.TotalSeconds).ToArray();
            text.Append(
                CultureInfo.InvariantCulture,
                $"    item [{i + 1}]:\n        class = \"IntervalTier\"\n        name = \"{name}\"\n        xmin "
                    + $"= 0\n        xmax = {recording.Duration.TotalSeconds:0.000}\n        intervals: size = "
                    + $"{intervals.Length}\n"
            );
            foreach (var (n, (start, end, label)) in intervals.Index())
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"        intervals [{n + 1}]:\n            xmin = {start:0.000}\n            xmax = "
                        + $"{end:0.000}\n            text = "
                        + $"\"{label.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n"
                );
        }
        foreach (var note in recording.AdaptedTo)
            text.Append(CultureInfo.InvariantCulture, $"! {note}\n"); // a comment, as Praat has them
        writer.Write(text.ToString());
    }

    /// <summary>
    /// Reads the labeled intervals of a TextGrid that Praat saved as text, long or short; points are intervals without
    /// length.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InputException">It is none, or something in it cannot be read; the line is named.</exception>
    internal static IReadOnlyList<TextGridInterval> Read(string file)
    {
        var text = TextFile.Read(file);
        if (
            !text.Contains("ooTextFile", StringComparison.Ordinal)
            || !text.Contains("TextGrid", StringComparison.Ordinal)
        )
            throw new InputException(
                file,
                "is no TextGrid that was saved as text",
                "Save it in Praat with: Save as text file"
            );
        var tokens = new Tokens(file, text);
        var intervals = new List<TextGridInterval>();
        for (var first = true; tokens.NextTier(first, out var kind); first = false)
        {
            var tier = tokens.Text("the name of a tier");
            tokens.Time(); // where the tier begins
            tokens.Time();
            for (var left = (int)Math.Min(tokens.Time(), text.Length); left > 0; left--)
            {
                var start = tokens.Time();
                var end = kind == "IntervalTier" ? tokens.Time() : start;
                if (tokens.Text("a label").Trim() is { Length: > 0 } label)
                    intervals.Add(new TextGridInterval(tier, start, end, label));
            }
        }
        return intervals;
    }

    private static string Of(EmotionSegment turn, string dimension) =>
        turn.Prediction.Dimensions.TryGetValue(dimension, out var value)
            ? value.ToString("0.###", CultureInfo.InvariantCulture)
            : "";

    private static IEnumerable<(double Start, double End, string Label)> Filled(
        EmotionSegment[] turns,
        Func<EmotionSegment, string> labelOf,
        double seconds
    )
    {
        double at = 0;
        foreach (var turn in turns)
        {
            var end = Math.Min(turn.End.TotalSeconds, seconds);
            if (turn.Start.TotalSeconds > at)
                yield return (at, turn.Start.TotalSeconds, "");
            yield return (Math.Max(at, turn.Start.TotalSeconds), end, labelOf(turn));
            at = end;
        }
        if (at < seconds || turns.Length == 0)
            yield return (at, seconds, "");
    }

    /// <summary>
    /// What Praat reads of a text file: texts in double quotes and numbers that stand free; all else explains them.
    /// Source: Praat's manual, "Text file formats", the section on shorter text files.
    /// </summary>
    private sealed partial class Tokens(string file, string text)
    {
        private const string Interval = "IntervalTier",
            Point = "TextTier";

        private Match _next = Token().Match(text);
        private int _from; // where what is not read yet begins

        /// <summary>
        /// Goes on to the next tier: what comes before the first one is skipped, after that nothing else may come.
        /// </summary>
        public bool NextTier(bool first, out string kind)
        {
            while (first && _next.Success && _next.Groups["text"].Value is not (Interval or Point))
                Skip();
            kind = "";
            if (!_next.Success)
            {
                RequireNoQuote(text.Length);
                return false;
            }
            if (_next.Groups["text"].Value is not (Interval or Point))
                throw Unexpected("a tier");
            kind = Text("a tier");
            return true;
        }

        public string Text(string what)
        {
            if (!_next.Groups["text"].Success)
                throw Unexpected(what);
            var value = _next.Groups["text"].Value.Replace("\"\"", "\"", StringComparison.Ordinal);
            RequireNoQuote(_next.Index);
            Skip();
            return value;
        }

        public double Time()
        {
            if (
                !_next.Groups["number"].Success
                || !DecimalNumber.TryParse(_next.Groups["number"].Value, out var value, out _)
            )
                throw Unexpected("a time");
            RequireNoQuote(_next.Index);
            Skip();
            return value;
        }

        private void Skip()
        {
            do
            {
                _from = _next.Index + _next.Length;
                _next = _next.NextMatch();
            } while (_next.Groups["remark"].Success);
        }

        /// <summary>A quote that belongs to no text is one within a label that should be written twice.</summary>
        private void RequireNoQuote(int to)
        {
            var quote = text.AsSpan(_from, to - _from).IndexOf('"');
            if (quote >= 0)
                throw new InputException(
                    $"{file}, line {1 + text.AsSpan(0, _from + quote).Count('\n')}",
                    "has a double quote within a label",
                    "Write it twice, or save it in Praat again"
                );
        }

        private InputException Unexpected(string what) =>
            _next.Success
                ? new(
                    $"{file}, line {1 + text.AsSpan(0, _next.Index).Count('\n')}",
                    $"has '{_next.Value}' where {what} should be",
                    "Correct it, or save it in Praat again"
                )
                : new(file, $"ends where {what} should be", "Save it in Praat again");

        [GeneratedRegex(
            """(?<=^|\s)(?:(?<remark>![^\n]*)|"(?<text>(?:[^"]|"")*)"|(?<number>[-+\u2212.\d]\S*))(?=\s|$)"""
        )]
        private static partial Regex Token();
    }
}
