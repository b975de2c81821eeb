namespace Prosodia.Evaluation.Metrics;

/// <summary>
/// How often each true class was taken for each class, and the figures of the field that follow from it. A class that
/// doesn't occur in the truth has no recall and doesn't count in its mean; one never predicted has precision 0.
/// Source: Schuller et al., Speech Communication 53, 2011, for WA and UA; Sokolova and Lapalme, 2009, for the others.
/// </summary>
internal sealed class ConfusionMatrix
{
    private readonly int[,] _counts;

    /// <summary>Counts pairs of class numbers.</summary>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="pairs">The true and the predicted class of each utterance, from 0; at least one pair.</param>
    public ConfusionMatrix(int classes, IEnumerable<(int Truth, int Predicted)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        _counts = new int[classes, classes];
        foreach (var (truth, predicted) in pairs)
        {
            _counts[truth, predicted]++;
            Total++;
        }
        if (Total == 0)
            throw new ArgumentException("at least one pair is needed", nameof(pairs));
    }

    private ConfusionMatrix(int[,] counts, int total) => (_counts, Total) = (counts, total);

    /// <summary>How many classes there are.</summary>
    public int Classes => _counts.GetLength(0);

    /// <summary>How many utterances were counted.</summary>
    public int Total { get; }

    /// <summary>
    /// How many utterances of class <paramref name="truth"/> were taken for <paramref name="predicted"/>.
    /// </summary>
    public int this[int truth, int predicted] => _counts[truth, predicted];

    /// <summary>The counts of several matrices of the same classes together.</summary>
    public static ConfusionMatrix Sum(IReadOnlyList<ConfusionMatrix> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var counts = new int[parts[0].Classes, parts[0].Classes];
        foreach (var part in parts)
            for (var t = 0; t < part.Classes; t++)
            for (var p = 0; p < part.Classes; p++)
                counts[t, p] += part[t, p];
        return new ConfusionMatrix(counts, parts.Sum(p => p.Total));
    }

    /// <summary>WA, weighted accuracy: the fraction of utterances that are right.</summary>
    public double WeightedAccuracy => (double)All.Sum(c => _counts[c, c]) / Total;

    /// <summary>
    /// UA, unweighted accuracy, which is macro recall: the mean over true classes of the fraction that is right.
    /// </summary>
    public double UnweightedAccuracy => All.Where(c => Truths(c) > 0).Average(Recall);

    /// <summary>Mean precision of the classes that occur or were predicted.</summary>
    public double MacroPrecision => Seen.Average(c => Guesses(c) == 0 ? 0 : (double)_counts[c, c] / Guesses(c));

    /// <summary>Mean F1 of the classes that occur or were predicted.</summary>
    public double MacroF1 => Seen.Average(F1);

    /// <summary>F1 weighted by how often each class occurs.</summary>
    public double WeightedF1 => Seen.Sum(c => F1(c) * Truths(c)) / Total;

    /// <summary>Cohen's kappa: agreement beyond chance, 1 when all is right and 0 at chance.</summary>
    public double Kappa
    {
        get
        {
            var chance = All.Sum(c => (double)Truths(c) * Guesses(c)) / ((double)Total * Total);
            return chance == 1 ? 0 : (WeightedAccuracy - chance) / (1 - chance);
        }
    }

    /// <summary>The fraction of a class's utterances that is right; the class occurs.</summary>
    public double Recall(int truth) => (double)_counts[truth, truth] / Truths(truth);

    /// <summary>How many utterances a class has.</summary>
    public int Truths(int truth) => All.Sum(predicted => _counts[truth, predicted]);

    /// <summary>The counts, one array a true class.</summary>
    public int[][] ToRows() => [.. All.Select(t => All.Select(p => _counts[t, p]).ToArray())];

    private IEnumerable<int> All => Enumerable.Range(0, Classes);

    private IEnumerable<int> Seen => All.Where(c => Truths(c) + Guesses(c) > 0);

    private int Guesses(int predicted) => All.Sum(truth => _counts[truth, predicted]);

    private double F1(int c) => 2.0 * _counts[c, c] / (Truths(c) + Guesses(c));
}
