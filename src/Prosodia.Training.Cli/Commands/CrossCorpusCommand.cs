using System.CommandLine;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Evaluation.Runs;
using Prosodia.Training.Cli.Hosting;
using Prosodia.Training.Export;

namespace Prosodia.Training.Cli.Commands;

/// <summary><c>cross-corpus</c>: the recognizer's model on corpora that it is not trained on.</summary>
internal static class CrossCorpusCommand
{
    private const string Name = "cross-corpus";

    public static Command Create()
    {
        var manifests = new Argument<string[]>("MANIFEST")
        {
            Description = "Two corpora or more, as written by import; the emotions that all have are used",
            Arity = new ArgumentArity(2, 1000),
        };
        var labels = CommonOptions.Labels();
        var target = new Option<string>("--out")
        {
            Description = "The folder for the results and the report",
            Required = true,
            HelpName = "DIR",
        };
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var command = new Verb(
            Name,
            TrainingVerbs.DescriptionOf(Name),
            """
            prosodia cross-corpus emodb.csv ravdess.csv cremad.csv --out runs/across
            prosodia cross-corpus a.csv b.csv --labels same-emotions.csv --out runs/a-and-b
            """
        )
        {
            manifests,
            labels,
            target,
            seed,
            json,
            CommonOptions.Force(),
        };
        command.SetAction(
            (arguments, cancellationToken) =>
                Task.FromResult(
                    Run(
                        ManifestJoin.Open(arguments.GetValue(manifests)!, arguments.GetValue(labels)),
                        arguments.GetValue(target)!,
                        arguments.GetValue(seed),
                        arguments.GetValue(json),
                        cancellationToken
                    )
                )
        );
        return command;
    }

    private static int Run(
        (Manifest Manifest, string? Note) corpora,
        string folder,
        int seed,
        bool json,
        CancellationToken cancellationToken
    )
    {
        var results = Path.Combine(folder, $"{Name}.json");
        using var alone = FolderLock.Take(folder);
        OutputGuard.Claim(results, Path.Combine(folder, $"{Name}.html"));
        foreach (var utterance in corpora.Manifest.Utterances)
            OutputGuard.Mentions(utterance.Path);
        var study = new StudyRunner(restart: false, cancellationToken);
        var measured = Path.Combine(folder, "measured");
        var (corpus, result) = Terminal.WithProgress(progress =>
        {
            var read = ModelCorpus.Measure(corpora.Manifest, measured, progress, cancellationToken);
            return (read, new CrossCorpusStudy(read, seed).Run(progress, cancellationToken));
        });
        study.Note(
            [.. corpora.Manifest.Problems, .. corpus.Problems],
            [.. corpora.Manifest.Warnings, .. corpus.Warnings]
        );
        OutputFile.Write(results, result.ToJson());
        var report = result.ToReport();
        if (corpora.Note is { } note)
            report = report with { Notes = [note, .. report.Notes] };
        var page = report.Write(folder, Name, study.Context);
        FeatureSet.Delete(measured);
        if (json)
            Console.Write(result.ToJson());
        else
        {
            foreach (var table in report.Tables)
            {
                Console.WriteLine(table.Title);
                Terminal.Print(table);
            }
            foreach (var finding in result.Findings)
                Console.WriteLine(finding);
            Console.WriteLine($"report: {page}");
        }
        return study.End();
    }
}
