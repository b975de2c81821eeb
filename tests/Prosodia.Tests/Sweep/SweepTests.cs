using Prosodia.Evaluation.Synthesis;
using Xunit;
using static Prosodia.Tests.Cli.CommandLine;

namespace Prosodia.Tests.Sweep;

/// <summary>Sweeps here and on a real Slurm, of a corpus of eight speakers with four recordings each.</summary>
[Trait("Tier", "Slow")]
public sealed class SweepTests : IDisposable
{
    private const string Grid = """
        {"corpora": ["CORPUS"], "protocols": ["leave-one-speaker-out"], "models": ["prosody"], "seeds": [1, 2, 3],
        "by_fold": FOLDS}
        """;

    private readonly TemporaryFolder _folder = new();

    public SweepTests()
    {
        var whole = SyntheticCorpus.Write(_folder["wav"], seed: 1);
        var few = whole
            .Utterances.Where(u => string.CompareOrdinal(u.Speaker, "08") <= 0)
            .GroupBy(u => (u.Speaker, u.Emotion))
            .Select(g => g.First());
        (whole with { Utterances = [.. few] }).Write(_folder["eight.csv"]);
        File.WriteAllText(
            _folder["runs.json"],
            Grid.Replace("CORPUS", _folder["eight.csv"], StringComparison.Ordinal)
                .Replace("FOLDS", "false", StringComparison.Ordinal)
        );
        File.WriteAllText(
            _folder["folds.json"],
            Grid.Replace("CORPUS", _folder["eight.csv"], StringComparison.Ordinal)
                .Replace("FOLDS", "true", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_sweep_on_Slurm_survives_a_killed_job_and_a_drained_node_and_ends_as_here()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        Assert.Equal(0, Sweep("runs.json", "here").Code);
        using var cluster = await SlurmCluster.StartAsync();
        var (code, output, errors) = InvokeWith(
            "SLURM_CONF",
            cluster.Configuration,
            "sweep",
            _folder["folds.json"],
            "--out",
            _folder["there"],
            "--on",
            "slurm",
            "--cpus",
            "1",
            "--memory",
            "100M",
            "--time",
            "10"
        );
        Assert.True(code == 0, errors);
        Assert.StartsWith("24 jobs as Slurm job ", output, StringComparison.Ordinal);
        var array = output.Split(' ')[5];

        string[] Running() =>
            [
                .. cluster
                    .Run("squeue", "--noheader", "--array", "--states=RUNNING", "--format=%i")
                    .Split('\n')
                    .Where(j => j.StartsWith(array + "_", StringComparison.Ordinal)),
            ];
        await UntilAsync(() => Running().Length > 0, cancellationToken);
        var killed = Running()[0];
        cluster.Run("scontrol", "requeue", killed); // kills it; Slurm runs it again
        cluster.Run("scontrol", "update", $"NodeName={SlurmCluster.Node}", "State=DRAIN", "Reason=test");
        await UntilAsync(() => Running().Length == 0, cancellationToken);
        var waits = $"{killed} BeginTime"; // for two minutes, which is too long here
        await UntilAsync(
            () => cluster.Run("squeue", "--noheader", "--array", "--format=%i %r").Split('\n').Contains(waits),
            cancellationToken
        );
        cluster.Run("scontrol", "update", $"JobId={killed}", "StartTime=now");
        cluster.Run("scontrol", "update", $"NodeName={SlurmCluster.Node}", "State=RESUME");
        await UntilAsync(() => cluster.Run("squeue", "--noheader").Length == 0, cancellationToken);

        Assert.Equal(File.ReadAllText(_folder["here/sweep.csv"]), File.ReadAllText(_folder["there/sweep.csv"]));
        foreach (var run in Directory.GetDirectories(_folder["here/runs"]).Select(Path.GetFileName))
            Assert.Equal(
                File.ReadAllBytes(_folder[$"here/runs/{run}/results.json"]),
                File.ReadAllBytes(_folder[$"there/runs/{run}/results.json"])
            );
    }

    [Fact]
    public void Parts_run_alone_and_what_is_missing_or_foreign_is_told()
    {
        File.WriteAllText(
            _folder["two.json"],
            File.ReadAllText(_folder["runs.json"]).Replace("[1, 2, 3]", "[1, 2]", StringComparison.Ordinal)
        );
        Assert.Equal(0, Sweep("two.json", "out", "--task", "1", "--of", "2").Code);
        var (code, _, errors) = Sweep("two.json", "out", "--merge");
        Assert.Equal(3, code);
        Assert.Contains("lacks the results of 1 of 2 jobs (0)", errors, StringComparison.Ordinal);
        Assert.Equal(0, Sweep("two.json", "out", "--task", "0", "--of", "2").Code);
        Assert.Equal(0, Sweep("two.json", "out", "--merge").Code);
        Assert.Equal(3, File.ReadAllLines(_folder["out/sweep.csv"]).Length);
        var written = File.GetLastWriteTimeUtc(
            _folder["out/runs/eight_prosody_leave-one-speaker-out_seed-1/results.json"]
        );
        Assert.Equal(0, Sweep("two.json", "out").Code); // nothing is left to do
        Assert.Equal(
            written,
            File.GetLastWriteTimeUtc(_folder["out/runs/eight_prosody_leave-one-speaker-out_seed-1/results.json"])
        );
        Directory.CreateDirectory(_folder["out/runs/foreign"]);
        File.Copy(
            _folder["out/runs/eight_prosody_leave-one-speaker-out_seed-1/results.json"],
            _folder["out/runs/foreign/results.json"]
        );
        Assert.Contains("that no job of it made", Sweep("two.json", "out", "--merge").Errors, StringComparison.Ordinal);
        Assert.Contains("holds a sweep of other jobs", Sweep("runs.json", "out").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_fails_is_named_and_the_others_go_on()
    {
        File.WriteAllText(
            _folder["bad.json"],
            $$"""
            {"corpora": ["{{_folder["eight.csv"]}}", "/nowhere.csv"], "protocols": ["leave-one-speaker-out"],
            "models": ["prosody"]}
            """
        );
        var (code, _, errors) = Sweep("bad.json", "out");
        Assert.Equal(3, code);
        Assert.Contains(
            "job 1 (nowhere_prosody_leave-one-speaker-out_seed-1) failed: prosodia: /nowhere.csv: does not exist",
            errors,
            StringComparison.Ordinal
        );
        Assert.True(File.Exists(_folder["out/runs/eight_prosody_leave-one-speaker-out_seed-1/results.json"]));
    }

    [Theory]
    [InlineData("{", "is no description of a sweep")]
    [InlineData("null", "has no evaluation")]
    [InlineData("{\"corpora\":[null],\"protocols\":[\"leave-one-speaker-out\"]}", "is empty or null")]
    [InlineData(
        "{\"corpora\":[\"a\\u0000\"],\"protocols\":[\"leave-one-speaker-out\"],\"by_fold\":true}",
        "is empty or null"
    )]
    [InlineData(
        "{\"corpora\":[\"a\"],\"protocols\":[\"leave-one-speaker-out\"],\"settings\":[null]}",
        "is empty or null"
    )]
    [InlineData("""{"corpora": ["a.csv"], "protocols": ["x"], "modells": []}""", "modells")]
    [InlineData("""{"corpora": [], "protocols": []}""", "has no evaluation")]
    [InlineData(
        """{"corpora": ["a.csv"], "protocols": ["leave-one-speaker-out"], "settings": [{"seed": 1}]}""",
        "sets seed among the settings"
    )]
    [InlineData(
        """{"corpora": ["a.csv", "b/a.csv"], "protocols": ["leave-one-speaker-out"]}""",
        "same evaluation twice"
    )]
    public void A_description_that_can_t_be_used_is_told(string spec, string found)
    {
        File.WriteAllText(_folder["spec.json"], spec);
        var (code, _, errors) = Sweep("spec.json", "out");
        Assert.Equal(3, code);
        Assert.Contains(found, errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_prints_jobs_or_scripts_and_writes_no_results()
    {
        Assert.Equal(24, Sweep("folds.json", "out", "--dry-run").Output.TrimEnd().Split('\n').Length);
        var scripts = Sweep(
            "folds.json",
            "out",
            "--on",
            "slurm",
            "--dry-run",
            "--cpus",
            "3",
            "--sbatch=--partition=long"
        ).Output;
        foreach (
            var line in new[]
            {
                "#SBATCH --array=0-23",
                "#SBATCH --cpus-per-task=3",
                "#SBATCH --requeue",
                "#SBATCH --partition=long",
                "--task \"$SLURM_ARRAY_TASK_ID\" --of 24",
                "--merge",
            }
        )
            Assert.Contains(line, scripts, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out/runs"]));
    }

    public void Dispose() => _folder.Dispose();

    private (int Code, string Output, string Errors) Sweep(string spec, string folder, params string[] more) =>
        Invoke(["sweep", _folder[spec], "--out", _folder[folder], .. more]);

    private static async Task UntilAsync(Func<bool> done, CancellationToken cancellationToken)
    {
        for (var i = 0; !done(); i++)
        {
            Assert.True(i < 3000, "Slurm doesn't get on");
            await Task.Delay(200, cancellationToken);
        }
    }
}
