using System.CommandLine;
using System.Globalization;
using MathNet.Numerics.Statistics;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Reports;
using Prosodia.Evaluation.Runs;
using Prosodia.Training.Cli.Hosting;
using Prosodia.Training.Cli.Options;
using Prosodia.Training.Experiments;

namespace Prosodia.Training.Cli.Commands;

/// <summary><c>evaluate</c>: cross-validation and report.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var manifests = new Argument<string[]>("MANIFEST")
        {
            Description = "The corpus, as written by import; several are joined on the emotions that all have",
            Arity = ArgumentArity.OneOrMore,
        };
        var protocol = new Option<string>("--protocol")
        {
            Description = $"How the corpus is divided: {Protocol.Names}",
            Required = true,
            HelpName = "P",
        };
        var labels = CommonOptions.Labels();
        var seeds = CommonOptions.Seeds();
        var fold = new Option<string?>("--fold")
        {
            Description = "Run this fold only and keep it; the same command without --fold puts all together",
            HelpName = "NAME",
        };
        var json = CommonOptions.Json();
        var experiment = new ExperimentOptionsBinder();
        var command = new Verb(
            "evaluate",
            TrainingVerbs.DescriptionOf("evaluate"),
            """
            prosodia evaluate emodb.csv --protocol leave-one-speaker-out --out runs/emodb
            prosodia evaluate emodb.csv --protocol leave-one-speaker-out --adapt speaker --out runs/emodb-adapted
            prosodia evaluate emodb.csv --protocol speaker-independent --model paper --out runs/emodb-paper
            prosodia evaluate ravdess.csv --protocol folds:ravdess-6fold.csv --seeds 3 --out runs/ravdess
            prosodia evaluate emodb.csv ravdess.csv --protocol leave-one-corpus-out --out runs/across
            prosodia evaluate cremad.csv --target intensity:0:100 --protocol speaker-groups:11 --out runs/intensity
            prosodia evaluate iemocap.csv --target valence:1:5 --target arousal:1:5 --target dominance:1:5
              --protocol leave-one-session-out --out runs/dimensions
            prosodia evaluate cremad.csv --votes distribution --protocol speaker-groups:11 --out runs/votes
            """
        )
        {
            manifests,
            protocol,
            labels,
            seeds,
            fold,
            json,
        };
        experiment.AddTo(command);
        command.Validators.Add(r =>
        {
            if (r.GetValue(labels) is not null && r.GetValue(manifests) is { Length: 1 })
                r.AddError("--labels goes with several manifests.");
        });
        command.SetAction(
            (arguments, cancellationToken) =>
                Task.FromResult(
                    experiment.With(
                        arguments,
                        experiment.Protocol(arguments, arguments.GetValue(protocol)!),
                        options =>
                        {
                            var (manifest, note) = ManifestJoin.Open(
                                arguments.GetValue(manifests)!,
                                arguments.GetValue(labels),
                                options.Truth.IsByEmotion
                            );
                            if (arguments.GetValue(fold) is { } only)
                                return new StudyRunner(restart: false, cancellationToken).RunFold(
                                    manifest,
                                    options with
                                    {
                                        Note = note,
                                    },
                                    experiment.Folder(arguments),
                                    only
                                );
                            return Evaluate(
                                manifest,
                                options with
                                {
                                    Note = note,
                                },
                                experiment.Folder(arguments),
                                arguments.GetValue(seeds),
                                new StudyRunner(experiment.Restart(arguments), cancellationToken),
                                arguments.GetValue(json)
                            );
                        },
                        arguments.GetValue(fold) ?? ""
                    )
                )
        );
        command.Validators.Add(r =>
        {
            if (r.GetValue(fold) is not null && (r.GetValue(seeds) > 1 || r.GetValue(json) || experiment.Restart(r)))
                r.AddError("--fold doesn't go with --seeds, --json and --restart.");
        });
        return command;
    }

    /// <summary>Runs the evaluation and writes its files; gives the exit code.</summary>
    public static int Evaluate(
        Manifest manifest,
        ExperimentOptions options,
        string folder,
        int seeds,
        StudyRunner study,
        bool json
    )
    {
        if (options.Truth.Targets.Count > 0)
            return RegressionEvaluation.Run(manifest, options, folder, seeds, study, json);
        if (seeds > 1)
            return EvaluateSeeds(manifest, options, folder, seeds, study, json);
        var (result, _, report) = study.Run(manifest, options, folder);
        if (json)
            Console.Write(result.ToJson());
        else
            Print(result, report);
        return study.End();
    }

    private static int EvaluateSeeds(
        Manifest manifest,
        ExperimentOptions options,
        string folder,
        int seeds,
        StudyRunner study,
        bool json
    )
    {
        var summary = study.Run(manifest, options, folder, seeds);
        var setup = summary.Setup;
        var title = $"{setup.Corpus}, {setup.Model}, {setup.Protocol}: {seeds} seeds";
        double[] divergences = [.. summary.Runs.Select(r => r.Votes?.Jsd).OfType<double>()];
        var hasVotes = divergences.Length > 0;
        IReadOnlyList<object?> Row(string name, ClassificationMetrics s, double? jsd) =>
            [name, s.Ua, s.Wa, s.F1, s.Precision, .. hasVotes ? [jsd] : Array.Empty<object?>()];
        var table = new ResultTable(
            "All folds together",
            ["seed", "UA", "WA", "macro F1", "macro precision", .. hasVotes ? ["JSD"] : Array.Empty<string>()],
            [
                .. summary.Runs.Select(r => Row($"{r.Setup.Seed}", r.Pooled, r.Votes?.Jsd)),
                Row("mean", summary.Mean, hasVotes ? divergences.Average() : null),
                Row("deviation", summary.Deviation, hasVotes ? divergences.StandardDeviation() : null),
            ]
        )
        {
            Link = row => row < seeds ? $"seed-{summary.Runs[row].Setup.Seed}/report.html" : null,
        };
        var finding = string.Create(
            CultureInfo.InvariantCulture,
            $"UA {summary.Mean.Ua:0.000} in the mean of {seeds} seeds (deviation {summary.Deviation.Ua:0.000}; "
                + $"{summary.UaInterval})."
        );
        var report = new StudyReport(
            title,
            [finding, setup.ProtocolDescription],
            setup.Note is { } note ? [note] : [],
            [table],
            []
        ).Write(folder, "seeds", study.Context);
        if (json)
            Terminal.PrintJson(
                new
                {
                    summary.Mean,
                    summary.Deviation,
                    Ci95 = new { Ua = summary.UaInterval },
                    Seeds = summary.Runs.Select(r => new { r.Setup.Seed, r.Pooled }),
                }
            );
        else
        {
            Console.WriteLine($"{title}\n{finding}");
            Terminal.Print(table);
            Console.WriteLine($"report: {report}");
        }
        return study.End();
    }

    private static void Print(EvaluationResult result, string report)
    {
        var setup = result.Setup;
        Console.WriteLine(
            $"{setup.Corpus}, {setup.Model}{(setup.Encoder is { } of ? $" ({of})" : "")}, {setup.Protocol}, seed "
                + $"{setup.Seed}: {result.Predictions.Count} "
                + $"test recordings in {result.Folds.Count} folds"
        );
        Line("UA", result.Pooled.Ua, "ua");
        Line("WA", result.Pooled.Wa, "wa");
        Line("F1", result.Pooled.F1, "f1");
        Line("precision", result.Pooled.Precision, "precision");
        if (result.Votes is not null)
            foreach (var finding in VoteReport.Findings(result))
                Console.WriteLine($"  {finding}");
        if (setup.Encoder is { } encoder)
            Console.WriteLine($"features: {encoder}");
        if (setup.Note is { } note)
            Console.WriteLine(note);
        Console.WriteLine($"report: {report}");

        void Line(string name, double value, string interval) =>
            Console.WriteLine($"  {name, -9} {value:0.000}  ({result.Ci95[interval]})");
    }
}
