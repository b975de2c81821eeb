using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Stress;

/// <summary>Recordings to test with, where there are more than can be waited for.</summary>
internal static class StressSample
{
    /// <summary>Recordings with labels spelled as models spell theirs.</summary>
    public static IReadOnlyList<Utterance> Normalized(IReadOnlyList<Utterance> all) =>
        [.. all.Select(u => u with { Emotion = EmotionLabels.Adjective(u.Emotion) })];

    /// <summary>
    /// The emotions that a model knows; where it doesn't say so, those of the labels; null where there are none.
    /// </summary>
    /// <exception cref="InputException">There are labels, and the model knows none of them.</exception>
    public static IReadOnlyList<string>? KnownOf(IReadOnlyList<Utterance> all, IStressedModel model, string name)
    {
        string[] labels = [.. all.Emotions().Where(e => e.Length > 0)];
        if (model.Emotions is not { } known)
            return labels.Length > 0 ? labels : null;
        return labels.Length == 0 || labels.Intersect(known).Any()
            ? known
            : throw new InputException(
                name,
                $"has the labels {string.Join(", ", labels.Take(10))}, and the model knows {string.Join(", ", known)}",
                "Name them alike, or take the labels out to test without"
            );
    }

    /// <summary>Draws recordings, as many of each label, in the order of their list.</summary>
    /// <param name="all">The recordings.</param>
    /// <param name="emotions">Labels that count; where there are any recordings with such, the others are left out.
    /// Null for all.</param>
    /// <param name="limit">How many; 0 for all.</param>
    /// <param name="seed">Of the draw.</param>
    public static IReadOnlyList<Utterance> Of(
        IReadOnlyList<Utterance> all,
        IReadOnlyList<string>? emotions,
        int limit,
        int seed
    )
    {
        Utterance[] known = emotions is null ? [] : [.. all.Where(u => emotions.Contains(u.Emotion))];
        Utterance[] from = known.Length > 0 ? known : [.. all];
        if (limit == 0 || from.Length <= limit)
            return from;
        var random = new Random(seed);
        var drawn = from.GroupBy(u => u.Emotion)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .SelectMany(g =>
            {
                Utterance[] shuffled = [.. g];
                random.Shuffle(shuffled);
                return shuffled.Select((u, turn) => (u, turn));
            })
            .OrderBy(u => u.turn)
            .Take(limit)
            .Select(u => u.u.Name)
            .ToHashSet();
        return [.. from.Where(u => drawn.Contains(u.Name))];
    }
}
