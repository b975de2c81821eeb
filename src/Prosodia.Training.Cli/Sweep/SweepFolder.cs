using System.Text.Json;
using Prosodia.Evaluation.Reports;
using Prosodia.Evaluation.Runs;

namespace Prosodia.Training.Cli.Sweep;

/// <summary>
/// A sweep's folder: its jobs, the folders of their evaluations, their logs, and in the end one table of all.
/// </summary>
internal sealed class SweepFolder
{
    private SweepFolder(string path, IReadOnlyList<SweepJob> jobs) => (Path, Jobs) = (path, jobs);

    public string Path { get; }

    public IReadOnlyList<SweepJob> Jobs { get; }

    /// <summary>Jobs whose results aren't there yet.</summary>
    public IEnumerable<SweepJob> Missing => Jobs.Where(j => !IsDone(j));

    /// <summary>Opens a folder for a sweep, new or begun before.</summary>
    /// <exception cref="InputException">It holds another sweep.</exception>
    public static SweepFolder Open(string path, IReadOnlyList<SweepJob> jobs)
    {
        var (plan, file) = (
            JsonSerializer.Serialize(jobs, new JsonSerializerOptions { WriteIndented = true }) + "\n",
            System.IO.Path.Combine(path, "jobs.json")
        );
        if (!File.Exists(file))
            AtomicFile.Write(file, plan);
        else if (File.ReadAllText(file) != plan)
            throw new InputException(path, "holds a sweep of other jobs", "Choose another --out, or delete it");
        WrittenFiles.StartIn(path);
        return new SweepFolder(path, jobs);
    }

    public string LogOf(SweepJob job) => System.IO.Path.Combine(Path, "logs", $"{job.Id}.log");

    /// <summary>What <c>evaluate</c> is called with for a job.</summary>
    public string[] ArgumentsOf(SweepJob job) =>
        [
            "evaluate",
            .. job.Arguments,
            "--out",
            System.IO.Path.Combine(Path, job.Run),
            .. job.Fold is { } fold ? new[] { "--fold", fold } : [],
        ];

    public bool IsDone(SweepJob job)
    {
        var run = System.IO.Path.Combine(Path, job.Run);
        return job.Fold is { } fold ? RunFolder.Holds(run, fold) : FinishedRun.IsIn(run);
    }

    /// <summary>Puts all results into one table; says which jobs have none.</summary>
    /// <param name="putTogether">Runs an evaluation whose folds are all there, for its report.</param>
    /// <param name="context">How it was run.</param>
    public (ResultTable Table, string Page) Merge(Action<SweepJob> putTogether, RunContext context)
    {
        var missing = Missing.ToArray();
        var named = missing.Take(10).Select(m => $"{m.Id}").Concat(missing.Length > 10 ? ["..."] : []);
        if (missing.Length > 0)
            throw new InputException(
                Path,
                $"lacks the results of {missing.Length} of {Jobs.Count} jobs ({string.Join(", ", named)})",
                $"Look at their logs, such as {LogOf(missing[0])}, and run the sweep again: what is done stays done"
            );
        var firsts = Jobs.DistinctBy(j => j.Run).ToArray();
        foreach (
            var job in firsts.Where(j => j.Fold is not null && !FinishedRun.IsIn(System.IO.Path.Combine(Path, j.Run)))
        )
            putTogether(job with { Fold = null });
        var runs = firsts
            .Select(j => (j.Run, Finished: FinishedRun.Read(System.IO.Path.Combine(Path, j.Run))))
            .ToArray();
        var extra = FinishedRun
            .Below(System.IO.Path.Combine(Path, "runs"))
            .Select(f => System.IO.Path.GetRelativePath(Path, f))
            .Except(runs.Select(r => r.Run))
            .ToArray();
        if (extra.Length > 0)
            throw new InputException(Path, $"holds results that no job of it made ({extra[0]})", "Move them elsewhere");
        string[] targets = [.. runs.SelectMany(r => r.Finished.Targets).Select(t => t.Target).Distinct()];
        var hasVotes = runs.Any(r => r.Finished.Jsd is not null);
        var table = new ResultTable(
            "All evaluations",
            [
                "run",
                "corpus",
                "model",
                "protocol",
                "seed",
                "UA",
                "WA",
                "macro F1",
                "precision",
                .. hasVotes ? ["JSD"] : Array.Empty<string>(),
                .. targets.SelectMany(t => new[] { $"{t} CCC", $"{t} RMSE" }),
            ],
            [
                .. runs.Select(r =>
                    (IReadOnlyList<object?>)
                        [
                            System.IO.Path.GetFileName(r.Run),
                            r.Finished.Corpus,
                            r.Finished.Model,
                            r.Finished.Protocol,
                            r.Finished.Seed,
                            r.Finished.Pooled?.Ua,
                            r.Finished.Pooled?.Wa,
                            r.Finished.Pooled?.F1,
                            r.Finished.Pooled?.Precision,
                            .. hasVotes ? [r.Finished.Jsd] : Array.Empty<object?>(),
                            .. targets.SelectMany(t =>
                                r.Finished.Targets.FirstOrDefault(f => f.Target == t).Figures is { } figures
                                    ? [figures.Ccc, figures.Rmse]
                                    : new object?[] { null, null }
                            ),
                        ]
                ),
            ]
        )
        {
            Link = row => $"{runs[row].Run}/report.html",
        };
        string[] finding = [$"{Jobs.Count} jobs, {runs.Length} evaluations; none is missing and none is there twice."];
        return (table, new StudyReport("A sweep", finding, [], [table], []).Write(Path, "sweep", context));
    }
}
