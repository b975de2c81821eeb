using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Prosodia.Recognition;

namespace Prosodia.Timelines;

/// <summary>A labelled stretch of a tier of Praat's.</summary>
/// <param name="Tier">The tier's name.</param>
/// <param name="Start">Where it begins, in seconds.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Label">The label.</param>
public sealed record TextGridInterval(string Tier, double Start, double End, string Label);

/// <summary>Timelines as Praat's TextGrid, a tier a channel, and back. Source: Boersma and Weenink, Praat's manual, "TextGrid file formats".</summary>
public static partial class TextGrid
{
    private const string Tier = "emotion";

    /// <summary>Writes a recording's turns; what lies between them are intervals without a label, as Praat wants it.</summary>
    public static void Write(TextWriter writer, RecognisedAudio recording)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(recording);
        var tiers = recording.Turns.GroupBy(t => t.Channel).OrderBy(g => g.Key).Select(g => (Name: g.Key == 0 ? Tier : $"{Tier} {g.Key}", Turns: g.OrderBy(t => t.Start).ToArray())).ToList();
        if (tiers.Count == 0) tiers.Add((Tier, []));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\nxmin = 0\nxmax = {recording.Seconds:0.000}\ntiers? <exists>\nsize = {tiers.Count}\nitem []:\n");
        foreach (var (i, (name, turns)) in tiers.Index())
        {
            var intervals = Filled(turns, recording.Seconds).ToArray();
            text.Append(CultureInfo.InvariantCulture, $"    item [{i + 1}]:\n        class = \"IntervalTier\"\n        name = \"{name}\"\n        xmin = 0\n        xmax = {recording.Seconds:0.000}\n        intervals: size = {intervals.Length}\n");
            foreach (var (n, (start, end, label)) in intervals.Index())
                text.Append(CultureInfo.InvariantCulture, $"        intervals [{n + 1}]:\n            xmin = {start:0.000}\n            xmax = {end:0.000}\n            text = \"{label.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n");
        }
        writer.Write(text.ToString());
    }

    /// <summary>Reads the labelled intervals of a TextGrid in its long form.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InputException">It is none.</exception>
    public static IReadOnlyList<TextGridInterval> Read(string file)
    {
        string text;
        try
        {
            text = File.ReadAllText(file); // Praat writes UTF-8, or UTF-16 with a mark
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(file, e);
        }
        if (!text.Contains("ooTextFile", StringComparison.Ordinal) || !text.Contains("item []", StringComparison.Ordinal))
            throw new InputException(file, "is no TextGrid in Praat's long form", "Save it in Praat with: Save as text file");
        var intervals = new List<TextGridInterval>();
        var tier = Tier;
        foreach (Match match in Parts().Matches(text))
        {
            if (match.Groups["tier"].Success) tier = Unquoted(match.Groups["tier"].Value);
            else if (Unquoted(match.Groups["label"].Value) is { Length: > 0 } label)
                intervals.Add(new TextGridInterval(tier, Number(match.Groups["from"].Value, file), Number(match.Groups["to"].Value, file), label));
        }
        return intervals;
    }

    private static IEnumerable<(double Start, double End, string Label)> Filled(EmotionTurn[] turns, double seconds)
    {
        double at = 0;
        foreach (var turn in turns)
        {
            var end = Math.Min(turn.End, seconds);
            if (turn.Start > at) yield return (at, turn.Start, "");
            yield return (Math.Max(at, turn.Start), end, turn.Estimate.Label);
            at = end;
        }
        if (at < seconds || turns.Length == 0) yield return (at, seconds, "");
    }

    private static string Unquoted(string text) => text.Replace("\"\"", "\"", StringComparison.Ordinal).Trim();

    private static double Number(string text, string file) => double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
        : throw new InputException(file, $"has '{text}' where a time should be", "Correct it, or save it in Praat again");

    [GeneratedRegex("""name\s*=\s*"(?<tier>(?:[^"]|"")*)"|intervals\s*\[\d+\]:?\s*xmin\s*=\s*(?<from>[\d.eE+-]+)\s*xmax\s*=\s*(?<to>[\d.eE+-]+)\s*text\s*=\s*"(?<label>(?:[^"]|"")*)""")]
    private static partial Regex Parts();
}
