using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Protocols;

namespace Prosodia.Evaluation.Audit;

/// <summary>
/// Makes of a split that leaks one that doesn't: each speaker is in one part, with all recordings that have the sound
/// of theirs, and where it is asked for each sentence. As many recordings as can be stay where they were, and parts
/// keep their sizes and classes.
/// </summary>
/// <param name="split">The split.</param>
/// <param name="duplicates">Recordings that are the same.</param>
/// <param name="seed">Where the search begins.</param>
internal sealed class SplitRepair(
    AuditedSplit split,
    IReadOnlyList<(Utterance One, Utterance Other)> duplicates,
    int seed
)
{
    /// <summary>The rows in their new parts; of a recording that was listed again, the first.</summary>
    /// <param name="sentences">Whether sentences are kept apart, too: recordings that would connect parts are left
    /// out.</param>
    /// <returns>Each row, and its new part.</returns>
    /// <exception cref="InputException">There are fewer speakers or sentences than parts.</exception>
    public IReadOnlyList<(SplitRow Row, string Part)> Run(bool sentences)
    {
        SplitRow[] rows = [.. split.Rows.Index().DistinctBy(r => Key(r.Item.Utterance, r.Index)).Select(r => r.Item)];
        var parts = split.Parts.ToArray();
        var old = rows.Select(r => Array.IndexOf(parts, r.Part)).ToArray();
        var classes = rows.Select(r => r.Utterance).Emotions();
        var kinds = rows.Select(r => Array.IndexOf(classes, r.Utterance.Emotion)).ToArray();
        var people = Units(rows);
        var ofPeople = new PartAssignment(parts.Length, classes.Length, old, kinds);
        var speakers = ofPeople.Solve(people, (_, _) => true, seed, Refusal("speakers"));
        if (!sentences)
            return [.. rows.Select((r, i) => (r, parts[speakers[people[i]]]))];

        // recordings of which nobody knows what is said are a sentence of their own each
        var texts = Numbers(
            rows.Select((r, i) => SplitAudit.SentenceOf(r.Utterance) is { Length: > 0 } text ? text : $"\0{i}")
        );
        var said = ofPeople.Solve(texts, (row, part) => speakers[people[row]] == part, seed, Refusal("sentences"));
        return
        [
            .. rows.Index()
                .Where(r => said[texts[r.Index]] == speakers[people[r.Index]])
                .Select(r => (r.Item, parts[speakers[people[r.Index]]])),
        ];

        InputException Refusal(string what) =>
            new(split.Name, $"has fewer {what} than parts", "Join parts, or add recordings of others");
    }

    /// <summary>
    /// Writes a repaired split as a manifest whose column <c>split</c> says the part; of a cross-validation, the column
    /// <c>fold</c> the fold, as <c>folds:FILE</c> reads it.
    /// </summary>
    /// <param name="file">The manifest.</param>
    /// <param name="rows">Each row, and its new part.</param>
    public static void Write(string file, IReadOnlyList<(SplitRow Row, string Part)> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var column = rows.All(r => SplitPart.IsPart(r.Part)) ? Manifest.SplitColumn : "fold";
        string[] added = [column, "original_" + column];
        Utterance[] repaired =
        [
            .. rows.Select(r =>
                r.Row.Utterance with
                {
                    Details =
                    [
                        new(added[0], r.Part),
                        new(added[1], r.Row.Part),
                        .. r.Row.Utterance.Details.Where(d => !added.Contains(d.Key)),
                    ],
                }
            ),
        ];
        new Manifest("", repaired, []).Write(file, keepsMissing: true);
    }

    private static string Key(Utterance utterance, int row) => utterance.Path.Length > 0 ? utterance.Name : $"\0{row}";

    /// <summary>
    /// For each row the number of what must stay together: a speaker, and those with the same
    /// sounds.
    /// </summary>
    private int[] Units(SplitRow[] rows)
    {
        var keys = rows.Select(r => SplitAudit.SpeakerOf(r.Utterance) is { Length: > 0 } s ? s : r.Utterance.Name)
            .ToArray();
        var joined = keys.Distinct().ToDictionary(k => k);
        var keyOf = rows.Zip(keys)
            .DistinctBy(r => r.First.Utterance.Name)
            .ToDictionary(r => r.First.Utterance.Name, r => r.Second);
        foreach (var (one, other) in duplicates)
            if (keyOf.TryGetValue(one.Name, out var a) && keyOf.TryGetValue(other.Name, out var b))
                joined[Root(a)] = Root(b);
        return Numbers(keys.Select(Root));

        string Root(string key)
        {
            while (joined[key] != key)
                key = joined[key] = joined[joined[key]];
            return key;
        }
    }

    private static int[] Numbers(IEnumerable<string> names)
    {
        var numbers = new Dictionary<string, int>();
        return [.. names.Select(n => numbers.TryGetValue(n, out var number) ? number : numbers[n] = numbers.Count)];
    }
}
