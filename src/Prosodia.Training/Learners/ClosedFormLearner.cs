using Prosodia.Training.Adaptation;
using Prosodia.Training.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Learners;

/// <summary>
/// Features of whole utterances, and methods in closed form: shrinkage LDA and kernel ridge of classes, ridge and
/// kernel ridge regression of numbers. How strongly they are regularized
/// and what weight each has comes from cross-validation over the speakers that a fold knows (training and validation);
/// then they are trained on all of these. Every recording is speed-perturbed: in training each speed is an example, and
/// a prediction is the mean over the speeds.
/// </summary>
/// <param name="sets">What is read of the utterances: hand-made features, contours or both.</param>
/// <param name="speakers">The speaker of each utterance.</param>
/// <param name="voices">By which each feature is standardized; null where models don't adapt to speakers.</param>
/// <param name="task">What is learned.</param>
/// <param name="isBaseline">Whether it is the field's baseline: features standardized instead of ranked, and LDA
/// alone.</param>
internal sealed class ClosedFormLearner(
    IReadOnlyList<SequenceSet> sets,
    IReadOnlyList<string> speakers,
    SpeakerStatistics? voices,
    LearningTask task,
    bool isBaseline = false
) : IFoldLearner
{
    private const int InnerFolds = 5;

    private const int MaxExamples = 6000; // memory grows with their square

    private int Recordings => sets[0].Sequences.Count;

    private int SpeedCount => sets[0].Speeds.Count;

    /// <summary>Whether so many recordings are few enough; <see cref="NystromLearner"/> takes any number.</summary>
    /// <param name="recordings">The recordings.</param>
    /// <param name="speeds">At how many speeds each is read.</param>
    public static bool Takes(int recordings, int speeds) => (long)recordings * speeds <= MaxExamples;

    /// <inheritdoc/>
    public int Steps => sets.Count + InnerFolds + 1;

    /// <inheritdoc/>
    public IReadOnlyList<int> Speeds => [SpeedCount];

    /// <inheritdoc/>
    public FoldOutcome Run(
        FoldParts parts,
        int seed,
        string keptIn,
        Action<int> stepsDone,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(stepsDone);
        using var scope = NewDisposeScope();
        var done = 0;
        int[] known = [.. parts.Train, .. parts.Validation];
        var (products, features) = Products(known, seed, () => stepsDone(++done), cancellationToken);
        var methods = task.Methods(features, isBaseline);
        var trial = new ClosedFormTrial(known, task, parts.Test.Length, methods);
        foreach (var group in Learners.InnerFolds.Of(known, speakers, InnerFolds, seed))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var (m, settings) in Scores(methods, products, [.. known.Except(group)], group).Index())
            foreach (var (s, scores) in settings.Index())
                trial.Hold(m, s, group, scores);
            stepsDone(++done);
        }

        foreach (var (m, settings) in Scores(methods, products, known, parts.Test).Index())
        foreach (var (s, scores) in settings.Index())
            trial.Test(m, s, scores);
        stepsDone(Steps);
        return trial.Outcome();

        // by method, setting and example: the mean over speeds
        double[][][][] Scores(IClosedForm[] of, Tensor from, int[] training, int[] asked)
        {
            using var inner = NewDisposeScope();
            Tensor Rows(int[] utterances) =>
                tensor([
                    .. Enumerable
                        .Range(0, SpeedCount)
                        .SelectMany(s => utterances.Select(u => (long)(s * Recordings + u))),
                ]);
            Tensor Between(Tensor rows, Tensor columns)
            {
                using var chosen = from.index_select(0, rows);
                return chosen.index_select(1, columns);
            }
            Tensor examples = Rows(training),
                questions = Rows(asked);
            var inside = new InnerProducts(
                Between(examples, examples),
                Between(questions, examples),
                from.diagonal().index_select(0, questions)
            );
            var targets = tensor(
                    [.. Enumerable.Range(0, SpeedCount).SelectMany(s => training.SelectMany(u => task.Target(u, s)))],
                    [SpeedCount * training.Length, task.Outputs]
                )
                .clone();
            return
            [
                .. of.Select(method =>
                {
                    using var own = NewDisposeScope();
                    return method
                        .Scores(inside, targets)
                        .Select(s =>
                            s.reshape(SpeedCount, asked.Length, task.Outputs)
                                .mean([0])
                                .data<double>()
                                .ToArray()
                                .Chunk(task.Outputs)
                                .ToArray()
                        )
                        .ToArray();
                }),
            ];
        }
    }

    /// <summary>
    /// Inner products of all recordings at all speeds, those of each group of features having the same weight; and how
    /// many features there are.
    /// </summary>
    private (Tensor Products, int Features) Products(
        int[] known,
        int seed,
        Action setDone,
        CancellationToken cancellationToken
    )
    {
        var products = zeros(SpeedCount * Recordings, SpeedCount * Recordings, float64);
        var (features, groups) = (0, 0);
        foreach (var set in sets)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var of = FeatureGroups.Of(set, [.. known.Select(u => set.Sequences[u])], seed);
            // by speed, recording and group
            float[][][][] speeds = [.. set.Speeds.Take(SpeedCount).Select(sequences => sequences.Select(of).ToArray())];
            for (var group = 0; group < speeds[0][0].Length; group++, groups++)
            {
                var size = speeds[0][0][group].Length;
                Add(
                    products,
                    [.. speeds.SelectMany(recordings => Adapted([.. recordings.Select(r => r[group])], size))],
                    known
                );
                features += size;
            }
            setDone();
        }
        using Scalar share = 1.0 / groups;
        return (products.mul_(share), features);
    }

    /// <summary>Features as they are, or standardized by voice; a voice at another speed is another one.</summary>
    private IReadOnlyList<float[]> Adapted(float[][] features, int size) =>
        voices?.Standardize(features, [size]) ?? features;

    /// <summary>
    /// Adds the inner products of examples, as ranks among the known ones or standardized by them, divided by the
    /// number of features.
    /// </summary>
    private void Add(Tensor products, float[][] examples, int[] known)
    {
        using var scope = NewDisposeScope();
        using Scalar share = 1.0 / examples[0].Length;
        float[][] training = [.. known.Select(u => examples[u])];
        var scaled = FeatureGroups.ScaleOf(training, isBaseline).Apply(examples);
        // libtorch's memory is aligned, so sums are always the same
        var x = tensor(scaled, [examples.Length, examples[0].Length]).clone();
        products.add_(x.matmul(x.t()).to(float64), share);
    }
}
