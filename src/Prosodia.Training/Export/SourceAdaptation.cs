using Prosodia.Recognition;

namespace Prosodia.Training.Export;

/// <summary>Recordings adapted to their sources in the ways that users can have.</summary>
internal static class SourceAdaptation
{
    /// <summary>Each to all recordings of its source that are given.</summary>
    /// <param name="rows">Deviates of the recordings, each (features).</param>
    /// <param name="recordings">Their places.</param>
    /// <param name="source">The source of a place.</param>
    public static float[][] ToAll(float[][] rows, int[] recordings, Func<int, string> source) =>
        ToSome(rows, recordings, source, of => of);

    /// <summary>Each to so many recordings of its source, drawn at random: what a profile of a few is worth.</summary>
    /// <param name="rows">Deviates of the recordings, each (features).</param>
    /// <param name="recordings">Their places.</param>
    /// <param name="source">The source of a place.</param>
    /// <param name="count">How many; all where there are no more.</param>
    /// <param name="random">Draws.</param>
    public static float[][] ToFew(
        float[][] rows,
        int[] recordings,
        Func<int, string> source,
        int count,
        Random random
    ) => ToSome(rows, recordings, source, of => random.GetItemsOnce(of, count));

    /// <summary>Each to those of its source before it and to itself, in a random order.</summary>
    /// <param name="rows">Deviates of the recordings, each (features).</param>
    /// <param name="recordings">Their places.</param>
    /// <param name="source">The source of a place.</param>
    /// <param name="random">Draws the order.</param>
    public static float[][] SoFar(float[][] rows, int[] recordings, Func<int, string> source, Random random)
    {
        int[] order = [.. Enumerable.Range(0, rows.Length)];
        random.Shuffle(order);
        var past = new Dictionary<string, FeatureStatistics>();
        var adapted = new float[rows.Length][];
        foreach (var i in order)
        {
            var of = source(recordings[i]);
            if (!past.TryGetValue(of, out var statistics))
                past[of] = statistics = new FeatureStatistics();
            statistics.Add(rows[i]);
            adapted[i] = statistics.ToAdaptation().Apply(rows[i]);
        }
        return adapted;
    }

    private static float[][] ToSome(
        float[][] rows,
        int[] recordings,
        Func<int, string> source,
        Func<float[][], float[][]> some
    )
    {
        var adaptations = recordings
            .Zip(rows)
            .GroupBy(r => source(r.First), r => r.Second)
            .ToDictionary(g => g.Key, g => FeatureAdaptation.Of(some([.. g])));
        return [.. recordings.Zip(rows, (u, row) => adaptations[source(u)].Apply(row))];
    }

    private static T[] GetItemsOnce<T>(this Random random, T[] from, int count)
    {
        T[] items = [.. from];
        random.Shuffle(items);
        return items[..Math.Min(count, items.Length)];
    }
}
