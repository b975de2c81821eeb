namespace Prosodia.Evaluation.Metrics;

/// <summary>95 % intervals of figures of regression, as <see cref="SpeakerBootstrap"/> draws them.</summary>
internal static class RegressionBootstrap
{
    private const int Draws = 2000;

    /// <summary>Intervals of each figure, by its name.</summary>
    /// <param name="predictions">At least one.</param>
    /// <param name="target">The target's place among those of the predictions.</param>
    /// <param name="seed">Seed of the draws.</param>
    public static IReadOnlyDictionary<string, SpeakerInterval> Intervals(
        IReadOnlyList<ValuePrediction> predictions,
        int target,
        int seed
    )
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var (speakers, speakerOf) = SpeakersOf(predictions);
        var pairs = new WeightedPairs(
            [.. predictions.Select(p => p.Truth[target])],
            [.. predictions.Select(p => p.Predicted[target])]
        );
        var draws = Draw(speakers, seed).Select(counts => pairs.Of([.. speakerOf.Select(s => counts[s])])).ToArray();
        return draws[0]
            .All.Select((figure, f) => (figure.Name, f))
            .ToDictionary(
                figure => figure.Name,
                figure => SpeakerBootstrap.Middle95(draws.Select(d => d.All[figure.f].Value), speakers)
            );
    }

    /// <summary>How often each speaker is drawn, draw by draw.</summary>
    private static IEnumerable<double[]> Draw(int speakers, int seed)
    {
        var random = new Random(seed);
        for (var draw = 0; draw < Draws; draw++)
        {
            var counts = new double[speakers];
            for (var s = 0; s < speakers; s++)
                counts[random.Next(speakers)]++;
            yield return counts;
        }
    }

    private static (int Count, int[] Of) SpeakersOf(IReadOnlyList<ValuePrediction> predictions)
    {
        var places = predictions
            .Select(p => p.Speaker)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Index()
            .ToDictionary(s => s.Item, s => s.Index);
        return (places.Count, [.. predictions.Select(p => places[p.Speaker])]);
    }
}
