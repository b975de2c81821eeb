using System.CommandLine;
using Prosodia.Audio;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Cli.Predict;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Reports;
using Prosodia.Evaluation.Runs;
using Prosodia.Evaluation.Stress;

namespace Prosodia.Cli.Commands;

/// <summary><c>stress</c>: a battery of tests for any model; and two models side by side.</summary>
internal static class StressCommand
{
    /// <summary>How many recordings are tested unless another number is asked for.</summary>
    public const int MostRecordings = 1000;

    private const int MostSounds = 100,
        MostSoundSeconds = 30,
        ShownColumns = 6; // of failed tests, on the terminal

    public static Command Create()
    {
        var recordings = new Argument<string[]>("RECORDINGS")
        {
            Description = "A manifest (labeled recordings), or files, folders and patterns (unlabeled ones)",
            Arity = ArgumentArity.OneOrMore,
        };
        var model = CommonOptions.EmotionModel();
        var onnx = new Option<string?>("--onnx")
        {
            Description = "Test an ONNX network [N, samples] or of log-mel bands to [N, classes], with --labels",
            HelpName = "FILE",
        };
        var program = new Option<string?>("--command")
        {
            Description =
                "Test a program: it is called with a list of WAV files, one a line, and the CSV that it is to write "
                + "(file, emotion, and perhaps a column of probabilities a class)",
            HelpName = "COMMAND",
        };
        var labels = new Option<string?>("--labels")
        {
            Description = "The classes of --onnx or --command, in their order, with commas between them",
            HelpName = "A,B,...",
        };
        var target = new Option<string>("--out")
        {
            Description = "The folder for stress.html, stress.json and stress.csv",
            Required = true,
            HelpName = "DIR",
        };
        var noise = new Option<string?>("--noise")
        {
            Description =
                "A folder of other sounds, to add to speech and to ask the model about alone; 100 of them, drawn by "
                + "the seed",
            HelpName = "DIR",
        };
        var limit = new Option<int>("--limit")
        {
            Description = "Test so many recordings, drawn by the seed, as many of each label; 0 for all",
            DefaultValueFactory = _ => MostRecordings,
            HelpName = "N",
        }.AtLeast(0);
        var without = new Option<string[]>("--without")
        {
            Description = "Leave conditions out, by the beginning of their name, such as MP3; all codecs: codec",
            HelpName = "NAME",
        };
        var group = new Option<string[]>("--group")
        {
            Description =
                "Compare the groups of a further column (default: sex, age, language, accent, dialect, text, pitch)",
            HelpName = "COLUMN",
        };
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var command = new Verb(
            StressResult.FileName,
            "Tests any model for correctness, fairness, robustness and uncertainty on your recordings.",
            """
            prosodia stress corpus.csv --out stress
            prosodia stress corpus.csv --model mine.onnx --noise sounds --out stress-mine
            prosodia stress corpus.csv --onnx network.onnx --labels angry,happy,neutral,sad --out stress-network
            prosodia stress corpus.csv --command 'python3 model.py' --out stress-program
            prosodia stress compare stress stress-mine
            """
        )
        {
            recordings,
            model,
            onnx,
            program,
            labels,
            target,
            noise,
            limit,
            without,
            group,
            seed,
            json,
            CommonOptions.Force(),
        };
        command.SetAction(
            (arguments, cancellationToken) =>
            {
                string[]? emotions = arguments
                    .GetValue(labels)
                    ?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(EmotionLabels.Adjective)
                    .ToArray();
                using var tested = Model(
                    arguments.GetValue(model),
                    arguments.GetValue(onnx),
                    arguments.GetValue(program),
                    emotions
                );
                var (result, problems, page) = Run(
                    tested,
                    arguments.GetValue(recordings)!,
                    arguments.GetValue(noise),
                    arguments.GetValue(limit),
                    arguments.GetValue(seed),
                    arguments.GetValue(target)!,
                    cancellationToken,
                    arguments.GetValue(without),
                    arguments.GetValue(group)
                );
                Print(result, page, arguments.GetValue(json));
                var code = Terminal.LeftOut(problems);
                var (passed, of) = result.Count();
                return Task.FromResult(passed < of ? ExitCode.CheckFailed : code);
            }
        );
        command.Add(Compare());
        return command;
    }

    /// <summary>Tests a model, and writes the report.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">A manifest, or recordings.</param>
    /// <param name="noise">A folder of other sounds; null for none.</param>
    /// <param name="limit">How many recordings; 0 for all.</param>
    /// <param name="seed">Of all that is random.</param>
    /// <param name="folder">Where the report goes.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <param name="without">Conditions that are left out.</param>
    /// <param name="groups">Further columns whose groups are compared.</param>
    public static (StressResult Result, IReadOnlyList<InputException> Problems, string Page) Run(
        IStressedModel model,
        string[] inputs,
        string? noise,
        int limit,
        int seed,
        string folder,
        CancellationToken cancellationToken,
        string[]? without = null,
        string[]? groups = null
    )
    {
        var problems = new List<InputException>();
        var (name, utterances) = Recordings(inputs, problems);
        utterances = StressSample.Normalized(utterances);
        var emotions = StressSample.KnownOf(utterances, model, name);
        foreach (var column in (groups ?? []).Where(g => utterances.All(u => StressData.ValueOf(u, g).Length == 0)))
            throw new UsageException($"--group: no recording has a value in a column '{column}'");
        var job = new StressJob(
            model,
            name,
            StressSample.Of(utterances, emotions, limit, seed),
            emotions,
            noise is null ? [] : Sounds(noise, seed, problems),
            without ?? [],
            groups ?? [],
            seed
        );
        using var alone = FolderLock.Take(folder);
        OutputGuard.Claim(StressResult.FilesIn(folder));
        var kept = Path.Combine(folder, $".{StressResult.FileName}-answers");
        var result = Terminal.WithProgress(progress => job.Run(kept, progress, cancellationToken));
        problems.AddRange(job.Problems);
        var page = result.Write(folder, RunContext.Now([.. problems.Select(p => p.Message)]));
        StressCheckpoint.Forget(kept);
        return (result, problems, page);
    }

