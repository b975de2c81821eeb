using System.CommandLine;
using System.Globalization;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Reports;
using Prosodia.Evaluation.Runs;
using Prosodia.Training.Cli.Hosting;
using Prosodia.Training.Cli.Options;
using Prosodia.Training.Experiments;

namespace Prosodia.Training.Cli.Commands;

/// <summary><c>tune</c>: settings by nested cross-validation.</summary>
internal static class TuneCommand
{
    public static Command Create()
    {
        var manifest = new Argument<string>("MANIFEST") { Description = "The corpus, as written by import" };
        var protocol = new Option<string>("--protocol")
        {
            Description = $"How the corpus is divided: {Protocol.Names}",
            HelpName = "P",
            DefaultValueFactory = _ => SpeakerIndependent.PlainName,
        };
        var inner = new Option<int>("--inner")
        {
            HelpName = "N",
            Description = "Groups that a fold's other speakers are dealt into, to try settings on",
            DefaultValueFactory = _ => 3,
        }.AtLeast(2);
        var betas = Values("--betas", "Values to try of --beta", "0.75,1,1.25,1.5,2", 0.01);
        var starts = Values("--starts-tried", "Values to try of --starts", "", 1);
        var rates = Values("--learning-rates", "Values to try of --learning-rate", "", 0);
        var dropouts = Values("--dropouts", "Values to try of --dropout", "", 0, below: 1);
        var experiment = new ExperimentOptionsBinder(Model.Compact);
        var command = new Verb(
            "tune",
            TrainingVerbs.DescriptionOf("tune"),
            """
            prosodia tune emodb.csv --out runs/tuned
            prosodia tune cremad.csv --target intensity --model contours --betas 1 --dropouts 0.2,0.4 --out runs/tuned
            prosodia tune emodb.csv --betas 1,1.5 --learning-rates 0.0003,0.001 --dropouts 0.2,0.4,0.6 --out runs/tuned
            """
        )
        {
            manifest,
            protocol,
            inner,
            betas,
            starts,
            rates,
            dropouts,
        };
        experiment.AddTo(command);
        command.SetAction(
            (arguments, cancellationToken) =>
                Task.FromResult(
                    experiment.With(
                        arguments,
                        experiment.Protocol(arguments, arguments.GetValue(protocol)!),
                        options =>
                        {
                            TunedSetting[] settings =
                            [
                                .. new TunedSetting[]
                                {
                                    new(
                                        "beta",
                                        Parse(arguments.GetValue(betas)!),
                                        (o, v) => o with { KeySegments = o.KeySegments with { Beta = v } }
                                    ),
                                    new(
                                        "kmeans_starts",
                                        Parse(arguments.GetValue(starts)!),
                                        (o, v) => o with { KeySegments = o.KeySegments with { Starts = (int)v } }
                                    ),
                                    new(
                                        "learning_rate",
                                        Parse(arguments.GetValue(rates)!),
                                        (o, v) => o with { Training = o.Training with { LearningRate = v } }
                                    ),
                                    new(
                                        "dropout",
                                        Parse(arguments.GetValue(dropouts)!),
                                        (o, v) => o with { Training = o.Training with { Dropout = v } }
                                    ),
                                }.Where(s => s.Values.Count > 0),
                            ];
                            if (settings.Length == 0)
                                throw new UsageException(
                                    "there is nothing to try: give --betas, --starts-tried, --learning-rates or "
                                        + "--dropouts"
                                );
                            return Tune(
                                Manifest.Read(arguments.GetValue(manifest)!),
                                options,
                                settings,
                                arguments.GetValue(inner),
                                experiment.Folder(arguments),
                                experiment.Restart(arguments),
                                cancellationToken
                            );
                        }
                    )
                )
        );
        return command;
    }

    private static int Tune(
        Manifest manifest,
        ExperimentOptions options,
        TunedSetting[] settings,
        int inner,
        string folder,
        bool restart,
        CancellationToken cancellationToken
    )
    {
        var study = new StudyRunner(restart, cancellationToken);
        return options.Truth.Targets.Count > 0
            ? Tune(
                Nested(PredictionKind.Numbers),
                (folds, _) => new RegressionResult(folds.Setup, options.Truth.Targets, folds.Folds),
                RegressionFiles.Write,
                TuningReport.Of
            )
            : Tune(
                Nested(PredictionKind.Classes),
                (folds, corpus) =>
                    new EvaluationResult(folds.Setup, corpus.Classes, folds.Folds)
                    {
                        SegmentsPerUtterance = folds.SegmentsPerUtterance,
                        Speeds = corpus.Learner(options.Model, options.Training).Speeds,
                    },
                RunFiles.Write,
                TuningReport.Of
            );

        NestedCrossValidation<TPrediction> Nested<TPrediction>(PredictionKind<TPrediction> kind) =>
            new(manifest, options, settings, inner, folder, restart, kind);

        int Tune<TPrediction, TResult>(
            NestedCrossValidation<TPrediction> tuning,
            Func<TunedFolds<TPrediction>, ExperimentCorpus, TResult> resultOf,
            Func<string, TResult, RunContext, string> write,
            Func<TResult, IReadOnlyList<TuningTrial>, TuningReport> reportOf
        )
        {
            var (folds, corpus) = Terminal.WithProgress(progress => tuning.Run(progress, cancellationToken));
            study.Note([.. manifest.Problems, .. corpus.Problems], corpus.Warnings);
            var result = resultOf(folds, corpus);
            write(folder, result, study.Context);
            var tuned = reportOf(result, tuning.Trials);
            var report = tuned.ToReport().Write(folder, "tuning", study.Context);
            FeatureSet.Delete(Experiment.MeasurementsOf(folder));
            Terminal.Print(tuned.Table);
            foreach (var finding in tuned.Findings)
                Console.WriteLine(finding);
            Console.WriteLine($"report: {report}");
            return study.End();
        }
    }

    private static Option<string> Values(
        string name,
        string description,
        string otherwise,
        double least,
        double below = double.PositiveInfinity
    )
    {
        var option = new Option<string>(name)
        {
            HelpName = "N,N,...",
            Description = description,
            DefaultValueFactory = _ => otherwise,
        };
        option.Validators.Add(r =>
        {
            var text = r.GetValueOrDefault<string>() ?? "";
            var values = Split(text)
                .Select(v => double.TryParse(v, CultureInfo.InvariantCulture, out var number) ? number : double.NaN)
                .ToArray();
            if (values.Any(v => !(v >= least && v < below)))
                r.AddError(
                    $"{name}: '{text}' is no list of numbers of at least "
                        + $"{least.ToString(CultureInfo.InvariantCulture)}{(below < 2 ? " and below 1" : "")}."
                );
        });
        return option;
    }

    private static double[] Parse(string values) =>
        [.. Split(values).Select(v => double.Parse(v, CultureInfo.InvariantCulture)).Distinct()];

    private static string[] Split(string values) =>
        values.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
