using Prosodia.Evaluation.IO;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Runs;

namespace Prosodia.Evaluation.Reports;

/// <summary>
/// The files of a finished evaluation: <c>results.json</c>, <c>predictions.csv</c>, <c>confusion.csv</c> and
/// <c>.png</c>, <c>loss.csv</c> and <c>.png</c> where something is trained in epochs, <c>figures.csv</c>,
/// <c>folds.csv</c>, <c>groups.csv</c>, <c>calibration.png</c>, <c>votes.csv</c> and <c>.png</c> where raters voted,
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
            "votes.csv",
            "votes.png",
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
        var loss = result.HasLoss
            ? RunPlots.Loss(result.Setup, [.. result.Folds.Select(f => (f.BestEpoch, f.Loss))])
            : null;
        var confusion = RunPlots.Confusion(result);
        var calibration = RunPlots.Calibration(result);
        var votes = result.Votes is null ? null : VoteReport.Plot(result);
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
                    + (result.Votes is null ? "" : "\n" + VoteReport.Table(result).ToLatex())
            )
        );
        OutputFile.Write(In("confusion.png"), confusion);
        OutputFile.Write(In("calibration.png"), calibration);
        if (result.Votes is not null)
        {
            OutputFile.Write(In("votes.png"), votes!);
            VoteReport.Table(result).WriteCsv(In("votes.csv"));
        }
        if (loss is not null)
        {
            OutputFile.Write(In("loss.png"), loss);
            CsvFile.Write(In("loss.csv"), Loss(result));
        }
        OutputFile.Write(In("report.html"), HtmlReport.Write(result, context, folder, loss, calibration, votes));
        return In("report.html");
    }

    private static IEnumerable<object?[]> Predictions(EvaluationResult result)
    {
        string[] Columns(string prefix) => [.. result.Classes.Select(c => prefix + c)];
        string[] header = ["fold", "path", "speaker", "truth", "predicted", .. Columns("p_")];
        if (result.Votes is null)
        {
            yield return header;
            foreach (var fold in result.Folds)
            foreach (var p in fold.Test)
                yield return Row(fold.Name, p);
            yield break;
        }
        // of recordings without a majority the truth is empty; v_: shares of votes, d_: what is predicted of these
        yield return [.. header, .. Columns("v_"), .. Columns("d_")];
        foreach (var (fold, voted) in result.Voted)
            yield return
            [
                .. Row(fold, voted.Prediction),
                .. voted.Shares.Cast<object>(),
                .. voted.Distribution.Cast<object>(),
            ];

        static object?[] Row(string fold, Prediction p) =>
            [fold, p.Path, p.Speaker, p.Truth, p.Predicted, .. p.Probabilities.Cast<object>()];
    }

    private static IEnumerable<object?[]> Loss(EvaluationResult result)
    {
        yield return ["fold", "epoch", "train", "validation", "kept"];
        foreach (var fold in result.Folds)
        foreach (var point in fold.Loss)
            yield return [fold.Name, point.Epoch, point.Train, point.Validation, point.Epoch == fold.BestEpoch ? 1 : 0];
    }
}
