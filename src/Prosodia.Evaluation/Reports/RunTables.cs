using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Runs;

namespace Prosodia.Evaluation.Reports;

/// <summary>The tables of an evaluation.</summary>
internal static class RunTables
{
    public static ResultTable Figures(EvaluationResult result)
    {
        var (setup, pooled, mean) = (result.Setup, result.Pooled, result.Mean);
        var title =
            $"{setup.Corpus}, {setup.Model}, {setup.Protocol}, seed "
            + $"{setup.Seed}{(setup.Note is { } note ? $". {note}" : "")}";
        object?[] Row(string name, string key, double value, double overFolds) =>
            [name, value, result.Ci95[key].Low, result.Ci95[key].High, result.Ci95[key].Speakers, overFolds];
        return new ResultTable(
            title,
            ["figure", "all folds", "95 % from", "to", "speakers", "mean of folds"],
            [
                Row("UA", "ua", pooled.Ua, mean.Ua),
                Row("WA", "wa", pooled.Wa, mean.Wa),
                Row("macro F1", "f1", pooled.F1, mean.F1),
                Row("macro precision", "precision", pooled.Precision, mean.Precision),
            ]
        );
    }

    public static ResultTable Confusion(EvaluationResult result) =>
        new(
            "Recordings; rows were spoken, columns recognized",
            ["truth", .. result.Classes],
            [
                .. result
                    .Confusion.ToRows()
                    .Select((row, i) => (IReadOnlyList<object?>)[result.Classes[i], .. row.Cast<object>()]),
            ]
        );

    public static ResultTable Groups(EvaluationResult result) =>
        new(
            "Groups",
            ["column", "value", "recordings", "ua", "wa"],
            [.. result.Groups.Select(g => (IReadOnlyList<object?>)[g.Column, g.Value, g.Count, g.Ua, g.Wa])]
        );

    public static ResultTable Folds(EvaluationResult result)
    {
        string[] chosen = [.. result.Folds.SelectMany(f => f.Chosen?.Keys ?? []).Distinct()];
        return new ResultTable(
            "Folds",
            [
                "fold",
                "test speakers",
                "validation speakers",
                "train",
                "validation",
                "test",
                "epoch",
                "validation UA",
                "test UA",
                "test WA",
                "test F1",
                .. chosen,
            ],
            [
                .. result.Folds.Select(f =>
                {
                    var (validation, test) = (
                        ClassificationMetrics.OfAny(f.Validation, result.Classes),
                        ClassificationMetrics.OfAny(f.Test, result.Classes)
                    );
                    return (IReadOnlyList<object?>)
                        [
                            f.Name,
                            Few(f.TestSpeakers),
                            Few(f.ValidationSpeakers),
                            f.NTrain,
                            f.Validation.Length,
                            f.Test.Length,
                            f.BestEpoch > 0 ? f.BestEpoch : null,
                            validation?.Ua,
                            test?.Ua,
                            test?.Wa,
                            test?.F1,
                            .. chosen.Select(name => f.Chosen![name]),
                        ];
                }),
            ]
        );
    }

    private static string Few(string[] speakers) =>
        speakers.Length <= 6 ? string.Join(", ", speakers) : $"{speakers.Length} speakers";
}
