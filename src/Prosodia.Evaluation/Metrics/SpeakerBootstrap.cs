using MathNet.Numerics.Distributions;

namespace Prosodia.Evaluation.Metrics;

/// <summary>
/// 95 % intervals by drawing speakers with replacement: the utterances of a speaker are not independent, so they come
/// together. Plain percentiles are too narrow where speakers are few; these are widened as Student's t widens the
/// normal distribution. Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13; Hesterberg,
/// What Teachers Should Know About the Bootstrap, The American Statistician 69, 2015, for the widening.
/// </summary>
internal static class SpeakerBootstrap
{
    private const int Draws = 5000;

    /// <summary>Intervals of WA, UA, precision and F1.</summary>
    public static IReadOnlyDictionary<string, SpeakerInterval> Intervals(
        IReadOnlyList<Prediction> predictions,
        IReadOnlyList<string> classes,
        int seed
    )
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var random = new Random(seed);
        var speakers = Matrices(predictions, classes);
        ClassificationMetrics[] draws =
        [
            .. Enumerable
                .Range(0, Draws)
                .Select(_ =>
                    ClassificationMetrics.Of(
                        ConfusionMatrix.Sum([.. speakers.Select(_ => speakers[random.Next(speakers.Length)])])
                    )
                ),
        ];
        SpeakerInterval Limits(Func<ClassificationMetrics, double> of) => Middle95(draws.Select(of), speakers.Length);
        return new Dictionary<string, SpeakerInterval>
        {
            ["wa"] = Limits(s => s.Wa),
            ["ua"] = Limits(s => s.Ua),
            ["precision"] = Limits(s => s.Precision),
            ["f1"] = Limits(s => s.F1),
        };
    }

    /// <summary>The interval of the mean UA of several corpora, each with speakers of its own.</summary>
    public static SpeakerInterval MeanUaInterval(
        IReadOnlyList<IReadOnlyList<Prediction>> corpora,
        IReadOnlyList<string> classes,
        int seed
    )
    {
        var random = new Random(seed);
        var speakers = corpora.Select(c => Matrices(c, classes)).ToArray();
        double Drawn(ConfusionMatrix[] corpus) =>
            ClassificationMetrics
                .Of(ConfusionMatrix.Sum([.. corpus.Select(_ => corpus[random.Next(corpus.Length)])]))
                .Ua;
        double[] draws = [.. Enumerable.Range(0, Draws).Select(_ => speakers.Average(Drawn))];
        var all = speakers.Sum(s => s.Length);
        return speakers.All(s => s.Length >= SpeakerInterval.MinSpeakers)
            ? Middle95(draws, all)
            : new SpeakerInterval(null, null, all);
    }

    /// <summary>The interval of a mean over recordings.</summary>
    /// <param name="values">Of each recording its speaker and its value.</param>
    /// <param name="seed">Seed of the draws.</param>
    public static SpeakerInterval MeanInterval(IReadOnlyList<(string Speaker, double Value)> values, int seed)
    {
        var random = new Random(seed);
        var speakers = values
            .GroupBy(v => v.Speaker)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (Sum: g.Sum(v => v.Value), Count: g.Count()))
            .ToArray();
        return Middle95(
            Enumerable
                .Range(0, Draws)
                .Select(_ =>
                {
                    var (sum, count) = (0.0, 0);
                    for (var s = 0; s < speakers.Length; s++)
                    {
                        var drawn = speakers[random.Next(speakers.Length)];
                        (sum, count) = (sum + drawn.Sum, count + drawn.Count);
                    }
                    return sum / count;
                }),
            speakers.Length
        );
    }

    private static ConfusionMatrix[] Matrices(IEnumerable<Prediction> predictions, IReadOnlyList<string> classes) =>
        [
            .. predictions
                .GroupBy(p => p.Speaker)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => ClassificationMetrics.Matrix(g, classes)),
        ];

    /// <summary>A 95 % interval.</summary>
    /// <param name="values">A figure of each draw.</param>
    /// <param name="speakers">How many speakers were drawn from.</param>
    internal static SpeakerInterval Middle95(IEnumerable<double> values, int speakers)
    {
        if (speakers < SpeakerInterval.MinSpeakers)
            return new SpeakerInterval(null, null, speakers);
        var sorted = values.Order().ToArray();
        var freedom = Math.Max(1, speakers - 1);
        var outside = Normal.CDF(0, 1, -Math.Sqrt((freedom + 1.0) / freedom) * StudentT.InvCDF(0, 1, freedom, 0.975));
        return new SpeakerInterval(
            sorted[(int)(outside * (sorted.Length - 1))],
            sorted[(int)Math.Ceiling((1 - outside) * (sorted.Length - 1))],
            speakers
        );
    }
}
