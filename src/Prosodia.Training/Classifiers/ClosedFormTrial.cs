namespace Prosodia.Training.Classifiers;

/// <summary>
/// Scores of methods in closed form at every setting: out-of-fold scores choose a setting of each method and the
/// methods' weights, with which the test recordings are scored.
/// </summary>
/// <param name="known">The recordings that are known.</param>
/// <param name="labels">The class of each recording of the corpus.</param>
/// <param name="tested">How many are tested.</param>
/// <param name="methods">The methods.</param>
internal sealed class ClosedFormTrial(int[] known, IReadOnlyList<int> labels, int tested, params IClosedForm[] methods)
{
    private readonly Dictionary<int, int> _place = known.Index().ToDictionary(u => u.Item, u => u.Index);

    // by method, setting and recording
    private readonly double[][][][] _held = Empty(methods, known.Length),
        _test = Empty(methods, tested);

    /// <summary>Keeps the scores of known recordings that were not trained on.</summary>
    public void Hold(int method, int setting, int[] recordings, double[][] scores)
    {
        foreach (var (recording, row) in recordings.Zip(scores))
            _held[method][setting][_place[recording]] = row;
    }

    /// <summary>Keeps the scores of the tested recordings, in their order.</summary>
    public void Test(int method, int setting, double[][] scores) => scores.CopyTo(_test[method][setting], 0);

    /// <summary>Chooses, weights and predicts.</summary>
    public FoldOutcome Outcome()
    {
        int[] truth = [.. known.Select(u => labels[u])];
        int[] best =
        [
            .. _held.Select(settings => settings.Index().MinBy(s => LogLinearPool.Fit([s.Item], truth).Loss).Index),
        ];
        double[][][] Best(double[][][][] of) => [.. of.Zip(best, (settings, s) => settings[s])];
        var held = Best(_held);
        var pool = LogLinearPool.Fit(held, truth);
        return new FoldOutcome(
            known.Zip(pool.Apply(held)).ToDictionary(p => p.First, p => p.Second),
            pool.Apply(Best(_test))
        )
        {
            Chosen = methods.Zip(best).ToDictionary(m => m.First.Name, m => (object)m.First.Settings[m.Second]),
        };
    }

    /// <summary>Shrinkage LDA and kernel ridge; the field's baseline is LDA alone.</summary>
    /// <param name="features">How many features there are.</param>
    /// <param name="isBaseline">Whether it is the baseline.</param>
    public static IClosedForm[] Methods(int features, bool isBaseline) =>
        isBaseline ? [new ShrinkageLda(features)] : [new ShrinkageLda(features), new KernelRidge()];

    private static double[][][][] Empty(IClosedForm[] methods, int recordings) =>
        [.. methods.Select(m => m.Settings.Select(_ => new double[recordings][]).ToArray())];
}
