namespace Prosodia.Training.Learners;

/// <summary>
/// Scores of methods in closed form at every setting: out-of-fold scores choose a setting of each method and the
/// methods' weights, with which the test recordings are scored.
/// </summary>
/// <param name="known">The recordings that are known.</param>
/// <param name="task">What is learned.</param>
/// <param name="tested">How many are tested.</param>
/// <param name="methods">The methods.</param>
internal sealed class ClosedFormTrial(int[] known, LearningTask task, int tested, params IClosedForm[] methods)
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
        int[] best = [.. _held.Select(settings => settings.Index().MinBy(s => task.Pool([s.Item], known).Loss).Index)];
        double[][][] Best(double[][][][] of) => [.. of.Zip(best, (settings, s) => settings[s])];
        var held = Best(_held);
        var pool = task.Pool(held, known);
        return new FoldOutcome(
            known.Zip(pool.Apply(held)).ToDictionary(p => p.First, p => p.Second),
            pool.Apply(Best(_test))
        )
        {
            Chosen = methods.Zip(best).ToDictionary(m => m.First.Name, m => (object)m.First.Settings[m.Second]),
        };
    }

    private static double[][][][] Empty(IClosedForm[] methods, int recordings) =>
        [.. methods.Select(m => m.Settings.Select(_ => new double[recordings][]).ToArray())];
}
