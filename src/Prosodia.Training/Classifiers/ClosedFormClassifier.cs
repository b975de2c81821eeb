using Prosodia.Training.Adaptation;
using Prosodia.Training.Data;
using Prosodia.Training.Features;
using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Classifiers;

/// <summary>
/// Features of whole utterances, and shrinkage LDA and kernel ridge in closed form. How strongly they are regularised
/// and what weight each has comes from cross-validation over the speakers that a fold knows (training and validation);
/// then they are trained on all of these. Every recording is speed-perturbed: in training each speed is an example, and
/// a prediction is the mean over the speeds.
/// </summary>
/// <param name="sets">What is read of the utterances: hand-made features, contours or both.</param>
/// <param name="speakers">The speaker of each utterance.</param>
/// <param name="voices">By which each feature is standardized; null where models don't adapt to speakers.</param>
/// <param name="classes">Number of emotions.</param>
/// <param name="isBaseline">Whether it is the field's baseline: features standardized instead of ranked, and LDA
/// alone.</param>
internal sealed class ClosedFormClassifier(
    IReadOnlyList<SequenceSet> sets,
    IReadOnlyList<string> speakers,
    SpeakerStatistics? voices,
    int classes,
    bool isBaseline = false
) : IFoldClassifier
{
    private const int InnerFolds = 5;

    // memory grows with their square; of a larger corpus, recordings are read at their own speed only
    private const int MaxExamples = 6000;

    private IReadOnlyList<int> Labels => sets[0].Labels;

    private int Recordings => sets[0].Sequences.Count;

    private int SpeedCount => Recordings * sets[0].Speeds.Count <= MaxExamples ? sets[0].Speeds.Count : 1;

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
        var place = known.Index().ToDictionary(u => u.Item, u => u.Index);
        var (products, features) = Products(known, seed, () => stepsDone(++done), cancellationToken);
        IClosedForm[] methods = isBaseline
            ? [new ShrinkageLda(features)]
            : [new ShrinkageLda(features), new KernelRidge()];
        // by method, setting and example
        var outside = methods.Select(m => m.Settings.Select(_ => new double[known.Length][]).ToArray()).ToArray();
        foreach (var group in Classifiers.InnerFolds.Of(known, speakers, InnerFolds, seed))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var (m, settings) in Scores(methods, products, [.. known.Except(group)], group).Index())
            foreach (var (s, scores) in settings.Index())
                for (var i = 0; i < group.Length; i++)
                    outside[m][s][place[group[i]]] = scores[i];
            stepsDone(++done);
        }

        int[] labels = [.. known.Select(u => Labels[u])];
        int[] best =
        [
            .. outside.Select(settings => settings.Index().MinBy(s => LogLinearPool.Fit([s.Item], labels).Loss).Index),
        ];
        double[][][] Best(double[][][][] of) => [.. of.Zip(best, (settings, s) => settings[s])];
        var pool = LogLinearPool.Fit(Best(outside), labels);
        var test = Best(Scores(methods, products, known, parts.Test));
        stepsDone(Steps);
        return new FoldOutcome(
            known.Zip(pool.Apply(Best(outside))).ToDictionary(p => p.First, p => p.Second),
            pool.Apply(test)
        )
        {
            Chosen = methods.Zip(best).ToDictionary(m => m.First.Name, m => (object)m.First.Settings[m.Second]),
        };

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
            int[] truth = [.. Enumerable.Range(0, SpeedCount).SelectMany(_ => training.Select(u => Labels[u]))];
            return
            [
                .. of.Select(method =>
                {
                    using var own = NewDisposeScope();
                    return method
                        .Scores(inside, truth, classes)
                        .Select(s =>
                            s.reshape(SpeedCount, asked.Length, classes)
                                .mean([0])
                                .data<double>()
                                .ToArray()
                                .Chunk(classes)
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
            var of = Features(set, known, seed);
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

    /// <summary>Groups of features of a recording, from what a set holds of it.</summary>
    private static Func<float[], float[][]> Features(SequenceSet set, int[] known, int seed) =>
        set.Kind == InputKind.Contours
            ? TemporalFeatures.Fit([.. known.Select(u => set.Sequences[u])], set.ItemSize, seed).Of
            : features => [features];

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
        var scaled = isBaseline ? Standardized(examples, training) : new RankGaussTransform(training).Apply(examples);
        // libtorch's memory is aligned, so sums are always the same
        var x = tensor(scaled, [examples.Length, examples[0].Length]).clone();
        products.add_(x.matmul(x.t()).to(float64), share);
    }

    /// <summary>Features less their mean over the training examples, over their deviation; row-major.</summary>
    private static float[] Standardized(float[][] examples, float[][] training)
    {
        var features = examples[0].Length;
        var scaled = new float[examples.Length * features];
        for (var f = 0; f < features; f++)
        {
            var mean = training.Average(e => (double)e[f]);
            var deviation = Math.Sqrt(training.Average(e => (e[f] - mean) * (e[f] - mean)));
            for (var i = 0; i < examples.Length; i++)
                scaled[i * features + f] = deviation == 0 ? 0 : (float)((examples[i][f] - mean) / deviation);
        }
        return scaled;
    }
}