    private static void Print(StressResult result, string page, bool json)
    {
        if (json)
        {
            Console.Write(result.ToJson());
            return;
        }
        Terminal.Print(result.Summary());
        var failed = result.Table("Failed tests", t => t.Passes == false);
        if (failed.Rows.Count > 0)
            Terminal.Print(
                failed with
                {
                    Columns = [.. failed.Columns.Take(ShownColumns)],
                    Rows = [.. failed.Rows.Select(r => (IReadOnlyList<object?>)[.. r.Take(ShownColumns)])],
                }
            );
        foreach (var line in result.Findings().Concat(result.Skipped))
            Console.WriteLine(line);
        Console.WriteLine($"report: {page}");
    }

    private static Command Compare()
    {
        var one = new Argument<string>("A") { Description = "The folder of a stress run" };
        var other = new Argument<string>("B") { Description = "The folder of another one" };
        var target = new Option<string?>("--out")
        {
            Description = "The folder for compare.html and tables",
            HelpName = "DIR",
        };
        var command = new Verb(
            "compare",
            "Sets two stress runs side by side, test by test.",
            """
            prosodia stress compare stress-a stress-b
            prosodia stress compare stress-a stress-b --out both
            """
        )
        {
            one,
            other,
            target,
            CommonOptions.Force(),
        };
        command.SetAction(arguments =>
        {
            var comparison = new StressComparison(
                StressResult.Read(arguments.GetValue(one)!),
                StressResult.Read(arguments.GetValue(other)!)
            );
            Console.WriteLine(comparison.Tests.Title);
            Terminal.Print(comparison.Tests);
            Terminal.Print(comparison.Summary);
            foreach (var note in comparison.Notes)
                Console.WriteLine(note);
            if (arguments.GetValue(target) is { } folder)
            {
                OutputGuard.Claim(Path.Combine(folder, "compare.html"));
                var report = new StudyReport(
                    comparison.Tests.Title,
                    [],
                    comparison.Notes,
                    [comparison.Summary, comparison.Tests],
                    [
                        new StudyPlot($"A: {comparison.One.Model}", StressPlot.Of(comparison.One)) { IsWide = true },
                        new StudyPlot($"B: {comparison.Other.Model}", StressPlot.Of(comparison.Other))
                        {
                            IsWide = true,
                        },
                    ]
                );
                Console.WriteLine($"report: {report.Write(folder, "compare", RunContext.Now([]))}");
            }
            return ExitCode.Done;
        });
        return command;
    }

    private static IStressedModel Model(string? model, string? onnx, string? program, string[]? emotions)
    {
        if (new[] { model, onnx, program }.Count(m => m is not null) > 1)
            throw new UsageException("--model, --onnx and --command don't go together: test one model at a time");
        if (onnx is not null)
            return new OnnxUnderStress(
                onnx,
                emotions ?? throw new UsageException("--onnx needs --labels, the classes of the network in their order")
            );
        if (program is not null)
            return new ProgramUnderStress(program, emotions);
        return emotions is null
            ? new RecognizerUnderStress(CommonOptions.Open(model))
            : throw new UsageException("--labels goes with --onnx and --command; a model's card has its own");
    }

    private static (string Name, IReadOnlyList<Utterance> Utterances) Recordings(
        string[] inputs,
        List<InputException> problems
    )
    {
        string[] manifests = [.. inputs.Where(InputFiles.IsManifest)];
        if (manifests.Length > 0 && manifests.Length < inputs.Length)
            throw new UsageException("give manifests, or files and folders, which have no labels; not both");
        if (manifests.Length > 0)
        {
            var (manifest, note) = ManifestJoin.Open(manifests, labels: null);
            problems.AddRange(manifest.Problems);
            foreach (var warning in manifest.Warnings)
                Terminal.Warning(warning);
            if (note is not null)
                Terminal.Hint(note);
            return (manifest.Name, manifest.Utterances);
        }
        var files = InputFiles.Find(inputs, problems).ToArray();
        return (
            string.Join(", ", inputs),
            files.Length > 0
                ? [.. files.Select(f => new Utterance(f, "", ""))]
                : throw problems.FirstOrDefault()
                    ?? new InputException(string.Join(", ", inputs), "holds no recording", "Give audio files")
        );
    }

    /// <summary>Sounds of a folder, drawn by the seed, each up to half a minute of it.</summary>
    private static float[][] Sounds(string folder, int seed, List<InputException> problems)
    {
        var files = InputFiles.Find([folder], problems).ToArray();
        new Random(seed).Shuffle(files);
        var sounds = new List<float[]>();
        foreach (var file in files)
            try
            {
                if (sounds.Count < MostSounds)
                    sounds.Add([.. AudioFile.Read(file).Samples.Take(MostSoundSeconds * Recording.SampleRate)]);
            }
            catch (InputException problem)
            {
                problems.Add(problem);
            }
        return sounds.Count > 0
            ? [.. sounds]
            : throw problems.FirstOrDefault()
                ?? new InputException(folder, "holds no sound", "Give a folder of audio files");
    }
}
