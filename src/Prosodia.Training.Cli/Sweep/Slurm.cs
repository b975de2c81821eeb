using System.Diagnostics;

namespace Prosodia.Training.Cli.Sweep;

/// <summary>What each task of a job array asks Slurm for.</summary>
/// <param name="Cpus">Cores.</param>
/// <param name="Memory">Memory, as Slurm writes it, such as 4G.</param>
/// <param name="Time">Longest time, as Slurm writes it, such as 2:00:00.</param>
/// <param name="Extra">Other options of sbatch.</param>
internal sealed record SlurmResources(int Cpus, string Memory, string Time, string[] Extra);

/// <summary>
/// A sweep as a job array and a job that merges once all of it has ended. A task that is requeued or asked for again
/// leaves what is done. Source: Slurm's manual pages sbatch and job_array.
/// </summary>
internal sealed class Slurm(string spec, SweepFolder folder, SlurmResources resources)
{
    private const int MaxTasks = 1000; // of an array, where Slurm's own limit is left as it comes

    /// <summary>Tasks of the array; each runs every so-many-th job.</summary>
    public int Tasks => Math.Min(MaxTasks, folder.Jobs.Count);

    /// <summary>The script of the array.</summary>
    public string ArrayScript =>
        Script($"--array=0-{Tasks - 1}", "%a", $"--task \"$SLURM_ARRAY_TASK_ID\" --of {Tasks}", ["--requeue"]);

    /// <summary>The script that merges.</summary>
    public string MergeScript => Script("--job-name=prosodia-merge", "merge", "--merge", []);

    /// <summary>Hands both to Slurm; gives their numbers.</summary>
    public (string Array, string Merge) Submit()
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "logs"));
        var array = Submit("array.sbatch", ArrayScript);
        return (array, Submit("merge.sbatch", MergeScript, $"--dependency=afterany:{array}"));
    }

    private string Script(string what, string log, string action, string[] more)
    {
        string[] options =
        [
            what,
            $"--cpus-per-task={resources.Cpus}",
            $"--mem={resources.Memory}",
            $"--time={resources.Time}",
            $"--output={Path.GetFullPath(Path.Combine(folder.Path, "logs", $"slurm-{log}.log"))}",
            "--open-mode=append",
            .. more,
            .. resources.Extra,
        ];
        var program = string.Join(' ', JobProcess.Program.Select(Quote));
        return $"""
            #!/bin/bash
            {string.Join('\n', options.Select(o => $"#SBATCH {o}"))}
            export DOTNET_PROCESSOR_COUNT=$(printf %x "$SLURM_CPUS_PER_TASK")
            cd {Quote(Environment.CurrentDirectory)}
            exec {program} sweep {Quote(spec)} --out {Quote(folder.Path)} {action}

            """;
    }

    private string Submit(string name, string script, params string[] options)
    {
        var file = Path.Combine(folder.Path, name);
        OutputFile.Write(file, script);
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("sbatch", ["--parsable", .. options, file])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            var errors = process.StandardError.ReadToEndAsync(); // both at once: a full pipe would stop sbatch
            var output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0
                ? output.Split(';')[0]
                : throw new InputException(
                    file,
                    $"was not taken by Slurm ({errors.Result.Trim().Split('\n')[^1].TrimEnd('.')})",
                    "Correct what it says, for example with --sbatch"
                );
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InputException(
                "sbatch",
                "is not on the path",
                "Run this where Slurm's commands are, or without --on slurm"
            );
        }
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
