using Prosodia.Training.Optimization;

namespace Prosodia.Training.Learners;

/// <summary>What is learned of utterances: which class they are of, or numbers.</summary>
internal abstract class LearningTask
{
    /// <summary>How many numbers are predicted of an utterance: one a class, or one a target.</summary>
    public abstract int Outputs { get; }

    /// <summary>Whether something is learned from an utterance; others have no weight.</summary>
    public abstract bool Teaches(int utterance);

    /// <summary>What networks are trained to.</summary>
    /// <param name="options">How they are trained.</param>
    public abstract IObjective Objective(TrainingOptions options);

    /// <summary>What methods in closed form are fitted to, (outputs).</summary>
    /// <param name="utterance">The utterance.</param>
    /// <param name="version">Which of its examples; where something is drawn, each has a draw of its own.</param>
    public abstract double[] Target(int utterance, int version = 0);

    /// <summary>The methods in closed form.</summary>
    /// <param name="features">How many features there are.</param>
    /// <param name="isBaseline">Whether it is the field's baseline, of a single linear method.</param>
    public abstract IClosedForm[] Methods(int features, bool isBaseline);

    /// <summary>Fits how several methods' scores become one prediction.</summary>
    /// <param name="scores">For each method the scores of each utterance, from models that were not trained on
    /// it.</param>
    /// <param name="utterances">The utterances.</param>
    public abstract IScorePool Pool(IReadOnlyList<double[][]> scores, int[] utterances);

    /// <summary>Predictions as scores that pools take.</summary>
    public abstract double[][] ToScores(IEnumerable<double[]> predictions);

    /// <summary>What several models predicted together of one utterance.</summary>
    public abstract double[] Mean(IReadOnlyList<double[]> predictions);

    /// <summary>How bad predictions of known utterances are, of models that were not trained on them.</summary>
    public abstract double Loss(IReadOnlyDictionary<int, double[]> held);

    /// <summary>
    /// Of utterances those that stand for all: as many of each kind as there are, up to equal
    /// shares.
    /// </summary>
    /// <param name="utterances">The utterances, shuffled.</param>
    /// <param name="count">How many.</param>
    public abstract IEnumerable<int> Sample(IEnumerable<int> utterances, int count);
}

/// <summary>Several methods' scores as one prediction.</summary>
internal interface IScorePool
{
    /// <summary>How badly it does on what it was fitted to.</summary>
    double Loss { get; }

    /// <summary>The weight of each method's scores.</summary>
    IReadOnlyList<double> Weights { get; }

    /// <summary>The predictions.</summary>
    /// <param name="scores">For each method the scores of each utterance.</param>
    double[][] Apply(IReadOnlyList<double[][]> scores);
}
