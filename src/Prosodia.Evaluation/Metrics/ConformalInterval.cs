namespace Prosodia.Evaluation.Metrics;

/// <summary>
/// Intervals around predicted numbers that hold the truth about as often as they say: as wide as the errors on
/// recordings that were not trained on, of other speakers where five are known or more. Every speaker counts the same.
/// The coverage is guaranteed for exchangeable recordings only; over speakers it is measured. Source: Vovk, Gammerman
/// and Shafer, Algorithmic Learning in a Random World, 2005 (split conformal prediction).
/// </summary>
internal static class ConformalInterval
{
    /// <summary>How many of 100 recordings intervals are to cover.</summary>
    public const double Coverage = 0.9;

    /// <summary>Half the width of the interval around a prediction; null of too few recordings.</summary>
    /// <param name="errors">By speaker, the errors on recordings that were not trained on.</param>
    /// <param name="coverage">The share that intervals are to cover, below 1.</param>
    public static double? HalfWidth(IReadOnlyList<IReadOnlyList<double>> errors, double coverage = Coverage)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var speakers = errors.Where(e => e.Count > 0).ToArray();
        var count = speakers.Sum(s => s.Count);
        var share = coverage * (count + 1) / Math.Max(1, count); // the recording that is asked for is one of them
        if (share > 1)
            return null;
        double reached = 0;
        foreach (
            var (error, weight) in speakers
                .SelectMany(s => s.Select(e => (Error: Math.Abs(e), Weight: 1.0 / speakers.Length / s.Count)))
                .OrderBy(e => e.Error)
        )
        {
            reached += weight;
            if (reached >= share - 1e-9)
                return error;
        }
        return null;
    }
}
