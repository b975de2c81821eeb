using static TorchSharp.torch;

namespace Prosodia.Training.Classifiers;

/// <summary>
/// Hand-made features of the utterance, kernel ridge and shrinkage LDA together. Their settings and weights come from
/// cross-validation over the speakers that a fold knows (training and validation), and then both are trained on all of these.
/// </summary>
/// <param name="set">The features, one item an utterance.</param>
/// <param name="speakers">The speaker of each utterance.</param>
/// <param name="classes">Number of emotions.</param>
public sealed class ProsodyClassifier(SequenceSet set, IReadOnlyList<string> speakers, int classes) : IFoldClassifier
{
    private const int InnerFolds = 5;

    private static readonly (string Name, IClosedForm Method)[] Methods = [("kernel ridge", new KernelRidge()), ("LDA", new ShrinkageLda())];

    /// <inheritdoc/>
    public int Steps => InnerFolds + 1;

    /// <inheritdoc/>
    public FoldOutcome Run(FoldParts parts, int seed, Action<int> stepsDone, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(stepsDone);
        int[] known = [.. parts.Train, .. parts.Validation];
        int[] labels = [.. known.Select(u => set.Labels[u])];
        var place = known.Index().ToDictionary(u => u.Item, u => u.Index);
        var outside = Methods.Select(m => m.Method.Settings.Select(_ => new double[known.Length][]).ToArray()).ToArray(); // by method, setting, example
        foreach (var (fold, group) in InnerGroups.Of(known, speakers, InnerFolds, seed).Index())
        {
            cancel.ThrowIfCancellationRequested();
            var scores = Scores([.. known.Except(group)], group);
            for (var m = 0; m < Methods.Length; m++)
                for (var s = 0; s < outside[m].Length; s++)
                    for (var i = 0; i < group.Length; i++) outside[m][s][place[group[i]]] = scores[m][s][i];
            stepsDone(fold + 1);
        }

        int[] best = [.. outside.Select(method => Enumerable.Range(0, method.Length).MaxBy(s => UnweightedAccuracy(method[s], labels)))];
        double[][][] chosen = [.. best.Select((s, m) => outside[m][s])];
        var pool = LogLinearPool.Fit(chosen, labels);
        var test = Scores(known, parts.Test).Select((method, m) => method[best[m]]).ToArray();
        stepsDone(Steps);
        return new FoldOutcome(known.Zip(pool.Apply(chosen)).ToDictionary(p => p.First, p => p.Second), pool.Apply(test))
        {
            Chosen = Methods.Select((m, i) => (m.Name, Value: (object)m.Method.Settings[best[i]])).ToDictionary(c => c.Name, c => c.Value),
        };
    }

    /// <summary>Scores by method, setting, example and class.</summary>
    private double[][][][] Scores(int[] training, int[] asked)
    {
        using var scope = NewDisposeScope();
        var ranks = new GaussianRanks([.. training.Select(u => set.Sequences[u])]);
        Tensor Of(int[] utterances) => tensor(ranks.Apply([.. utterances.Select(u => set.Sequences[u])])).clone(); // libtorch's memory is aligned, so sums are always the same
        Tensor known = Of(training), questions = Of(asked);
        int[] labels = [.. training.Select(u => set.Labels[u])];
        return [.. Methods.Select(m => m.Method.Scores(known, labels, classes, questions).Select(s => s.data<double>().ToArray().Chunk(classes).ToArray()).ToArray())];
    }

    private static double UnweightedAccuracy(double[][] scores, int[] labels) =>
        labels.Index().GroupBy(l => l.Item).Average(c => c.Average(l => Array.IndexOf(scores[l.Index], scores[l.Index].Max()) == l.Item ? 1.0 : 0));
}
