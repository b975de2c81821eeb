namespace Prosodia.Evaluation.Metrics;

/// <summary>
/// How well people do at what models are asked: each rater in turn against all others. A model that does better than
/// people agree with each other has learned something else than what they perceive.
/// </summary>
/// <param name="Ua">Unweighted accuracy of one rater against the majority of the others.</param>
/// <param name="Wa">Weighted accuracy of the same.</param>
/// <param name="JsdOfOne">Jensen-Shannon divergence of one rater's choice from the distribution of the others, in
/// bits.</param>
/// <param name="JsdOfHalves">The same of one half of the raters from the other half.</param>
/// <param name="Entropy">Mean entropy of the votes, in bits.</param>
/// <param name="Recordings">How many recordings.</param>
internal sealed record RaterAgreement(
    double Ua,
    double Wa,
    double JsdOfOne,
    double JsdOfHalves,
    double Entropy,
    int Recordings
)
{
    private const int Halvings = 20; // of each recording's raters
    private const double Rounding = 1e-4; // of parts of votes

    /// <summary>Measures the agreement of those who voted.</summary>
    /// <param name="votes">For each recording the number of raters who chose each label.</param>
    /// <param name="seed">Seed of the halves.</param>
    /// <returns>Null where no recording has two raters.</returns>
    public static RaterAgreement? Of(IReadOnlyList<double[]> votes, int seed)
    {
        ArgumentNullException.ThrowIfNull(votes);
        double[][] several = [.. votes.Where(v => v.Sum() >= 2 - Rounding)];
        if (several.Length == 0)
            return null;
        var random = new Random(seed);
        var labels = several[0].Length;
        double[] right = new double[labels],
            all = new double[labels];
        double divergence = 0,
            raters = 0;
        foreach (var counts in several)
        {
            for (var c = 0; c < labels; c++)
            {
                // a rater who chose several labels has a part of a vote for each
                var voters = counts[c];
                if (voters == 0)
                    continue;
                double[] others = [.. counts.Select((v, l) => l == c ? Math.Max(0, v - 1) : v)];
                if (others.Sum() == 0)
                    continue;
                divergence +=
                    voters
                    * VoteMetrics.JensenShannon(
                        [.. counts.Select((_, l) => l == c ? 1.0 : 0)],
                        VoteMetrics.Shares(others)
                    );
                raters += voters;
                var most = others.Max();
                if (others.Count(v => v == most) > 1)
                    continue; // the others don't agree
                var majority = Array.IndexOf(others, most);
                all[majority] += voters;
                right[majority] += majority == c ? voters : 0;
            }
        }
        return new RaterAgreement(
            right.Zip(all).Where(r => r.Second > 0).Select(r => r.First / r.Second).DefaultIfEmpty().Average(),
            right.Sum() / Math.Max(1, all.Sum()),
            divergence / raters,
            several.Average(v => OfHalves(v, random)),
            several.Average(v => VoteMetrics.Entropy(VoteMetrics.Shares(v))),
            several.Length
        );
    }

    /// <summary>Each rater's number against the mean of the others; null where no recording has two raters.</summary>
    /// <param name="values">For each recording the raters' numbers.</param>
    public static RegressionMetrics? Of(IReadOnlyList<double[]> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var pairs = values
            .Where(v => v.Length > 1)
            .SelectMany(v => v.Select(x => (Own: x, Others: (v.Sum() - x) / (v.Length - 1))))
            .ToArray();
        return pairs.Length == 0
            ? null
            : RegressionMetrics.Of([.. pairs.Select(p => p.Others)], [.. pairs.Select(p => p.Own)]);
    }

    private static double OfHalves(double[] counts, Random random)
    {
        // parts of votes belong to no one, so they are rounded to whole ones
        int[] votes =
        [
            .. counts.SelectMany((v, label) => Enumerable.Repeat(label, Math.Max(v > 0 ? 1 : 0, (int)Math.Round(v)))),
        ];
        if (votes.Length < 2)
            return 0;
        double sum = 0;
        for (var i = 0; i < Halvings; i++)
        {
            random.Shuffle(votes);
            sum += VoteMetrics.JensenShannon(Shares(votes[..(votes.Length / 2)]), Shares(votes[(votes.Length / 2)..]));
        }
        return sum / Halvings;

        double[] Shares(int[] half) =>
            VoteMetrics.Shares([.. counts.Select((_, l) => (double)half.Count(h => h == l))]);
    }
}
