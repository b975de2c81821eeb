using Prosodia.Training.Adaptation;
using Prosodia.Training.Data;
using Prosodia.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Learners;

/// <summary>
/// Inner products of the features of recordings with those of some of them, the landmarks, each group of features
/// having the same weight: all that is kept of the features.
/// </summary>
/// <param name="sets">What is read of the recordings.</param>
/// <param name="speedCount">How many of its speeds are used.</param>
/// <param name="voices">By which each feature is standardized; null where it isn't.</param>
/// <param name="known">The recordings that may be learned from.</param>
/// <param name="landmarks">The landmarks, of these.</param>
/// <param name="seed">Seed of what is drawn.</param>
/// <param name="isBaseline">Whether features are standardized instead of ranked.</param>
internal sealed class LandmarkProducts(
    IReadOnlyList<SequenceSet> sets,
    int speedCount,
    SpeakerStatistics? voices,
    int[] known,
    int[] landmarks,
    int seed,
    bool isBaseline
)
{
    private const int ScaleExamples = 6000, // recordings that tell the scale of features
        Block = 256;

    private readonly int _recordings = sets[0].Sequences.Count;

    /// <summary>How many features a recording has.</summary>
    public int Features { get; private set; }

    /// <summary>The landmarks among each other, (landmarks, landmarks).</summary>
    public Tensor Among { get; private set; } = null!;

    /// <summary>Each recording with the landmarks, by speed: (recordings, landmarks), of 32 bits.</summary>
    public Tensor[] WithLandmarks { get; private set; } = [];

    /// <summary>Each recording with itself, by speed: (recordings).</summary>
    public Tensor[] Squares { get; private set; } = [];

    /// <summary>Of the recordings at their own speed that are landmarks, their places.</summary>
    public Tensor LandmarkRows => tensor([.. landmarks.Select(u => (long)u)]);

    /// <summary>Measures all recordings.</summary>
    /// <param name="setDone">Called once a set is done at a speed.</param>
    /// <param name="cancellationToken">Stops.</param>
    public void Measure(Action setDone, CancellationToken cancellationToken)
    {
        WithLandmarks = [.. Enumerable.Range(0, speedCount).Select(_ => zeros(_recordings, landmarks.Length))];
        Squares = [.. Enumerable.Range(0, speedCount).Select(_ => zeros(_recordings, float64))];
        var groups = 0;
        foreach (var set in sets)
            groups += Add(set, setDone, cancellationToken);
        using Scalar share = 1.0 / groups;
        foreach (var tensor in WithLandmarks.Concat(Squares))
            tensor.mul_(share);
        var among = WithLandmarks[0].index_select(0, LandmarkRows).to(float64);
        Among = among.add(among.t(), PinnedScalars.One).mul_(PinnedScalars.Half);
    }

    /// <summary>Adds the products of a set's features; gives how many groups these have.</summary>
    private int Add(SequenceSet set, Action setDone, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        int[] some = [.. known];
        new Random(seed).Shuffle(some);
        some = [.. some.Take(ScaleExamples).Order()];
        var of = FeatureGroups.Of(set, [.. some.Select(u => set.Sequences[u])], seed);
        var own = Rows(set, 0, of);
        float[][][] examples = [.. some.Select(u => own(u))];
        IFeatureScale[] scales =
        [
            .. examples[0].Select((_, group) => FeatureGroups.ScaleOf([.. examples.Select(e => e[group])], isBaseline)),
        ];
        Tensor[] marks = [.. scales.Select((_, group) => Scaled(landmarks.Select(own), group).t())];
        for (var speed = 0; speed < speedCount; speed++)
        {
            var rows = speed == 0 ? own : Rows(set, speed, of);
            foreach (var block in Enumerable.Range(0, _recordings).Chunk(Block))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var inner = NewDisposeScope();
                float[][][] measured = [.. block.Select(rows)];
                for (var group = 0; group < scales.Length; group++)
                {
                    var x = Scaled(measured, group);
                    using Scalar share = 1.0 / x.shape[1];
                    WithLandmarks[speed].narrow(0, block[0], block.Length).add_(x.matmul(marks[group]), share);
                    Squares[speed].narrow(0, block[0], block.Length).add_(x.to(float64).square().sum([1]), share);
                }
            }
            setDone();
        }
        Features += examples[0].Sum(group => group.Length);
        return scales.Length;

        Tensor Scaled(IEnumerable<float[][]> recordings, int group)
        {
            float[][] rows = [.. recordings.Select(r => r[group])];
            // libtorch's memory is aligned, so sums are always the same
            return tensor(scales[group].Apply(rows), [rows.Length, rows[0].Length]).clone();
        }
    }

    /// <summary>The groups of features of a recording at a speed; by voice, those of all are kept.</summary>
    private Func<int, float[][]> Rows(SequenceSet set, int speed, Func<float[], float[][]> of)
    {
        if (voices is null)
            return u => of(set.Speeds[speed][u]);
        float[][][] all = [.. Enumerable.Range(0, _recordings).Select(u => of(set.Speeds[speed][u]))];
        var standardized = Enumerable
            .Range(0, all[0].Length)
            .Select(group => voices.Standardize([.. all.Select(r => r[group])], [all[0][group].Length]))
            .ToArray();
        return u => [.. standardized.Select(group => group[u])];
    }
}
