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
    private const int Draws = 10_000,
        MaxExact = 13; // 2^13 ways to change sides are fewer than the draws

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
        Counts[] speakers =
        [
            .. pairs
                .GroupBy(p => p.One.Speaker)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => Counts.Of([.. g], classes)),
        ];
        var total = Counts.Sum(speakers);
        var (onlyOne, onlyOther) = (
            pairs.Count(p => Right(p.One) && !Right(p.Other)),
            pairs.Count(p => Right(p.Other) && !Right(p.One))
        );
        return new PairedComparison(
            pairs.Length,
            speakers.Length,
            total.UaOne,
            total.UaOther,
            Bootstrap(speakers, new Random(seed)),
            onlyOne,
            onlyOther,
            ExactMcNemar(onlyOne, onlyOther),
            PermutationTest(speakers, total, new Random(seed))
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

    private static double PermutationTest(Counts[] speakers, Counts total, Random random)
    {
        var found = Math.Abs(total.UaOther - total.UaOne) - 1e-12;
        var exact = speakers.Length <= MaxExact;
        var ways = exact ? 1 << speakers.Length : Draws;
        var asLarge = 0;
        for (var way = 0; way < ways; way++)
        {
            var swapped = Counts.Sum([
                .. speakers.Select((s, i) => (exact ? (way >> i & 1) == 1 : random.Next(2) == 1) ? s.Swapped : s),
            ]);
            if (Math.Abs(swapped.UaOther - swapped.UaOne) >= found)
                asLarge++;
        }
        return exact ? (double)asLarge / ways : (asLarge + 1.0) / (ways + 1);
    }

    private static SpeakerInterval Bootstrap(Counts[] speakers, Random random) =>
        SpeakerBootstrap.Middle95(
            Enumerable
                .Range(0, Draws)
                .Select(_ => Counts.Sum([.. speakers.Select(_ => speakers[random.Next(speakers.Length)])]))
                .Select(c => c.UaOther - c.UaOne),
            speakers.Length
        );

    /// <summary>Recordings of each class, and how many of them each run got right.</summary>
    private sealed record Counts(int[] All, int[] One, int[] Other)
    {
        public double UaOne => Ua(One);

        public double UaOther => Ua(Other);

        public Counts Swapped => new(All, Other, One);

        public static Counts Of((Prediction One, Prediction Other)[] pairs, string[] classes)
        {
            int[] Count(Func<(Prediction One, Prediction Other), bool> which) =>
                [.. classes.Select(c => pairs.Count(p => p.One.Truth == c && which(p)))];
            return new Counts(Count(_ => true), Count(p => Right(p.One)), Count(p => Right(p.Other)));
        }

        public static Counts Sum(Counts[] parts)
        {
            int[] Add(Func<Counts, int[]> of) => [.. of(parts[0]).Select((_, c) => parts.Sum(p => of(p)[c]))];
            return new Counts(Add(p => p.All), Add(p => p.One), Add(p => p.Other));
        }

        private double Ua(int[] right) =>
            All.Zip(right).Where(c => c.First > 0).Average(c => (double)c.Second / c.First);
    }
}
