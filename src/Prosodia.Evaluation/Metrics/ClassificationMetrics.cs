using MathNet.Numerics.Statistics;

namespace Prosodia.Evaluation.Metrics;

/// <summary>The figures of one evaluation, fractions of 1.</summary>
/// <param name="Wa">Weighted accuracy: the fraction of utterances that are right.</param>
/// <param name="Ua">Unweighted accuracy: the mean of the classes' recalls.</param>
/// <param name="Recall">Macro recall, which equals UA; given because the paper reports it by this name.</param>
/// <param name="Precision">Macro precision.</param>
/// <param name="F1">Macro F1.</param>
internal sealed record ClassificationMetrics(double Wa, double Ua, double Recall, double Precision, double F1)
{
    /// <summary>The figures of a confusion matrix.</summary>
    public static ClassificationMetrics Of(ConfusionMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return new ClassificationMetrics(
            matrix.WeightedAccuracy,
            matrix.UnweightedAccuracy,
            matrix.UnweightedAccuracy,
            matrix.MacroPrecision,
            matrix.MacroF1
        );
    }

    /// <summary>The figures of predictions.</summary>
    public static ClassificationMetrics Of(IReadOnlyList<Prediction> predictions, IReadOnlyList<string> classes) =>
        Of(Matrix(predictions, classes));

    /// <summary>The figures of predictions; null of none, as where raters agree on no label.</summary>
    public static ClassificationMetrics? OfAny(IReadOnlyList<Prediction> predictions, IReadOnlyList<string> classes) =>
        predictions.Count == 0 ? null : Of(predictions, classes);

    /// <summary>The mean over folds.</summary>
    public static ClassificationMetrics Mean(IReadOnlyList<ClassificationMetrics> folds) =>
        new(
            folds.Average(s => s.Wa),
            folds.Average(s => s.Ua),
            folds.Average(s => s.Recall),
            folds.Average(s => s.Precision),
            folds.Average(s => s.F1)
        );

    /// <summary>The standard deviation (n - 1) over runs; zero of one run.</summary>
    public static ClassificationMetrics Deviation(IReadOnlyList<ClassificationMetrics> runs)
    {
        double Of(Func<ClassificationMetrics, double> figure) =>
            runs.Count < 2 ? 0 : Statistics.StandardDeviation(runs.Select(figure));
        return new(Of(s => s.Wa), Of(s => s.Ua), Of(s => s.Recall), Of(s => s.Precision), Of(s => s.F1));
    }

    /// <summary>The confusion matrix of predictions, classes in the order given.</summary>
    public static ConfusionMatrix Matrix(IEnumerable<Prediction> predictions, IReadOnlyList<string> classes)
    {
        var number = classes.Index().ToDictionary(c => c.Item, c => c.Index);
        return new ConfusionMatrix(classes.Count, predictions.Select(p => (number[p.Truth], number[p.Predicted])));
    }
}
