using Prosodia.Training.Data;
using Prosodia.Training.Optimization;

namespace Prosodia.Training.Learners;

/// <summary>Classes, learned from labels or from the votes of raters.</summary>
/// <param name="labels">The class of each utterance, from 0; -1 where raters agree on none.</param>
/// <param name="classes">How many classes there are.</param>
/// <param name="shares">The share of raters who chose each class, by utterance; null where there are only
/// labels.</param>
/// <param name="from">What is learned of votes.</param>
internal sealed class ClassificationTask(
    IReadOnlyList<int> labels,
    int classes,
    IReadOnlyList<double[]>? shares = null,
    VoteTraining from = VoteTraining.Majority
) : LearningTask
{
    private const double MinProbability = 1e-6;

    /// <inheritdoc/>
    public override int Outputs => classes;

    /// <inheritdoc/>
    public override bool Teaches(int utterance) =>
        labels[utterance] >= 0 || from is VoteTraining.Distribution or VoteTraining.OneRater;

    /// <inheritdoc/>
    public override IObjective Objective(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return shares is null
            ? new ClassObjective(labels, classes, options.LabelSmoothing)
            : new VoteObjective(
                (u, random) =>
                    from == VoteTraining.OneRater && random is not null ? Drawn(u, random.NextDouble()) : Shares(u),
                classes,
                options.LabelSmoothing
            );
    }

    /// <inheritdoc/>
    public override double[] Target(int utterance, int version = 0) =>
        from == VoteTraining.OneRater ? Drawn(utterance, Fraction(utterance, version)) : Shares(utterance);

    /// <inheritdoc/>
    public override IClosedForm[] Methods(int features, bool isBaseline) =>
        isBaseline ? [new ShrinkageLda(features)] : [new ShrinkageLda(features), new KernelRidge()];

    /// <inheritdoc/>
    public override IScorePool Pool(IReadOnlyList<double[][]> scores, int[] utterances) =>
        LogLinearPool.Fit(scores, [.. utterances.Select(Shares)]);

    /// <summary>Their logarithms.</summary>
    public override double[][] ToScores(IEnumerable<double[]> predictions) =>
        [.. predictions.Select(p => p.Select(q => Math.Log(Math.Max(q, MinProbability))).ToArray())];

    /// <summary>The geometric mean of probabilities, summing to 1.</summary>
    public override double[] Mean(IReadOnlyList<double[]> predictions)
    {
        double[] products =
        [
            .. Enumerable
                .Range(0, classes)
                .Select(c => Math.Exp(predictions.Average(p => Math.Log(Math.Max(p[c], 1e-12))))),
        ];
        var sum = products.Sum();
        return [.. products.Select(p => p / sum)];
    }

    /// <summary>Negative log-likelihood, every class having the same weight.</summary>
    public override double Loss(IReadOnlyDictionary<int, double[]> held) =>
        Enumerable
            .Range(0, classes)
            .Select(c =>
                held.Select(h => (Share: Shares(h.Key)[c], Log: Math.Log(Math.Max(MinProbability, h.Value[c]))))
            )
            .Where(c => c.Any(h => h.Share > 0))
            .Average(c => -c.Sum(h => h.Share * h.Log) / c.Sum(h => h.Share));

    /// <summary>Classes take turns, so that a rare one is all there.</summary>
    public override IEnumerable<int> Sample(IEnumerable<int> utterances, int count) =>
        utterances
            .GroupBy(u => labels[u])
            .SelectMany(g => g.Select((u, turn) => (Utterance: u, turn)))
            .OrderBy(u => u.turn)
            .Take(count)
            .Select(u => u.Utterance);

    /// <summary>What an utterance counts for each class, apart from what is drawn.</summary>
    private double[] Shares(int utterance)
    {
        if (shares is not null && from is VoteTraining.Distribution or VoteTraining.OneRater)
            return shares![utterance];
        var label = labels[utterance];
        var weight = from == VoteTraining.Weighted && label >= 0 ? shares![utterance][label] : 1;
        return [.. Enumerable.Range(0, classes).Select(c => c == label ? weight : 0)];
    }

    private double[] Drawn(int utterance, double at)
    {
        var (chosen, passed) = (0, 0.0);
        for (var c = 0; c < classes && passed <= at; c++)
            if (shares![utterance][c] > 0)
                (chosen, passed) = (c, passed + shares[utterance][c]);
        return [.. Enumerable.Range(0, classes).Select(c => c == chosen ? 1.0 : 0)];
    }

    /// <summary>A number from 0 to 1 that looks random, always the same of an example (Steele, Lea and Flood,
    /// 2014).</summary>
    private static double Fraction(int utterance, int version)
    {
        var x = ((ulong)(uint)utterance << 8 | (uint)version) * 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return ((x ^ (x >> 31)) >> 11) / (double)(1UL << 53);
    }
}
