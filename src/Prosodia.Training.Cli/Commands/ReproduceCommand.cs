using System.CommandLine;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Reports;
using Prosodia.Training.Cli.Hosting;
using Prosodia.Training.Cli.Options;
using Prosodia.Training.Experiments;

namespace Prosodia.Training.Cli.Commands;

/// <summary><c>reproduce</c>: the paper's table, speaker-dependent and -independent, on every corpus given.</summary>
internal static class ReproduceCommand
{
    private delegate int Reproducer(
        Manifest[] corpora,
        ExperimentOptions options,
        SpeakerFolds? folds,
        string folder,
        int seeds,
        StudyRunner study
    );

    public static Command Create()
    {
        var manifests = new Argument<string[]>("MANIFEST")
        {
            Description = "IEMOCAP, EMO-DB, RAVDESS or any other corpus, as written by import",
            Arity = ArgumentArity.OneOrMore,
        };
        var folds = new Option<string?>("--folds")
        {
            HelpName = "FILE",
            Description =
                "Also evaluate on these folds of speakers (CSV: fold,speaker), on the corpora whose speakers they name",
        };
        var seeds = CommonOptions.Seeds();
        var experiment = new ExperimentOptionsBinder(Model.Compact);
        var command = new Verb(
            "reproduce",
            TrainingVerbs.DescriptionOf("reproduce"),
            """
            prosodia reproduce iemocap.csv emodb.csv ravdess.csv --model paper --out runs/paper
            prosodia reproduce ravdess.csv --folds ravdess-6fold.csv --seeds 3 --out runs/ravdess
            """
        )
        {
            manifests,
            folds,
            seeds,
        };
        experiment.AddTo(command);
        command.SetAction(
            (arguments, cancellationToken) =>
                Task.FromResult(
                    experiment.With(
                        arguments,
                        experiment.Protocol(arguments, SpeakerIndependent.PlainName),
                        options =>
                        {
                            Manifest[] corpora = [.. arguments.GetValue(manifests)!.Select(f => Manifest.Read(f))];
                            if (corpora.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1) is { } twins)
                                throw new UsageException($"two manifests are called {twins.Key}; rename one");
                            var file = arguments.GetValue(folds);
                            return (options.Truth.Targets.Count > 0 ? (Reproducer)ReproduceNumbers : Reproduce)(
                                corpora,
                                options,
                                file is null ? null : SpeakerFolds.Read(file),
                                experiment.Folder(arguments),
                                arguments.GetValue(seeds),
                                new StudyRunner(experiment.Restart(arguments), cancellationToken)
                            );
                        }
                    )
                )
        );
        return command;
    }

    private static int Reproduce(
        Manifest[] corpora,
        ExperimentOptions options,
        SpeakerFolds? folds,
        string folder,
        int seeds,
        StudyRunner study
    )
    {
        var rows = Evaluations(corpora, options, folds, folder)
            .Select(e => new ReproducedRow(e.Corpus, study.Run(e.Corpus, e.Options, e.Folder, seeds), e.Folder));
        var reproduction = new Reproduction([.. rows], seeds);
        return Show(
            reproduction.ToReport(folder),
            reproduction.Table,
            [.. reproduction.Findings, .. reproduction.Notes],
            folder,
            study
        );
    }

    /// <summary>The same protocols with numbers instead of emotions.</summary>
    private static int ReproduceNumbers(
        Manifest[] corpora,
        ExperimentOptions options,
        SpeakerFolds? folds,
        string folder,
        int seeds,
        StudyRunner study
    )
    {
        var rows = Evaluations(corpora, options, folds, folder)
            .Select(e => new RegressionRow(
                e.Corpus.Name,
                e.Options.Protocol.Name,
                study.RunRegression(e.Corpus, e.Options, e.Folder, seeds)
            ));
        var reproduction = new RegressionReproduction([.. rows], options.Truth.Targets);
        return Show(
            reproduction.ToReport(),
            reproduction.Table,
            [.. reproduction.Findings, .. reproduction.Notes],
            folder,
            study
        );
    }

    /// <summary>Each corpus under each protocol, named as it begins, with the folder of its evaluation.</summary>
    private static IEnumerable<(Manifest Corpus, ExperimentOptions Options, string Folder)> Evaluations(
        Manifest[] corpora,
        ExperimentOptions options,
        SpeakerFolds? folds,
        string folder
    )
    {
        foreach (var corpus in corpora)
        foreach (var protocol in ProtocolsFor(corpus, options.Protocol, folds))
        {
            Terminal.Hint($"{corpus.Name}, {protocol.Name}");
            yield return (
                corpus,
                options with
                {
                    Protocol = protocol,
                },
                Path.Combine(folder, corpus.Name, protocol.Name.Split(':', ',')[0])
            );
        }
    }

    private static int Show(
        StudyReport report,
        ResultTable table,
        IReadOnlyList<string> lines,
        string folder,
        StudyRunner study
    )
    {
        var page = report.Write(folder, "reproduction", study.Context);
        Terminal.Print(table);
        foreach (var line in lines)
            Console.WriteLine(line);
        Console.WriteLine($"report: {page}");
        return study.End();
    }

    /// <summary>The paper's two, then those that other papers use on the corpus.</summary>
    private static IEnumerable<IProtocol> ProtocolsFor(
        Manifest corpus,
        IProtocol speakerIndependent,
        SpeakerFolds? folds
    )
    {
        yield return new SpeakerDependent();
        yield return speakerIndependent;
        if (corpus.Utterances.All(u => u.Detail(Manifest.SessionColumn).Length > 0))
            yield return new LeaveOneOut("session", Manifest.SessionColumn);
        if (folds is not null && corpus.Speakers.All(s => folds.Refuses(s) is null))
            yield return folds;
    }
}
