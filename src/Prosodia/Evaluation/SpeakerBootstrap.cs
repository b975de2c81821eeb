namespace Prosodia.Evaluation;

/// <summary>
/// 95 % intervals by drawing speakers with replacement: the utterances of a speaker are not independent, so they come
/// together. Percentile method. Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
/// </summary>
public static class SpeakerBootstrap
{
    private const int Draws = 2000;

    /// <summary>Lower and upper limits of WA, UA, precision and F1.</summary>
    public static IReadOnlyDictionary<string, double[]> Intervals(IReadOnlyList<Prediction> predictions, IReadOnlyList<string> classes, int seed)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var random = new Random(seed);
        Prediction[][] speakers = [.. predictions.GroupBy(p => p.Speaker).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.ToArray())];
        Scores[] draws = [.. Enumerable.Range(0, Draws)
            .Select(_ => Scores.Of([.. speakers.SelectMany(_ => speakers[random.Next(speakers.Length)])], classes))];
        return new Dictionary<string, double[]>
        {
            ["wa"] = Middle95(draws.Select(s => s.Wa)),
            ["ua"] = Middle95(draws.Select(s => s.Ua)),
            ["precision"] = Middle95(draws.Select(s => s.Precision)),
            ["f1"] = Middle95(draws.Select(s => s.F1)),
        };
    }

    /// <summary>Between which values 95 % of draws lie.</summary>
    internal static double[] Middle95(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return [sorted[(int)(0.025 * (sorted.Length - 1))], sorted[(int)Math.Ceiling(0.975 * (sorted.Length - 1))]];
    }
}
