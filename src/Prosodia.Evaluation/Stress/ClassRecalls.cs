namespace Prosodia.Evaluation.Stress;

/// <summary>How many recordings of each class a group has, and how many of them are right.</summary>
/// <param name="All">The recordings of each class.</param>
/// <param name="Right">Those that are right.</param>
internal sealed record ClassRecalls(int[] All, int[] Right)
{
    /// <summary>Counts answers.</summary>
    public ClassRecalls(IReadOnlyList<string> emotions, IReadOnlyList<(string Truth, string Answer)> pairs)
        : this(
            [.. emotions.Select(e => pairs.Count(p => p.Truth == e))],
            [.. emotions.Select(e => pairs.Count(p => p.Truth == e && p.Answer == e))]
        ) { }

    /// <summary>How many recordings there are.</summary>
    public int Total => All.Sum();

    /// <summary>The figures: UA, and the recall of each class.</summary>
    public static IReadOnlyList<string> Metrics(IReadOnlyList<string> emotions) =>
        ["UA", .. emotions.Select(e => $"recall of {e}")];

    /// <summary>Groups together.</summary>
    public static ClassRecalls Sum(IReadOnlyList<ClassRecalls> groups) =>
        new(
            [.. groups[0].All.Select((_, c) => groups.Sum(g => g.All[c]))],
            [.. groups[0].Right.Select((_, c) => groups.Sum(g => g.Right[c]))]
        );

    /// <summary>A figure, by its number in <see cref="Metrics"/>; null where its classes don't occur.</summary>
    public double? Of(int metric)
    {
        if (metric > 0)
            return All[metric - 1] == 0 ? null : (double)Right[metric - 1] / All[metric - 1];
        var (sum, classes) = (0.0, 0);
        for (var c = 0; c < All.Length; c++)
            if (All[c] > 0)
                (sum, classes) = (sum + (double)Right[c] / All[c], classes + 1);
        return classes == 0 ? null : sum / classes;
    }
}
