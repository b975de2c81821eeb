namespace Prosodia.Training.Learners;

/// <summary>Divides what a fold knows, so that something can be learned from out-of-fold predictions.</summary>
internal static class InnerFolds
{
    /// <summary>Speakers dealt into groups; where there are fewer speakers than groups, recordings.</summary>
    /// <param name="known">Utterances.</param>
    /// <param name="speakers">The speaker of each utterance of the corpus.</param>
    /// <param name="count">How many groups.</param>
    /// <param name="seed">Seed of the dealing.</param>
    /// <returns>The utterances of each group.</returns>
    public static int[][] Of(int[] known, IReadOnlyList<string> speakers, int count, int seed)
    {
        string[] names = [.. known.Select(u => speakers[u]).Distinct().Order(StringComparer.Ordinal)];
        new Random(seed).Shuffle(names);
        var turn = names.Index().ToDictionary(n => n.Item, n => n.Index);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(group =>
                    known.Where((u, i) => (names.Length < count ? i : turn[speakers[u]]) % count == group).ToArray()
                ),
        ];
    }
}
