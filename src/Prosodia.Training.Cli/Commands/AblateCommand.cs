using System.CommandLine;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Reports;
using Prosodia.KeySegments;
using Prosodia.Training.Cli.Hosting;
using Prosodia.Training.Cli.Options;
using Prosodia.Training.Experiments;
using Prosodia.Training.Optimization;
using static System.FormattableString;

namespace Prosodia.Training.Cli.Commands;

/// <summary><c>ablate</c>: what each part of the method is worth.</summary>
internal static class AblateCommand
{
    private static readonly double[] Betas = [0.5, 0.75, 1, 1.5, 2];

    public static Command Create()
    {
        var manifest = new Argument<string>("MANIFEST") { Description = "The corpus, as written by import" };
        var protocol = new Option<string>("--protocol")
        {
            Description = $"How the corpus is divided: {Protocol.Names}",
            HelpName = "P",
            DefaultValueFactory = _ => new SpeakerGroups(5).Name,
        };
        var seeds = CommonOptions.Seeds();
        var experiment = new ExperimentOptionsBinder(Model.Compact);
        var command = new Verb(
            "ablate",
            TrainingVerbs.DescriptionOf("ablate"),
            """
            prosodia ablate emodb.csv --out runs/ablation
            prosodia ablate emodb.csv --model paper --encoder resnet101-63fe2227 --seeds 3 --out runs/ablation-paper
            """
        )
        {
            manifest,
            protocol,
            seeds,
        };
        experiment.AddTo(command);
        command.SetAction(
            (arguments, cancellationToken) =>
                Task.FromResult(
                    experiment.With(
                        arguments,
                        experiment.Protocol(arguments, arguments.GetValue(protocol)!),
                        options =>
                            options.Truth.Targets.Count > 0
                                ? throw new UsageException("ablate compares UA: --target doesn't go with it")
                                : Ablate(
                                    Manifest.Read(arguments.GetValue(manifest)!),
                                    options,
                                    experiment.Folder(arguments),
                                    arguments.GetValue(seeds),
                                    new StudyRunner(experiment.Restart(arguments), cancellationToken)
                                )
                    )
                )
        );
        return command;
    }

    private static int Ablate(Manifest manifest, ExperimentOptions method, string folder, int seeds, StudyRunner study)
    {
        var variants = new List<AblationVariant>();
        foreach (var (name, options) in Variants(method))
        {
            Terminal.Hint(name);
            var path = Path.Combine(
                folder,
                name.ToLowerInvariant().Replace(' ', '-').Replace(",", "", StringComparison.Ordinal)
            );
            variants.Add(new AblationVariant(name, study.Run(manifest, options, path, seeds), path));
        }
        var ablation = new Ablation(variants);
        var report = ablation.ToReport(folder).Write(folder, "ablation", study.Context);
        Terminal.Print(ablation.Table);
        foreach (var finding in ablation.Findings)
            Console.WriteLine(finding);
        Console.WriteLine($"report: {report}");
        return study.End();
    }

    private static IEnumerable<(string Name, ExperimentOptions Options)> Variants(ExperimentOptions method)
    {
        ExperimentOptions Segments(KeySegmentOptions options) => method with { KeySegments = options };
        var (key, training) = (method.KeySegments, method.Training);
        yield return ("The method", method);
        yield return ("All segments", Segments(key with { Choice = SegmentChoice.All }));
        yield return ("Random segments, as many", Segments(key with { Choice = SegmentChoice.Random }));
        yield return ("First segments, as many", Segments(key with { Choice = SegmentChoice.First }));
        yield return ("Euclidean distance", Segments(key with { Distance = SegmentDistance.Euclidean }));
        foreach (var beta in Betas.Where(b => b != key.Beta))
            yield return (Invariant($"Beta {beta}"), Segments(key with { Beta = beta }));
        yield return ("Mean instead of BiLSTM", method with { Training = training with { Head = Head.Mean } });
        yield return ("Not normalized", method with { Training = training with { Normalize = false } });
    }
}
