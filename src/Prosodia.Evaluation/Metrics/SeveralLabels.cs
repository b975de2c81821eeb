namespace Prosodia.Evaluation.Metrics;

/// <summary>
/// Several emotions of a recording at once: all that more raters chose than would by chance. What is predicted are
/// those whose probability reaches a threshold of their own. Source: Chou, Lin and Lee, Exploiting Annotators' Typed
/// Description of Emotion Perception, Interspeech 2022, for what counts as true.
/// </summary>
internal static class SeveralLabels
{
    /// <summary>Which labels a recording has.</summary>
    /// <param name="shares">The share of raters who chose each.</param>
    public static bool[] Of(IReadOnlyList<double> shares) => [.. shares.Select(s => s > 1.0 / shares.Count)];

    /// <summary>For each label the threshold of the highest F1; fit it on validation recordings.</summary>
    /// <param name="shares">The shares of raters of each recording.</param>
    /// <param name="predicted">The predicted distribution of each.</param>
    public static double[] Thresholds(IReadOnlyList<double[]> shares, IReadOnlyList<double[]> predicted)
    {
        ArgumentNullException.ThrowIfNull(shares);
        bool[][] truth = [.. shares.Select(s => Of(s))];
        return
        [
            .. Enumerable
                .Range(0, shares[0].Length)
                .Select(c =>
                    Threshold([.. truth.Zip(predicted, (t, p) => (t[c], p[c])).OrderByDescending(r => r.Item2)])
                ),
        ];
    }

    /// <summary>The mean of the labels' F1; of a label that neither occurs nor was predicted there is none.</summary>
    /// <param name="shares">The shares of raters of each recording.</param>
    /// <param name="predicted">The labels that were predicted for each.</param>
    public static double MacroF1(IReadOnlyList<double[]> shares, IReadOnlyList<bool[]> predicted)
    {
        ArgumentNullException.ThrowIfNull(shares);
        bool[][] truth = [.. shares.Select(s => Of(s))];
        return Enumerable
            .Range(0, shares[0].Length)
            .Select(c =>
                (
                    Right: truth.Zip(predicted).Count(r => r.First[c] && r.Second[c]),
                    All: truth.Count(t => t[c]) + predicted.Count(p => p[c])
                )
            )
            .Where(c => c.All > 0)
            .Select(c => 2.0 * c.Right / c.All)
            .DefaultIfEmpty()
            .Average();
    }

    private static double Threshold((bool Truth, double Predicted)[] sorted)
    {
        var (all, right, best, threshold) = (sorted.Count(r => r.Truth), 0, -1.0, 1.0);
        for (var i = 0; i < sorted.Length; i++)
        {
            right += sorted[i].Truth ? 1 : 0;
            if (i + 1 < sorted.Length && sorted[i + 1].Predicted == sorted[i].Predicted)
                continue;
            var f1 = 2.0 * right / (all + i + 1);
            if (f1 > best)
                (best, threshold) = (f1, sorted[i].Predicted);
        }
        return threshold;
    }
}
