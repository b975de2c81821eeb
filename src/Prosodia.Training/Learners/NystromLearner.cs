using Prosodia.Evaluation.Degradations;
using Prosodia.Training.Adaptation;
using Prosodia.Training.Data;
using Prosodia.Training.Torch;
using static TorchSharp.torch;

namespace Prosodia.Training.Learners;

/// <summary>
/// <see cref="ClosedFormLearner"/> for corpora of any size: what is known of a recording's features are their inner
/// products with those of some recordings, the landmarks. Time and memory grow in proportion to the recordings, by 8 kB
/// each and speed (standardized by voice, by its features); with all recordings as landmarks it is exact. Source:
/// Williams and Seeger, Using the Nyström Method to Speed Up Kernel Machines, NIPS 2000.
/// </summary>
/// <param name="sets">What is read of the utterances: hand-made features, contours or both.</param>
/// <param name="speakers">The speaker of each utterance.</param>
/// <param name="voices">By which each feature is standardized; null where models don't adapt to speakers.</param>
/// <param name="task">What is learned.</param>
/// <param name="isBaseline">Whether it is the field's baseline: features standardized instead of ranked, and LDA
/// alone.</param>
/// <param name="landmarkCount">How many landmarks at most.</param>
internal sealed class NystromLearner(
    IReadOnlyList<SequenceSet> sets,
    IReadOnlyList<string> speakers,
    SpeakerStatistics? voices,
    LearningTask task,
    bool isBaseline = false,
    int landmarkCount = NystromLearner.DefaultLandmarks
) : IFoldLearner
{
    private const int DefaultLandmarks = 2048,
        InnerGroups = 5,
        Block = 512; // rows at once
    private const int MaxExamples = 250_000; // of a larger corpus, recordings are read at their own speed only

    private int Recordings => sets[0].Sequences.Count;

    private int SpeedCount => TakesSpeeds(Recordings) ? sets[0].Speeds.Count : 1;

    /// <summary>Whether so many recordings are read at other speeds than their own, too.</summary>
    public static bool TakesSpeeds(int recordings) => recordings * (SpeedPerturbation.Speeds.Count + 1L) <= MaxExamples;

    /// <inheritdoc/>
    public int Steps => sets.Count * SpeedCount + 1 + (isBaseline ? 0 : KernelRidge.Widths.Count) + 1;

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
        var groups = InnerFolds.Of(known, speakers, InnerGroups, seed);
        var landmarks = Landmarks(known, seed);
        var products = new LandmarkProducts(sets, SpeedCount, voices, known, landmarks, seed, isBaseline);
        products.Measure(() => stepsDone(++done), cancellationToken);

        var methods = task.Methods(products.Features, isBaseline);
        var trial = new ClosedFormTrial(known, task, parts.Test.Length, methods);
        void Fit(int method, int firstSetting, LandmarkKernel kernel, Func<LandmarkSums, Tensor[]> solve)
        {
            using var inner = NewDisposeScope();
            cancellationToken.ThrowIfCancellationRequested();
            LandmarkSums[] sums = [.. groups.Select(g => Sums(kernel, g))];
            void Score(Tensor[] weights, int[] asked, Action<int, double[][]> keep)
            {
                foreach (var (s, scores) in Scores(kernel, weights, asked).Index())
                    keep(firstSetting + s, scores);
            }
            foreach (var (g, group) in groups.Index().Where(g => g.Item.Length > 0))
            {
                using var own = NewDisposeScope();
                var others = LandmarkSums.Total([.. sums.Where((_, i) => i != g)]);
                Score(solve(others), group, (s, scores) => trial.Hold(method, s, group, scores));
            }
            Score(solve(LandmarkSums.Total(sums)), parts.Test, (s, scores) => trial.Test(method, s, scores));
            stepsDone(++done);
        }

        var (linear, isClasses) = (LandmarkKernel.Linear(products), task is ClassificationTask);
        double[] means = [.. Enumerable.Range(0, task.Outputs).Select(c => known.Average(u => task.Target(u)[c]))];
        double[] balance = [.. means.Select(m => m > 0 ? means.Sum() / (means.Length * m) : 0)];
        Fit(
            0,
            0,
            linear,
            sums =>
                isClasses
                    ? linear.Lda(sums, ShrinkageLda.Shrinkages, products.Features)
                    : linear.Regression(sums, RidgeRegression.LinearPenalties, means)
        );
        var penalties = isClasses ? KernelRidge.Penalties : RidgeRegression.RadialPenalties;
        foreach (var (w, width) in isBaseline ? [] : KernelRidge.Widths.Index())
        {
            var radial = LandmarkKernel.Radial(products, width);
            Fit(
                1,
                w * penalties.Count,
                radial,
                sums => isClasses ? radial.Ridge(sums, penalties) : radial.Regression(sums, penalties, means)
            );
        }
        stepsDone(Steps);
        return trial.Outcome();

        LandmarkSums Sums(LandmarkKernel kernel, int[] recordings)
        {
            var sums = LandmarkSums.Zero(landmarks.Length, task.Outputs);
            for (var speed = 0; speed < SpeedCount; speed++)
                foreach (var block in recordings.Chunk(Block))
                {
                    double[][] targets = [.. block.Select(u => task.Target(u, speed))];
                    if (!isClasses)
                        sums.Add(
                            kernel.Rows(speed, block),
                            [.. targets.Select(t => t.Select((y, c) => y - means[c]).ToArray())],
                            [.. targets.Select(_ => 1.0)]
                        );
                    else
                    {
                        if (kernel.IsBalanced)
                            targets = [.. targets.Select(t => t.Select((y, c) => y * balance[c]).ToArray())];
                        sums.Add(kernel.Rows(speed, block), targets, [.. targets.Select(t => t.Sum())]);
                    }
                }
            return sums;
        }

        // by setting and recording: the mean over speeds
        double[][][] Scores(LandmarkKernel kernel, Tensor[] weights, int[] asked)
        {
            using var inner = NewDisposeScope();
            var all = cat(weights, 1); // (landmarks + 1, settings x classes)
            var scores = weights.Select(_ => new double[asked.Length][]).ToArray();
            foreach (var block in asked.Index().Chunk(Block))
            {
                using var own = NewDisposeScope();
                int[] rows = [.. block.Select(b => b.Item)];
                var sum = Enumerable
                    .Range(0, SpeedCount)
                    .Select(speed => kernel.Score(speed, rows, all))
                    .Aggregate((a, b) => a.add(b, PinnedScalars.One));
                var values = sum.contiguous().data<double>().ToArray();
                foreach (var (i, (place, _)) in block.Index())
                    for (var s = 0; s < weights.Length; s++)
                        scores[s][place] =
                        [
                            .. values
                                .AsSpan((i * weights.Length + s) * task.Outputs, task.Outputs)
                                .ToArray()
                                .Select(x => x / SpeedCount),
                        ];
            }
            return scores;
        }
    }

    /// <summary>Known recordings that stand for all.</summary>
    private int[] Landmarks(int[] known, int seed)
    {
        if (known.Length <= landmarkCount)
            return known;
        int[] shuffled = [.. known];
        new Random(seed).Shuffle(shuffled);
        return [.. task.Sample(shuffled, landmarkCount)];
    }
}
