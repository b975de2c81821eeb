using Prosodia.Evaluation.Runs;
using Prosodia.Evaluation.Synthesis;
using Xunit;
using static Prosodia.Tests.Cli.CommandLine;

namespace Prosodia.Tests.Cli;

/// <summary>
/// Processes that are killed, and two that want one folder; <c>benchmarks/kill_nine.py</c> kills more.
/// </summary>
[Trait("Tier", "Slow")]
public sealed class CancellationSignalsTests : IDisposable
{
    private const int Kills = 3;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_killed_evaluation_continues_and_ends_with_the_same_results()
    {
        var whole = SyntheticCorpus.Write(_folder["wav"], seed: 1);
        (
            whole with
            {
                Utterances = [.. whole.Utterances.Where(u => string.CompareOrdinal(u.Speaker, "06") <= 0)],
            }
        ).Write(_folder["six.csv"]);
        string[] Arguments(string run) =>
            [
                "evaluate",
                _folder["six.csv"],
                "--protocol",
                "leave-one-speaker-out",
                "--model",
                "compact",
                "--epochs",
                "4",
                "--out",
                _folder[run],
            ];
        Assert.Equal(0, Invoke(Arguments("calm")).Code);
        var random = new Random(1);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var process = Start(_folder["home"], Arguments("killed"));
            if (!process.WaitForExit(random.Next(500, 4000)))
                process.Kill();
            process.WaitForExit();
        }
        Assert.Equal(0, Invoke(Arguments("killed")).Code);
        Assert.Equal(
            File.ReadAllBytes(_folder["calm/results.json"]),
            File.ReadAllBytes(_folder["killed/results.json"])
        );
    }

    [Fact]
    public void A_folder_is_one_process_s_at_a_time()
    {
        SyntheticCorpus.Write(_folder["wav"], seed: 1).Write(_folder["m.csv"]);
        string[] arguments =
        [
            "evaluate",
            _folder["m.csv"],
            "--protocol",
            "leave-one-speaker-out",
            "--model",
            "prosody",
            "--out",
            _folder["run"],
        ];
        using (FolderLock.Take(_folder["run"]))
        {
            var (code, _, errors) = Invoke(arguments);
            Assert.Equal(3, code);
            Assert.Contains(
                $"{_folder["run"]}: is in use by process {Environment.ProcessId} on {Environment.MachineName} since ",
                errors,
                StringComparison.Ordinal
            );
        }
        using var free = FolderLock.Take(_folder["run"]);
        Assert.Null(free.LeftBy);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_told_from_one_that_is_taken()
    {
        File.WriteAllText(_folder["file"], "");
        Assert.Contains(
            "cannot be written",
            Assert.Throws<InputException>(() => FolderLock.Take(_folder["file/run"])).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _folder.Dispose();
}
