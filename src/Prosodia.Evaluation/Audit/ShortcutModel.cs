using MathNet.Numerics.LinearAlgebra;
using Prosodia.Evaluation.Metrics;

namespace Prosodia.Evaluation.Audit;

/// <summary>How well length, level and noise floor alone tell the classes of the test part.</summary>
/// <param name="Ua">UA on the test part.</param>
/// <param name="Chance">UA of a model that guesses.</param>
/// <param name="Probability">How often shuffled labels give as high a UA.</param>
internal sealed record Shortcut(double Ua, double Chance, double Probability)
{
    private const double Unlikely = 0.01;

    /// <summary>Whether it beats chance.</summary>
    public bool BeatsChance => Probability < Unlikely;
}

/// <summary>
/// A model that hears nothing but how long and how loud a recording is and how loud its pauses are: linear discriminant
/// analysis of these three, their squares and their products, all classes equally likely.
/// </summary>
internal static class ShortcutModel
{
    private const int Shuffles = 999,
        LeastOfClass = 5;
    private const double Ridge = 1e-3; // of the mean variance

    /// <summary>Trains on one part and tests on the other; null where there is too little of two classes.</summary>
    public static Shortcut? Measure(
        IReadOnlyList<(RecordingCheck Check, string Emotion)> train,
        IReadOnlyList<(RecordingCheck Check, string Emotion)> test,
        int seed
    )
    {
        ArgumentNullException.ThrowIfNull(train);
        string[] classes =
        [
            .. train
                .GroupBy(r => r.Emotion)
                .Where(g => g.Count() >= LeastOfClass && test.Any(t => t.Emotion == g.Key))
                .Select(g => g.Key)
                .Order(StringComparer.Ordinal),
        ];
        if (classes.Length < 2)
            return null;
        var known = train.Where(r => classes.Contains(r.Emotion)).ToArray();
        var asked = test.Where(r => classes.Contains(r.Emotion)).ToArray();
        double[][] raw = [.. known.Select(r => Values(r.Check))];
        var (mean, scale) = Scale(raw);
        double[] Of(RecordingCheck check) => Expanded(Values(check), mean, scale);
        var examples = known.ToLookup(r => r.Emotion, r => Vector<double>.Build.Dense(Of(r.Check)));
        var means = classes.Select(c => examples[c].Aggregate((a, b) => a + b) / examples[c].Count()).ToArray();
        var within = Matrix<double>.Build.Dense(means[0].Count, means[0].Count);
        foreach (var (c, name) in classes.Index())
        foreach (var example in examples[name])
            within += (example - means[c]).OuterProduct(example - means[c]) / known.Length;
        within += Matrix<double>.Build.DenseIdentity(within.RowCount) * (Ridge * within.Trace() / within.RowCount);
        var inverse = within.Inverse();
        string Predicted(double[] x)
        {
            var point = Vector<double>.Build.Dense(x);
            return classes[
                Enumerable.Range(0, classes.Length).MinBy(c => (point - means[c]) * inverse * (point - means[c]))
            ];
        }

        string[] answers = [.. asked.Select(r => Predicted(Of(r.Check)))],
            truths = [.. asked.Select(r => r.Emotion)];
        double Ua(string[] labels) =>
            new ConfusionMatrix(
                classes.Length,
                labels.Zip(answers, (t, p) => (Array.IndexOf(classes, t), Array.IndexOf(classes, p)))
            ).UnweightedAccuracy;
        var (found, random) = (Ua(truths), new Random(seed));
        var asHigh = 0;
        for (var s = 0; s < Shuffles; s++)
        {
            random.Shuffle(truths);
            if (Ua(truths) >= found - 1e-12)
                asHigh++;
        }
        return new Shortcut(found, 1.0 / classes.Length, (asHigh + 1.0) / (Shuffles + 1));
    }

    private static double[] Values(RecordingCheck check) => [Math.Log(check.Seconds), check.Level, check.NoiseFloor];

    private static (double[] Mean, double[] Scale) Scale(double[][] values)
    {
        double[] mean = [.. Enumerable.Range(0, values[0].Length).Select(i => values.Average(v => v[i]))];
        double[] scale =
        [
            .. mean.Select((m, i) => Math.Max(1e-9, Math.Sqrt(values.Average(v => (v[i] - m) * (v[i] - m))))),
        ];
        return (mean, scale);
    }

    /// <summary>Standardized values, their squares and their products.</summary>
    private static double[] Expanded(double[] values, double[] mean, double[] scale)
    {
        double[] z = [.. values.Select((v, i) => (v - mean[i]) / scale[i])];
        return [.. z, .. z.SelectMany((a, i) => z.Skip(i).Select(b => a * b))];
    }
}
