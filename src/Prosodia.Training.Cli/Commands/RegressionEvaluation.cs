using System.Globalization;
using Prosodia.Cli.Hosting;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Reports;
using Prosodia.Training.Cli.Hosting;
using Prosodia.Training.Experiments;

namespace Prosodia.Training.Cli.Commands;

/// <summary><c>evaluate --target</c>: cross-validation of numbers, and report.</summary>
internal static class RegressionEvaluation
{
    /// <summary>Runs the evaluation, with one seed or several, and writes its files; gives the exit code.</summary>
    public static int Run(
        Manifest manifest,
        ExperimentOptions options,
        string folder,
        int seeds,
        StudyRunner study,
        bool json
    )
    {
        if (seeds > 1)
            return RunSeeds(manifest, options, folder, seeds, study, json);
        var (result, _, report) = study.RunRegression(manifest, options, folder);
        if (json)
            Console.Write(result.ToJson());
        else
        {
            var setup = result.Setup;
            Console.WriteLine(
                $"{setup.Corpus}, {setup.Model}{(setup.Encoder is { } of ? $" ({of})" : "")}, {setup.Protocol}, seed "
                    + $"{setup.Seed}: {result.Predictions.Count} test recordings in {result.Folds.Count} folds"
            );
            foreach (var finding in RegressionFiles.Findings(result))
                Console.WriteLine($"  {finding}");
            if (setup.Note is { } note)
                Console.WriteLine(note);
            Console.WriteLine($"report: {report}");
        }
        return study.End();
    }

    private static int RunSeeds(
        Manifest manifest,
        ExperimentOptions options,
        string folder,
        int seeds,
        StudyRunner study,
        bool json
    )
    {
        var runs = study.RunRegression(manifest, options, folder, seeds);
        var setup = runs[0].Setup;
        var title = $"{setup.Corpus}, {setup.Model}, {setup.Protocol}: {seeds} seeds";
        var summaries = options
            .Truth.Targets.Select(
                (target, t) =>
                {
                    RegressionMetrics[] each = [.. runs.Select(r => r.Results[t].Pooled)];
                    return (
                        Target: target,
                        Mean: RegressionMetrics.Mean(each),
                        Deviation: RegressionMetrics.Deviation(each)
                    );
                }
            )
            .ToArray();
        IReadOnlyList<object?> Row(string target, string name, RegressionMetrics m) =>
            [target, name, .. m.All.Select(f => (object)f.Value)];
        var table = new ResultTable(
            "All folds together",
            ["target", "seed", .. summaries[0].Mean.All.Select(f => RegressionTables.Name(f.Name))],
            [
                .. summaries.SelectMany(
                    (s, t) =>
                        runs.Select(r => Row(s.Target.Name, $"{r.Setup.Seed}", r.Results[t].Pooled))
                            .Append(Row(s.Target.Name, "mean", s.Mean))
                            .Append(Row(s.Target.Name, "deviation", s.Deviation))
                ),
            ]
        );
        string[] findings =
        [
            .. summaries.Select(s =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{s.Target.Name}: CCC {s.Mean.Ccc:0.000} in the mean of {seeds} seeds (deviation "
                        + $"{s.Deviation.Ccc:0.000}), RMSE {s.Mean.Rmse:0.###}."
                )
            ),
        ];
        var report = new StudyReport(
            title,
            [.. findings, setup.ProtocolDescription],
            setup.Note is { } note ? [note] : [],
            [table],
            []
        ).Write(folder, "seeds", study.Context);
        if (json)
            Terminal.PrintJson(summaries.ToDictionary(s => s.Target.Name, s => new { s.Mean, s.Deviation }));
        else
        {
            Console.WriteLine($"{title}\n{string.Join('\n', findings)}");
            Terminal.Print(table);
            Console.WriteLine($"report: {report}");
        }
        return study.End();
    }
}
