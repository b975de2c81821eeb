using System.CommandLine;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Audit;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Reports;

namespace Prosodia.Cli.Commands;

/// <summary><c>audit</c>: whether a split flatters the models that are judged by it.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var sources = new Argument<string[]>("SPLIT")
        {
            Description =
                "A manifest or table with a column split or fold; EmoBox's JSON lines or a folder of them; a folder "
                + "with train and test in it; lists of files as train=FILE test=FILE; with --protocol or --folds, a "
                + "manifest",
            Arity = ArgumentArity.OneOrMore,
        };
        var column = new Option<string?>("--column")
        {
            Description = "The column that says the part (default: split, fold, part, partition, subset or set)",
            HelpName = "NAME",
        };
        var protocol = new Option<string?>("--protocol")
        {
            Description = $"Audit the folds that evaluate makes of a manifest: {Protocol.Names}",
            HelpName = "NAME",
        };
        var folds = new Option<string?>("--folds")
        {
            Description = "Audit a CSV with the columns fold and speaker on a manifest, also where it leaks",
            HelpName = "FILE",
        };
        var speaker = new Option<string?>("--speaker")
        {
            Description =
                "What names the speaker in a path, as a regular expression: its first group, or all that matches "
                + "(default: known for the corpora that import knows)",
            HelpName = "REGEX",
        };
        var audio = new Option<string?>("--audio")
        {
            Description = "Where the recordings lie if not where the lists say; found by name, in any format",
            HelpName = "DIR",
        };
        var noAudio = new Option<bool>("--no-audio") { Description = "Compare lists only; read no recording" };
        var repair = new Option<string?>("--repair")
        {
            Description =
                "Write a manifest with a split that is disjoint in speakers and sounds, as like the old one as can be; "
                + "of several splits, FILE-1, FILE-2, ...",
            HelpName = "FILE",
        };
        var sentences = new Option<bool>("--sentences")
        {
            Description = "Count shared sentences as a leak, and with --repair keep sentences apart, too",
        };
        var target = new Option<string?>("--out")
        {
            Description = "The folder for audit.html, audit.json and tables",
            HelpName = "DIR",
        };
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var command = new Verb(
            "audit",
            "Looks for leaks in splits: speakers, sentences and sounds in two parts; bad files, labels and shortcuts.",
            """
            prosodia audit corpus.csv --out audit
            prosodia audit emobox/data --audio corpora --out audit
            prosodia audit train=train.txt test=test.txt --speaker 'spk(\d+)'
            prosodia audit emodb.csv --protocol leave-one-speaker-out
            prosodia audit corpus.csv --repair repaired.csv --sentences
            """
        )
        {
            sources,
            column,
            protocol,
            folds,
            speaker,
            audio,
            noAudio,
            repair,
            sentences,
            target,
            seed,
            json,
            CommonOptions.Force(),
        };
        command.SetAction(
            (arguments, cancellationToken) =>
            {
                var (problems, splits) = Splits(
                    arguments.GetValue(sources)!,
                    arguments.GetValue(protocol),
                    arguments.GetValue(folds),
                    new SplitReader(
                        arguments.GetValue(column),
                        CommonOptions.Pattern(arguments.GetValue(speaker), "--speaker"),
                        arguments.GetValue(audio) is { } folder ? new RecordingFinder(folder) : null
                    ),
                    arguments.GetValue(seed)
                );
                var repaired = arguments.GetValue(repair) is { } file ? RepairedFiles(file, splits) : [];
                OutputGuard.Claim([
                    .. repaired,
                    .. arguments.GetValue(target) is { } to ? AuditResult.FilesIn(to) : [],
                ]);
                var sounds = arguments.GetValue(noAudio)
                    ? AuditedSounds.None
                    : Terminal.WithProgress(progress => AuditedSounds.Measure(splits, progress, cancellationToken));
                var result = AuditResult.Of(splits, sounds, arguments.GetValue(seed));
                if (arguments.GetValue(sentences))
                    result = result with { Findings = [.. result.Findings.Select(AsLeak)] };
                Report(result, arguments.GetValue(target), arguments.GetValue(json), problems);
                foreach (var (split, fixedFile) in splits.Zip(repaired))
                    Repair(result, split, fixedFile, arguments.GetValue(sentences), arguments.GetValue(seed));
                var code = Terminal.LeftOut(problems);
                return Task.FromResult(result.Leaks ? ExitCode.CheckFailed : code);
            }
        );
        return command;
    }

    private static AuditFinding AsLeak(AuditFinding finding) =>
        finding.Check == SplitAudit.SentenceOverlap ? finding with { Severity = AuditSeverity.Leak } : finding;

    private static (IReadOnlyList<InputException> Problems, IReadOnlyList<AuditedSplit> Splits) Splits(
        IReadOnlyList<string> sources,
        string? protocol,
        string? folds,
        SplitReader reader,
        int seed
    )
    {
        if (protocol is null && folds is null)
        {
            var read = reader.Read(sources);
            return (reader.Problems, read);
        }
        if (protocol is not null && folds is not null)
            throw new UsageException("--protocol and --folds don't go together");
        if (reader.HasOptions)
            throw new UsageException("--column, --speaker and --audio don't go with --protocol and --folds");
        var (manifest, note) = ManifestJoin.Open(sources, labels: null);
        if (note is not null)
            Terminal.Hint(note);
        List<InputException> problems = [.. manifest.Problems];
        var divided = folds is not null
            ? [ProtocolSplits.OfFolds(manifest, folds, problems)]
            : ProtocolSplits.Of(
                manifest,
                Protocol.Parse(protocol!)
                    ?? throw new UsageException($"--protocol: there is no '{protocol}'; choose from {Protocol.Names}"),
                seed,
                problems
            );
        return (problems, divided);
    }

    private static void Report(AuditResult result, string? folder, bool json, IReadOnlyList<InputException> problems)
    {
        if (json)
            Console.Write(result.ToJson());
        else
        {
            Terminal.Print(result.Parts);
            if (result.Findings.Count > 0)
                Terminal.Print(result.Table);
            Console.WriteLine(result.Summary);
        }
        if (folder is null)
            return;
        OutputFile.Write(Path.Combine(folder, "audit.json"), result.ToJson());
        var page = result.ToReport().Write(folder, "audit", RunContext.Now([.. problems.Select(p => p.Message)]));
        if (!json)
            Console.WriteLine($"report: {page}");
    }

    /// <summary>The file of each repaired split: the one given, or of several, one with the number of each.</summary>
    private static string[] RepairedFiles(string file, IReadOnlyList<AuditedSplit> splits) =>
        splits.Count == 1
            ? [file]
            : [.. splits.Select((_, i) => $"{Path.ChangeExtension(file, null)}-{i + 1}{Path.GetExtension(file)}")];

    private static void Repair(AuditResult result, AuditedSplit split, string file, bool sentences, int seed)
    {
        var rows = new SplitRepair(
            split with
            {
                Rows = [.. split.Rows.Where(r => !result.Sounds.Problems.ContainsKey(r.Utterance.Name))],
            },
            [.. result.Sounds.Duplicates.Select(d => (d.One, d.Other))],
            seed
        ).Run(sentences);
        SplitRepair.Write(file, rows);
        Terminal.Written(
            file,
            $"{split.Name}: {rows.Count(r => r.Row.Part == r.Part)} of {split.Rows.Count} recordings stay, "
                + $"{rows.Count(r => r.Row.Part != r.Part)} move, {split.Rows.Count - rows.Count} are left out; "
                + string.Join(", ", rows.GroupBy(r => r.Part).Select(g => $"{g.Key} {g.Count()}"))
        );
        Terminal.Written(file, $"repaired: {file}");
    }
}
