namespace Prosodia.Evaluation.Corpora;

/// <summary>How many raters chose each label of each recording.</summary>
/// <param name="Labels">The labels, in alphabetical order.</param>
/// <param name="Votes">For each recording the votes of each label; a rater who chose several has shared a vote.</param>
internal sealed record VoteTable(IReadOnlyList<string> Labels, IReadOnlyList<double[]> Votes)
{
    /// <summary>Reads the votes of recordings.</summary>
    /// <param name="utterances">The recordings.</param>
    /// <param name="set">Which set of votes; empty for that of the recording as a whole.</param>
    /// <param name="problems">Where recordings whose votes can't be counted are added, which then have none; null to
    /// refuse them.</param>
    /// <exception cref="InputException">There are none, or one is no number of 0 or more.</exception>
    public static VoteTable Of(
        IReadOnlyList<Utterance> utterances,
        string set,
        ICollection<InputException>? problems = null
    )
    {
        ArgumentNullException.ThrowIfNull(utterances);
        string[] columns = [.. utterances.SelectMany(u => u.Details).Select(d => d.Key).Distinct()];
        var counted = Ratings.Labels(columns, set);
        if (counted.Length > 0)
        {
            string[] labels = [.. counted.Order(StringComparer.Ordinal)];
            return new VoteTable(
                labels,
                [.. utterances.Select(u => Counts(u, [.. labels.Select(l => Ratings.ColumnOf(l, set))], problems))]
            );
        }
        var raters = set.Length == 0 ? Ratings.Raters(columns) : [];
        if (raters.Length == 0)
            throw new InputException(
                "the manifest",
                $"has no votes{(set.Length > 0 ? $" of the set '{set}'" : "")}",
                Ratings.Sets(columns) is { Length: > 0 } sets
                    ? $"Choose with --vote-set: {string.Join(", ", sets.Where(s => s.Length > 0))}"
                        + (sets.Contains("") ? ", or leave it out" : "")
                    : "Give columns such as votes:angry, with the number of raters who chose angry, or emotion:RATER, "
                        + "with what one rater chose"
            );
        return OfRaters(utterances, raters);
    }

    private static VoteTable OfRaters(IReadOnlyList<Utterance> utterances, string[] raters)
    {
        var chosen = utterances
            .Select(u => raters.Select(r => Ratings.CategoriesOf(u, r)).Where(c => c.Length > 0).ToArray())
            .ToArray();
        string[] labels = [.. chosen.SelectMany(r => r).SelectMany(c => c).Distinct().Order(StringComparer.Ordinal)];
        return new VoteTable(
            labels,
            [
                .. chosen.Select(ratings =>
                    labels.Select(l => ratings.Sum(c => (double)c.Count(chosen => chosen == l) / c.Length)).ToArray()
                ),
            ]
        );
    }

    private static double[] Counts(Utterance utterance, string[] columns, ICollection<InputException>? problems)
    {
        try
        {
            return [.. columns.Select(c => Count(utterance, c))];
        }
        catch (InputException problem) when (problems is not null)
        {
            problems.Add(problem);
            return new double[columns.Length];
        }
    }

    private static double Count(Utterance utterance, string column)
    {
        var text = utterance.Detail(column);
        if (text.Length == 0)
            return 0;
        return DecimalNumber.TryParse(text, out var votes, out _) && votes >= 0
            ? votes
            : throw new InputException(utterance.Name, $"has '{text}' as {column}", "Write how many raters chose it");
    }
}
