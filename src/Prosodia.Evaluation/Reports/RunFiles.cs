using Prosodia.Evaluation.IO;
using Prosodia.Evaluation.Runs;

namespace Prosodia.Evaluation.Reports;

/// <summary>
/// The files of a finished evaluation: <c>results.json</c>, <c>predictions.csv</c>, <c>confusion.csv</c> and
/// <c>.png</c>, <c>loss.csv</c> and <c>.png</c> where something is trained in epochs, <c>figures.csv</c>,
/// <c>folds.csv</c>, <c>groups.csv</c>, <c>calibration.png</c>,
/// <c>tables.tex</c>, <c>report.html</c>.
/// </summary>
internal static class RunFiles
{
    /// <summary>The files that an evaluation may write into a folder.</summary>
    public static IEnumerable<string> In(string folder) =>
        new[]
        {
            "results.json",
            "predictions.csv",
            "figures.csv",
            "confusion.csv",
            "folds.csv",
            "groups.csv",
            "tables.tex",
            "confusion.png",
            "calibration.png",
            "loss.png",
            "loss.csv",
            "report.html",
        }.Select(name => Path.Combine(folder, name));

    /// <summary>Writes all files and gives the report's path.</summary>
    public static string Write(string folder, EvaluationResult result, RunContext context)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(context);
        string In(string name) => Path.Combine(folder, name);
        var loss = result.HasLoss ? RunPlots.Loss(result) : null;
        var confusion = RunPlots.Confusion(result);
        var calibration = RunPlots.Calibration(result);
        OutputFile.Write(In("results.json"), result.ToJson());
        CsvFile.Write(In("predictions.csv"), Predictions(result));
        RunTables.Figures(result).WriteCsv(In("figures.csv"));
        RunTables.Confusion(result).WriteCsv(In("confusion.csv"));
        RunTables.Folds(result).WriteCsv(In("folds.csv"));
        RunTables.Groups(result).WriteCsv(In("groups.csv"));
        OutputFile.Write(
            In("tables.tex"),
            string.Join(
                '\n',
                RunTables.Figures(result).ToLatex(),
                RunTables.Confusion(result).ToLatex(),
                RunTables.Folds(result).ToLatex()
            )
        );
        OutputFile.Write(In("confusion.png"), confusion);
        OutputFile.Write(In("calibration.png"), calibration);
        if (loss is not null)
        {
            OutputFile.Write(In("loss.png"), loss);
            CsvFile.Write(In("loss.csv"), Loss(result));
        }
        OutputFile.Write(In("report.html"), HtmlReport.Write(result, context, folder, loss, calibration));
        return In("report.html");
    }

    private static IEnumerable<object?[]> Predictions(EvaluationResult result)
    {
        yield return ["fold", "path", "speaker", "truth", "predicted", .. result.Classes.Select(c => "p_" + c)];
        foreach (var fold in result.Folds)
        foreach (var p in fold.Test)
            yield return [fold.Name, p.Path, p.Speaker, p.Truth, p.Predicted, .. p.Probabilities.Cast<object>()];
    }

    private static IEnumerable<object?[]> Loss(EvaluationResult result)
    {
        yield return ["fold", "epoch", "train", "validation", "kept"];
        foreach (var fold in result.Folds)
        foreach (var point in fold.Loss)
            yield return [fold.Name, point.Epoch, point.Train, point.Validation, point.Epoch == fold.BestEpoch ? 1 : 0];
    }
}
