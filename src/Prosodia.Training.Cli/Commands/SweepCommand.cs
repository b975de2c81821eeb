using System.CommandLine;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Runs;
using Prosodia.Training.Cli.Hosting;
using Prosodia.Training.Cli.Sweep;

namespace Prosodia.Training.Cli.Commands;

/// <summary><c>sweep</c>: many evaluations, here or on a cluster.</summary>
internal sealed class SweepCommand
{
    private const string OnSlurm = "slurm",
        Here = "here";

    private readonly Argument<string> _spec = new("SPEC")
    {
        Description = "A JSON file: corpora, protocols, models, settings, seeds; by_fold",
    };
    private readonly Option<string> _out = new("--out")
    {
        Description = "The folder for everything; an interrupted sweep continues there",
        Required = true,
        HelpName = "DIR",
    };
    private readonly Option<int?> _processes = new("--processes")
    {
        Description = "Jobs at once here, which share the cores (default: one a core)",
        HelpName = "N",
    };
    private readonly Option<string> _on = new Option<string>("--on")
    {
        Description = "Where jobs run",
        DefaultValueFactory = _ => Here,
    }.AcceptOnlyFromAmong(Here, OnSlurm);
    private readonly Option<int> _cpus = new Option<int>("--cpus")
    {
        Description = "Slurm: cores of each job",
        HelpName = "N",
        DefaultValueFactory = _ => 2,
    }.AtLeast(1);
    private readonly Option<string> _memory = new("--memory")
    {
        Description = "Slurm: memory of each job",
        HelpName = "SIZE",
        DefaultValueFactory = _ => "4G",
    };
    private readonly Option<string> _time = new("--time")
    {
        Description = "Slurm: longest time of each job",
        HelpName = "TIME",
        DefaultValueFactory = _ => "4:00:00",
    };
    private readonly Option<string[]> _sbatch = new("--sbatch")
    {
        Description = "Slurm: another option of sbatch, such as --partition=long; may be given several times",
        HelpName = "OPTION",
        DefaultValueFactory = _ => [],
    };
    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Say what would run, and on Slurm print its scripts",
    };
    private readonly Option<int?> _task = new("--task")
    {
        Description = "Run the jobs of one part only, from 0; for engines of your own",
        HelpName = "K",
    };
    private readonly Option<int> _of = new Option<int>("--of")
    {
        Description = "With --task: how many parts there are",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    }.AtLeast(1);
    private readonly Option<bool> _merge = new("--merge")
    {
        Description = "Put the results together, with a check that none is missing or double",
    };

    public static Command Create() => new SweepCommand().Build();

    private Command Build()
    {
        var command = new Verb(
            "sweep",
            TrainingVerbs.DescriptionOf("sweep"),
            """
            echo '{"corpora": ["emodb4.csv"], "models": ["prosody", "acoustic"], "seeds": [1, 2, 3],
              "protocols": ["leave-one-speaker-out"]}' > sweep.json
            prosodia sweep sweep.json --out runs/sweep
            prosodia sweep sweep.json --out runs/sweep --on slurm --cpus 4 --sbatch=--partition=long
            prosodia sweep sweep.json --out runs/sweep --task 3 --of 10
            prosodia sweep sweep.json --out runs/sweep --merge
            """
        )
        {
            _spec,
            _out,
            _processes,
            _on,
            _cpus,
            _memory,
            _time,
            _sbatch,
            _dryRun,
            _task,
            _of,
            _merge,
            CommonOptions.Force(),
        };
        command.Validators.Add(r =>
        {
            if (r.GetValue(_processes) < 1)
                r.AddError("--processes must be at least 1.");
            if (r.GetValue(_task) is { } task && (task < 0 || task >= r.GetValue(_of)))
                r.AddError("--task must be from 0 to one less than --of.");
            if (r.GetValue(_task) is not null && r.GetValue(_merge))
                r.AddError("--task doesn't go with --merge.");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (spec, path) = (arguments.GetValue(_spec)!, arguments.GetValue(_out)!);
        var jobs = SweepSpec.Jobs(spec);
        if (arguments.GetValue(_dryRun) && arguments.GetValue(_on) == Here)
        {
            foreach (var job in jobs)
                Console.WriteLine(
                    $"{job.Id}  evaluate "
                        + $"{string.Join(' ', job.Arguments)}{(job.Fold is { } fold ? $" --fold {fold}" : "")}"
                );
            return ExitCode.Done;
        }
        var folder = SweepFolder.Open(path, jobs);
        if (arguments.GetValue(_merge))
            return await MergeAsync(folder, cancellationToken).ConfigureAwait(false);
        if (arguments.GetValue(_task) is { } task)
            return await RunAsync(
                    folder,
                    folder.Missing.Where(j => j.Id % arguments.GetValue(_of) == task),
                    processes: 1,
                    cores: null,
                    cancellationToken
                )
                .ConfigureAwait(false);
        if (arguments.GetValue(_on) == OnSlurm)
            return Submit(arguments, spec, folder);
        using var alone = FolderLock.Take(path);
        var processes = Math.Min(
            arguments.GetValue(_processes) ?? Environment.ProcessorCount,
            Math.Max(1, folder.Missing.Count())
        );
        var code = await RunAsync(
                folder,
                folder.Missing,
                processes,
                Math.Max(1, Environment.ProcessorCount / processes),
                cancellationToken
            )
            .ConfigureAwait(false);
        return code == ExitCode.Done ? await MergeAsync(folder, cancellationToken).ConfigureAwait(false) : code;
    }

    private int Submit(ParseResult arguments, string spec, SweepFolder folder)
    {
        var slurm = new Slurm(
            spec,
            folder,
            new SlurmResources(
                arguments.GetValue(_cpus),
                arguments.GetValue(_memory)!,
                arguments.GetValue(_time)!,
                arguments.GetValue(_sbatch)!
            )
        );
        if (arguments.GetValue(_dryRun))
            Console.Write($"{slurm.ArrayScript}\n{slurm.MergeScript}");
        else
        {
            var (array, merge) = slurm.Submit();
            Console.WriteLine(
                $"{folder.Jobs.Count} jobs as Slurm job {array} ({slurm.Tasks} tasks); job {merge} merges once "
                    + $"they have ended, into {folder.Path}"
            );
        }
        return ExitCode.Done;
    }

    /// <summary>Runs jobs, some at once; one that fails stops none of the others.</summary>
    private static async Task<int> RunAsync(
        SweepFolder folder,
        IEnumerable<SweepJob> jobs,
        int processes,
        int? cores,
        CancellationToken cancellationToken
    )
    {
        var (waiting, failed, done) = (jobs.ToArray(), new List<SweepJob>(), 0);
        await Terminal
            .WithProgress(progress =>
                Parallel.ForEachAsync(
                    waiting,
                    new ParallelOptions { MaxDegreeOfParallelism = processes, CancellationToken = cancellationToken },
                    async (job, stop) =>
                    {
                        await JobProcess
                            .RunAsync(folder.ArgumentsOf(job), folder.LogOf(job), cores, stop)
                            .ConfigureAwait(false);
                        lock (failed)
                        {
                            if (!folder.IsDone(job))
                                failed.Add(job);
                            progress(new StageProgress("Jobs", ++done, waiting.Length));
                        }
                    }
                )
            )
            .ConfigureAwait(false);
        foreach (var job in failed.OrderBy(j => j.Id))
            Terminal.Warning(
                $"job {job.Id} ({Path.GetFileName(job.Run)}{(job.Fold is { } fold ? $", fold {fold}" : "")}) "
                    + $"failed: {File.ReadLines(folder.LogOf(job)).LastOrDefault()}"
            );
        return failed.Count == 0 ? ExitCode.Done : ExitCode.UnusableInput;
    }

    private static async Task<int> MergeAsync(SweepFolder folder, CancellationToken cancellationToken)
    {
        var context = new StudyRunner(restart: false, cancellationToken).Context;
        var (table, page) = await Task.Run(
                () =>
                    folder.Merge(
                        job =>
                            JobProcess
                                .RunAsync(folder.ArgumentsOf(job), folder.LogOf(job), null, cancellationToken)
                                .GetAwaiter()
                                .GetResult(),
                        context
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        Terminal.Print(table);
        Console.WriteLine($"report: {page}");
        return ExitCode.Done;
    }
}
