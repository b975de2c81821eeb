using System.Globalization;

namespace Prosodia.Evaluation.Corpora;

/// <summary>What one rater said of a recording.</summary>
/// <param name="Rater">Who.</param>
/// <param name="Categories">The emotions; several share the rater's one vote.</param>
/// <param name="Values">Numbers, by name.</param>
internal sealed record Rating(
    string Rater,
    IReadOnlyList<string> Categories,
    IReadOnlyList<KeyValuePair<string, string>> Values
);

/// <summary>
/// Ratings as further columns of manifests: <c>votes:LABEL</c> counts votes, <c>emotion:RATER</c> is what one rater
/// chose, <c>NAME:RATER</c> a number that one rater gave. Votes on something else than the recording as a whole, such
/// as the face alone, are a set of their own, <c>votes_SET:LABEL</c>.
/// </summary>
internal static class Ratings
{
    /// <summary>Separates the emotions of a rater, or of a tie.</summary>
    public const char And = '+';

    private const string Votes = "votes",
        Emotion = "emotion";
    private const char Separator = ':';

    /// <summary>The column that counts votes for a label.</summary>
    /// <param name="label">The label.</param>
    /// <param name="set">The set of votes; empty for that of the recording as a whole.</param>
    public static string ColumnOf(string label, string set = "") => $"{NameOf(set)}{Separator}{label}";

    /// <summary>Whether a column holds votes, or what one rater said.</summary>
    public static bool IsIn(string column) => column.Contains(Separator, StringComparison.Ordinal);

    /// <summary>The labels that a set of votes has columns of, in their order.</summary>
    public static string[] Labels(IEnumerable<string> columns, string set) =>
        [.. After(columns, NameOf(set) + Separator)];

    /// <summary>The sets of votes that there are columns of; an empty one for that of the whole recording.</summary>
    public static string[] Sets(IEnumerable<string> columns) =>
        [
            .. columns
                .Where(IsIn)
                .Select(c => c[..c.IndexOf(Separator, StringComparison.Ordinal)])
                .Where(c => c == Votes || c.StartsWith(Votes + "_", StringComparison.Ordinal))
                .Select(c => c == Votes ? "" : c[(Votes.Length + 1)..])
                .Distinct(),
        ];

    /// <summary>The raters whose choice of an emotion has a column of its own.</summary>
    public static string[] Raters(IEnumerable<string> columns) => [.. After(columns, Emotion + Separator)];

    /// <summary>What a rater chose.</summary>
    public static string[] CategoriesOf(Utterance utterance, string rater) =>
        Categories(utterance.Detail($"{Emotion}{Separator}{rater}"));

    /// <summary>The emotions of a cell, in which several are joined.</summary>
    public static string[] Categories(string cell) =>
        cell.Split(And, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The values that raters gave a recording under a name, as they are written.</summary>
    public static IEnumerable<string> ValuesOf(Utterance utterance, string name) =>
        utterance
            .Details.Where(d =>
                d.Key.StartsWith(name + Separator, StringComparison.Ordinal) && name is not (Votes or Emotion)
            )
            .Select(d => d.Value)
            .Where(v => v.Length > 0);

    /// <summary>The columns of what raters said of a recording: votes, then what each said.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Columns(IReadOnlyList<Rating> ratings)
    {
        var votes = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var rating in ratings)
        foreach (var category in rating.Categories)
            votes[category] = votes.GetValueOrDefault(category) + 1.0 / rating.Categories.Count;
        return
        [
            .. votes.Select(v => KeyValuePair.Create(ColumnOf(v.Key), Number(v.Value))),
            .. ratings
                .Where(r => r.Categories.Count > 0)
                .Select(r => KeyValuePair.Create($"{Emotion}{Separator}{r.Rater}", string.Join(And, r.Categories))),
            .. ratings.SelectMany(r =>
                r.Values.Select(v => KeyValuePair.Create($"{v.Key}{Separator}{r.Rater}", v.Value))
            ),
        ];
    }

    /// <summary>The label that most raters chose; null where several were chosen as often.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="votes">The votes of each.</param>
    public static string? Majority(IReadOnlyList<string> labels, IReadOnlyList<double> votes)
    {
        var most = votes.DefaultIfEmpty().Max();
        return most > 0 && votes.Count(v => v == most) == 1 ? labels[votes.ToList().IndexOf(most)] : null;
    }

    /// <summary>Columns with other labels of votes and choices; those without a label are left out.</summary>
    /// <param name="details">The columns.</param>
    /// <param name="labelOf">The other label of one; empty for none.</param>
    public static IEnumerable<KeyValuePair<string, string>> Renamed(
        IEnumerable<KeyValuePair<string, string>> details,
        Func<string, string> labelOf
    )
    {
        var votes = new OrderedDictionary<string, double>();
        foreach (var (column, value) in details)
        {
            var at = column.IndexOf(Separator, StringComparison.Ordinal);
            var what = at < 0 ? "" : column[..at];
            if (what == Emotion)
                yield return new(column, string.Join(And, Categories(value).Select(labelOf).Where(l => l != "")));
            else if (what != Votes && !what.StartsWith(Votes + "_", StringComparison.Ordinal))
                yield return new(column, value);
            else if (
                labelOf(column[(at + 1)..]) is { Length: > 0 } label
                && DecimalNumber.TryParse(value, out var n, out _)
            )
                votes[$"{what}{Separator}{label}"] = votes.GetValueOrDefault($"{what}{Separator}{label}") + n;
        }
        foreach (var (column, count) in votes)
            yield return new(column, Number(count));
    }

    /// <summary>A number as tables have it: up to six decimals.</summary>
    public static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string NameOf(string set) => set.Length == 0 ? Votes : $"{Votes}_{set}";

    private static IEnumerable<string> After(IEnumerable<string> columns, string prefix) =>
        columns.Where(c => c.StartsWith(prefix, StringComparison.Ordinal)).Select(c => c[prefix.Length..]).Distinct();
}
