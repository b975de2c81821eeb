namespace Prosodia.Evaluation.Metrics;

/// <summary>
/// A figure of two evaluations of the same recordings, compared speaker by speaker: of each speaker and evaluation
/// there are sums, and the figure follows from their total.
/// </summary>
/// <param name="Recordings">How many recordings both have tested.</param>
/// <param name="Speakers">How many speakers these have.</param>
/// <param name="One">The figure of the first.</param>
/// <param name="Other">The figure of the second.</param>
/// <param name="Interval">95 % interval of the second's less the first's, by bootstrap over speakers.</param>
/// <param name="Permutation">Probability of so large a difference if both were as good: predictions change sides
/// speaker by speaker.</param>
internal sealed record PairedStatistic(
    int Recordings,
    int Speakers,
    double One,
    double Other,
    SpeakerInterval Interval,
    double Permutation
)
{
    private const int Draws = 10_000,
        MaxExact = 13; // 2^13 ways to change sides are fewer than the draws

    /// <summary>Compares the mean of a number over recordings, such as a divergence.</summary>
    /// <param name="pairs">Of each recording its speaker and the number in both.</param>
    /// <param name="seed">Seed of what is drawn.</param>
    public static PairedStatistic OfMeans(IReadOnlyList<(string Speaker, double One, double Other)> pairs, int seed) =>
        Of([.. pairs.Select(p => (p.Speaker, new[] { 1, p.One }, new[] { 1, p.Other }))], s => s[1] / s[0], seed);

    /// <summary>Compares concordance correlation coefficients.</summary>
    /// <param name="pairs">Of each recording its speaker, the truth and the predictions of both.</param>
    /// <param name="seed">Seed of what is drawn.</param>
    public static PairedStatistic OfConcordance(
        IReadOnlyList<(string Speaker, double Truth, double One, double Other)> pairs,
        int seed
    )
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var middle = pairs.Average(p => p.Truth); // so that squares stay small
        double[] Moments(double truth, double predicted)
        {
            var (t, p) = (truth - middle, predicted - middle);
            return [1, t, p, t * t, p * p, t * p];
        }
        return Of(
            [.. pairs.Select(p => (p.Speaker, Moments(p.Truth, p.One), Moments(p.Truth, p.Other)))],
            s =>
            {
                var (t, p) = (s[1] / s[0], s[2] / s[0]);
                var all = s[3] / s[0] - t * t + s[4] / s[0] - p * p + (t - p) * (t - p);
                return all > 0 ? 2 * (s[5] / s[0] - t * p) / all : 1;
            },
            seed
        );
    }

    /// <summary>Compares any figure that follows from sums over recordings.</summary>
    /// <param name="recordings">Of each its speaker, and what it adds to the sums of both.</param>
    /// <param name="figure">The figure of sums.</param>
    /// <param name="seed">Seed of what is drawn.</param>
    public static PairedStatistic Of(
        (string Speaker, double[] One, double[] Other)[] recordings,
        Func<double[], double> figure,
        int seed
    )
    {
        var speakers = recordings
            .GroupBy(r => r.Speaker)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (One: Sum(g.Select(r => r.One)), Other: Sum(g.Select(r => r.Other))))
            .ToArray();
        double Difference(IEnumerable<(double[] One, double[] Other)> of)
        {
            var drawn = of.ToArray();
            return figure(Sum(drawn.Select(d => d.Other))) - figure(Sum(drawn.Select(d => d.One)));
        }

        var random = new Random(seed);
        var interval = SpeakerBootstrap.Middle95(
            Enumerable
                .Range(0, Draws)
                .Select(_ => Difference(speakers.Select(_ => speakers[random.Next(speakers.Length)]))),
            speakers.Length
        );
        return new PairedStatistic(
            recordings.Length,
            speakers.Length,
            figure(Sum(speakers.Select(s => s.One))),
            figure(Sum(speakers.Select(s => s.Other))),
            interval,
            Permute(speakers, Difference, new Random(seed))
        );
    }

    private static double Permute(
        (double[] One, double[] Other)[] speakers,
        Func<IEnumerable<(double[] One, double[] Other)>, double> difference,
        Random random
    )
    {
        var found = Math.Abs(difference(speakers)) - 1e-12;
        var exact = speakers.Length <= MaxExact;
        var ways = exact ? 1 << speakers.Length : Draws;
        var asLarge = Enumerable
            .Range(0, ways)
            .Count(way =>
                Math.Abs(
                    difference(
                        speakers
                            .Select(
                                (s, i) => (exact ? (way >> i & 1) == 1 : random.Next(2) == 1) ? (s.Other, s.One) : s
                            )
                            .ToArray()
                    )
                ) >= found
            );
        return exact ? (double)asLarge / ways : (asLarge + 1.0) / (ways + 1);
    }

    private static double[] Sum(IEnumerable<double[]> parts)
    {
        double[]? sum = null;
        foreach (var part in parts)
        {
            sum ??= new double[part.Length];
            for (var i = 0; i < sum.Length; i++)
                sum[i] += part[i];
        }
        return sum!;
    }
}
