using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Protocols;

/// <summary>
/// Sets aside one in five of the speakers that aren't tested, alternating of either sex, to choose the epoch by.
/// </summary>
internal static class ValidationSpeakers
{
    private const int OneIn = 5;

    public static IReadOnlyCollection<string> Choose(
        IReadOnlyList<Utterance> utterances,
        IReadOnlyCollection<string> test,
        Random random
    )
    {
        string[] others = [.. InTurns([.. utterances.Where(u => !test.Contains(u.Speaker))], random)];
        return OneInFive(others);
    }

    /// <summary>The first fifth of a list, at least one.</summary>
    public static IReadOnlyCollection<string> OneInFive(IReadOnlyCollection<string> items) =>
        [.. items.Take((int)Math.Ceiling((double)items.Count / OneIn))];

    /// <summary>Items dealt into groups one after the other, as cards are.</summary>
    public static string[][] Dealt(IReadOnlyList<string> items, int groups) =>
        [.. Enumerable.Range(0, groups).Select(g => items.Where((_, i) => i % groups == g).ToArray())];

    /// <summary>All speakers in random order, men and women alternating.</summary>
    public static IEnumerable<string> InTurns(IReadOnlyList<Utterance> utterances, Random random)
    {
        var speakers = utterances.DistinctBy(u => u.Speaker).OrderBy(u => u.Speaker, StringComparer.Ordinal).ToArray();
        random.Shuffle(speakers);
        return speakers
            .GroupBy(u => u.Sex)
            .SelectMany(sex => sex.Select((u, turn) => (u.Speaker, turn)))
            .OrderBy(s => s.turn)
            .Select(s => s.Speaker);
    }
}
