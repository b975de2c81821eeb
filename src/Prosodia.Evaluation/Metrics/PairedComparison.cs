using MathNet.Numerics.Distributions;

namespace Prosodia.Evaluation.Metrics;

/// <summary>Two evaluations of the same recordings, compared recording by recording.</summary>
/// <param name="Recordings">How many recordings both have tested.</param>
/// <param name="Speakers">How many speakers these have.</param>
/// <param name="UaOne">UA of the first on these recordings.</param>
/// <param name="UaOther">UA of the second.</param>
/// <param name="Interval">95 % interval of the second's UA less the first's, by bootstrap over speakers.</param>
/// <param name="OnlyOneRight">Recordings that only the first got right.</param>
/// <param name="OnlyOtherRight">Recordings that only the second got right.</param>
/// <param name="McNemar">Probability of so uneven a division of these if both were as good; exact, two-sided.</param>
/// <param name="Permutation">Probability of so large a difference of UA if both were as good: predictions change sides
/// speaker by speaker.</param>
internal sealed record PairedComparison(
    int Recordings,
    int Speakers,
    double UaOne,
    double UaOther,
    SpeakerInterval Interval,
    int OnlyOneRight,
    int OnlyOtherRight,
    double McNemar,
    double Permutation
)
{
    /// <summary>Compares predictions by the path of the recording.</summary>
    /// <exception cref="InputException">No recording is in both, or a recording has two truths.</exception>
    public static PairedComparison Of(IReadOnlyList<Prediction> one, IReadOnlyList<Prediction> other, int seed)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        var others = other.DistinctBy(p => p.Path).ToDictionary(p => p.Path);
        (Prediction One, Prediction Other)[] pairs =
        [
            .. one.DistinctBy(p => p.Path).Where(p => others.ContainsKey(p.Path)).Select(p => (p, others[p.Path])),
        ];
        if (pairs.Length == 0)
            throw new InputException(
                "the two runs",
                "have no recording in common",
                "Compare runs on the same manifest"
            );
        if (pairs.FirstOrDefault(p => p.One.Truth != p.Other.Truth) is { One: { } odd })
            throw new InputException(
                odd.Path,
                "is labeled differently in the two runs",
                "Compare runs on the same manifest, and the same votes"
            );

        var classes = pairs.Select(p => p.One.Truth).Distinct().Order(StringComparer.Ordinal).ToArray();
        var ua = PairedStatistic.Of(
            [.. pairs.Select(p => (p.One.Speaker, Counts(p.One, classes), Counts(p.Other, classes)))],
            Ua,
            seed
        );
        var (onlyOne, onlyOther) = (
            pairs.Count(p => Right(p.One) && !Right(p.Other)),
            pairs.Count(p => Right(p.Other) && !Right(p.One))
        );
        return new PairedComparison(
            ua.Recordings,
            ua.Speakers,
            ua.One,
            ua.Other,
            ua.Interval,
            onlyOne,
            onlyOther,
            ExactMcNemar(onlyOne, onlyOther),
            ua.Permutation
        );
    }

    private static bool Right(Prediction prediction) => prediction.Predicted == prediction.Truth;

    /// <summary>
    /// Source: McNemar, Psychometrika 12, 1947; the binomial distribution instead of its approximation.
    /// </summary>
    private static double ExactMcNemar(int one, int other)
    {
        var (n, fewer) = (one + other, Math.Min(one, other));
        double term = Math.Pow(0.5, n),
            tail = 0;
        if (term == 0)
            // beyond 1,000 discordant recordings
            return Math.Min(1, 2 * Normal.CDF(0, 1, (1 - Math.Abs(one - other)) / Math.Sqrt(n)));
        for (var k = 0; k <= fewer; k++, term *= (double)(n - k + 1) / k)
            tail += term;
        return Math.Min(1, 2 * tail);
    }

    /// <summary>For each class whether a recording is of it, then for each whether it is and was recognized.</summary>
    private static double[] Counts(Prediction prediction, string[] classes) =>
        [
            .. classes.Select(c => prediction.Truth == c ? 1.0 : 0),
            .. classes.Select(c => prediction.Truth == c && Right(prediction) ? 1.0 : 0),
        ];

    /// <summary>UA of sums of <see cref="Counts"/>.</summary>
    private static double Ua(double[] counts)
    {
        var classes = counts.Length / 2;
        return counts.Take(classes).Zip(counts.Skip(classes)).Where(c => c.First > 0).Average(c => c.Second / c.First);
    }
}
