using Prosodia.Evaluation.Metrics;
using Prosodia.Training.Optimization;

namespace Prosodia.Training.Learners;

/// <summary>Numbers, such as arousal and valence.</summary>
/// <param name="values">The numbers of each utterance, (targets).</param>
internal sealed class RegressionTask(IReadOnlyList<double[]> values) : LearningTask
{
    /// <inheritdoc/>
    public override int Outputs => values[0].Length;

    /// <inheritdoc/>
    public override bool Teaches(int utterance) => true;

    /// <inheritdoc/>
    public override IObjective Objective(TrainingOptions options) => new ConcordanceObjective(values);

    /// <inheritdoc/>
    public override double[] Target(int utterance, int version = 0) => values[utterance];

    /// <inheritdoc/>
    public override IClosedForm[] Methods(int features, bool isBaseline) =>
        isBaseline ? [new RidgeRegression(isRadial: false)] : [new RidgeRegression(false), new RidgeRegression(true)];

    /// <inheritdoc/>
    public override IScorePool Pool(IReadOnlyList<double[][]> scores, int[] utterances) =>
        LinearPool.Fit(scores, [.. utterances.Select(u => values[u])]);

    /// <inheritdoc/>
    public override double[][] ToScores(IEnumerable<double[]> predictions) => [.. predictions];

    /// <inheritdoc/>
    public override double[] Mean(IReadOnlyList<double[]> predictions) =>
        [.. Enumerable.Range(0, Outputs).Select(t => predictions.Average(p => p[t]))];

    /// <summary>1 less the concordance correlation coefficient, the mean over targets.</summary>
    public override double Loss(IReadOnlyDictionary<int, double[]> held) =>
        Enumerable
            .Range(0, Outputs)
            .Average(t =>
                1 - RegressionMetrics.Of([.. held.Select(h => values[h.Key][t])], [.. held.Select(h => h.Value[t])]).Ccc
            );

    /// <inheritdoc/>
    public override IEnumerable<int> Sample(IEnumerable<int> utterances, int count) => utterances.Take(count);
}
