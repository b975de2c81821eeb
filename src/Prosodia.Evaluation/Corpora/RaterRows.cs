namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// A manifest with a row a rater, in its column <c>rater</c>: the rows of a recording become one, whose emotion is what
/// most raters chose, whose numbers are means, and which keeps what each rater said.
/// </summary>
internal static class RaterRows
{
    /// <summary>The column that names who rated.</summary>
    public const string Column = "rater";

    private const int MostNamed = 20; // raters; of more, it is enough which of a recording's it was

    /// <summary>Joins the rows of each recording, in the order of the first.</summary>
    /// <param name="rows">Rows, each with its place in the file.</param>
    /// <param name="problems">Where rows that cannot be used are added, each with why.</param>
    public static IEnumerable<Utterance> Join(
        IEnumerable<(Utterance Row, string Place)> rows,
        ICollection<InputException> problems
    )
    {
        var all = rows.ToArray();
        var rated = Rated([.. all.Select(r => r.Row)]);
        var isNamed = all.Select(r => r.Row.Detail(Column)).Distinct().Count() <= MostNamed;
        foreach (var recording in all.GroupBy(r => r.Row.Name))
        {
            var first = recording.First().Row;
            var ratings = new Dictionary<string, Utterance>();
            foreach (var (row, place) in recording)
            {
                var rater = row.Detail(Column);
                foreach (var column in rated.Where(c => row.Detail(c).Length > 0 && !IsNumber(row.Detail(c))))
                    problems.Add(
                        new InputException(
                            place,
                            $"has '{row.Detail(column)}' as {column}, where others have numbers",
                            "Correct it; that rating counts for other columns only"
                        )
                    );
                if (rater.Length == 0)
                    problems.Add(new InputException(place, "does not say who rated", "Fill in the column rater"));
                else if (row.Speaker != first.Speaker)
                    problems.Add(
                        new InputException(
                            place,
                            $"names the speaker {row.Speaker}, a row above {first.Speaker}",
                            "Give a recording one speaker"
                        )
                    );
                else if (!ratings.TryAdd(rater, row))
                    problems.Add(
                        new InputException(
                            place,
                            $"is another rating of {row.Name} by {rater}; the first is used",
                            "Remove it"
                        )
                    );
            }
            if (ratings.Count > 0)
                yield return Joined(first, ratings, rated, isNamed);
        }
    }

    /// <summary>The columns, most of whose cells are numbers, that raters of some recording don't agree on.</summary>
    private static string[] Rated(IReadOnlyList<Utterance> rows) =>
        [
            .. rows.SelectMany(r => r.Details)
                .Select(d => d.Key)
                .Distinct()
                .Where(c => c != Column)
                .Where(c => 2 * rows.Count(r => IsNumber(r.Detail(c))) > rows.Count(r => r.Detail(c).Length > 0))
                .Where(c => rows.GroupBy(r => r.Name, r => r.Detail(c)).Any(g => g.Distinct().Count() > 1)),
        ];

    private static Utterance Joined(
        Utterance first,
        Dictionary<string, Utterance> ratings,
        string[] rated,
        bool isNamed
    )
    {
        string[] columns = [.. first.Details.Select(d => d.Key).Where(c => c != Column)];
        Rating[] all =
        [
            .. ratings.Select(
                (r, i) =>
                    new Rating(
                        isNamed ? r.Key : $"{i + 1}",
                        Ratings.Categories(r.Value.Emotion),
                        [.. rated.Select(c => KeyValuePair.Create(c, r.Value.Detail(c))).Where(v => IsNumber(v.Value))]
                    )
            ),
        ];
        var votes = Ratings.Columns(all).ToArray();
        var labels = Ratings.Labels(votes.Select(v => v.Key), "");
        return first with
        {
            Emotion =
                Ratings.Majority(
                    labels,
                    [.. labels.Select(l => Value(votes.First(v => v.Key == Ratings.ColumnOf(l)).Value))]
                ) ?? EmotionLabels.NoAgreement,
            Details =
            [
                .. columns.Select(c =>
                    KeyValuePair.Create(
                        c,
                        rated.Contains(c) && ratings.Values.Any(r => IsNumber(r.Detail(c)))
                                ? Ratings.Number(ratings.Values.Select(r => r.Detail(c)).Where(IsNumber).Average(Value))
                            : rated.Contains(c) ? ""
                            : first.Detail(c)
                    )
                ),
                .. votes,
            ],
        };
    }

    private static bool IsNumber(string text) => DecimalNumber.Parse(text) is not null;

    private static double Value(string text) => DecimalNumber.Parse(text) ?? 0;
}
