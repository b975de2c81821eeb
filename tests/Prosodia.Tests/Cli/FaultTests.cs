using System.Globalization;
using Prosodia.Audio;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Evaluation.Synthesis;
using Xunit;
using static Prosodia.Tests.Cli.CommandLine;

namespace Prosodia.Tests.Cli;

/// <summary>
/// Disks that are full or may not be written to, files that change, clocks that jump, too little memory, impatient
/// users.
/// </summary>
[Trait("Tier", "Slow")]
public sealed class FaultTests : IDisposable
{
    private const int Crashed = 128; // and the signal's number

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void On_a_full_disk_nothing_is_broken_and_with_room_it_continues()
    {
        using var disk = new SmallDisk(_folder["disk"], "300k");
        string[] Arguments(string run) =>
            ["evaluate", Corpus(), "--protocol", "speaker-groups:2", "--model", "prosody", "--out", _folder[run]];
        foreach (var (size, lacking) in new[] { ("300k", "measured"), ("1400k", "folds"), ("1700k", "report.html") })
        {
            disk.Remount($"size={size}");
            var (code, _, errors) = Invoke(Arguments("disk/run"));
            Assert.Equal(3, code);
            Assert.Contains(_folder[$"disk/run/{lacking}"], errors, StringComparison.Ordinal);
            Assert.Contains("cannot be written (No space left on device", errors, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFiles(_folder["disk"], "*.tmp", SearchOption.AllDirectories));
        }

        disk.Remount("size=20m");
        Assert.Equal(0, Invoke(Arguments("disk/run")).Code);
        Assert.False(Directory.Exists(_folder["disk/run/measured"]));
        Assert.Equal(0, Invoke(Arguments("roomy")).Code);
        Assert.Equal(
            File.ReadAllBytes(_folder["roomy/results.json"]),
            File.ReadAllBytes(_folder["disk/run/results.json"])
        );
    }

    [Fact]
    public void Where_nothing_may_be_written_every_verb_says_so()
    {
        using var disk = new SmallDisk(_folder["disk"], "1m");
        disk.Remount("ro");
        var (corpus, wav) = (Corpus(), Directory.GetFiles(_folder["wav"], "*.wav", SearchOption.AllDirectories)[0]);
        string[][] verbs =
        [
            ["import", "csv", corpus, "--out", _folder["disk/a.csv"]],
            ["features", corpus, "--set", "prosody", "--out", _folder["disk/a.csv"]],
            [
                "evaluate",
                corpus,
                "--protocol",
                "leave-one-speaker-out",
                "--model",
                "prosody",
                "--out",
                _folder["disk/run"],
            ],
            ["train", corpus, "--out", _folder["disk/a.onnx"]],
            ["predict", wav, "--format", "csv", "--out", _folder["disk/a.csv"]],
        ];
        foreach (var verb in verbs)
        {
            var (code, _, errors) = Invoke(verb);
            Assert.True(code == 3, $"{verb[0]}: {code}, {errors}");
            Assert.Contains("cannot be written (Read-only file system", errors, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_that_changes_or_vanishes_while_it_is_read_is_named_and_the_others_are_used(bool vanishes)
    {
        var manifest = Manifest.Read(Corpus());
        var utterances = manifest.Utterances.Take(3).ToArray();
        using var kept = FeatureSet.OpenCache(_folder["measured"], "");
        var first = AudioFile.Read(utterances[0].Path).Samples;
        var corpus = FeatureSet.Of(
            utterances,
            recording =>
            {
                if (!recording.Samples.AsSpan().SequenceEqual(first)) // files are measured in any order
                    return [recording.Samples];
                var bytes = File.ReadAllBytes(utterances[0].Path);
                if (vanishes)
                    File.Delete(utterances[0].Path);
                else
                    File.WriteAllBytes(utterances[0].Path, [.. bytes.Select(b => (byte)(b ^ 1))]);
                return [recording.Samples];
            },
            kept
        );
        Assert.Equal(2, corpus.Utterances.Count);
        Assert.Contains(
            vanishes ? "does not exist" : "changed while it was read",
            Assert.Single(corpus.Problems).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_fold_that_finds_no_memory_is_named_and_with_more_it_continues()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/prlimit"), "needs prlimit");
        string[] Arguments(string run) =>
            [
                "evaluate",
                Corpus(),
                "--protocol",
                "speaker-groups:2",
                "--model",
                "compact",
                "--epochs",
                "2",
                "--batch",
                "1000",
                "--out",
                _folder[run],
            ];
        var (code, _, errors) = Finished(
            StartBelow(["prlimit", "--data=400000000"], _folder["home"], Arguments("run"))
        );
        // libtorch itself may end the process, by SIGABRT or SIGSEGV
        Assert.True(code is 3 or Crashed + 6 or Crashed + 11, $"{code}: {errors}");
        if (code == 3)
            Assert.Matches("fold .: needs more memory than there is", errors);
        var again = Invoke(Arguments("run"));
        Assert.Equal(0, again.Code);
        Assert.Equal(
            code != 3,
            again.Errors.Contains("did not end by itself there; what it had done is kept", StringComparison.Ordinal)
        );
        Assert.Equal(0, Invoke(Arguments("calm")).Code);
        Assert.Equal(File.ReadAllBytes(_folder["calm/results.json"]), File.ReadAllBytes(_folder["run/results.json"]));
    }

    [Fact]
    public async Task Control_C_twice_ends_it_and_what_was_done_is_kept()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sends a signal as terminals do");
        string[] Arguments(string run) =>
            [
                "evaluate",
                Corpus(),
                "--protocol",
                "leave-one-speaker-out",
                "--model",
                "compact",
                "--epochs",
                "6",
                "--out",
                _folder[run],
            ];
        // what runs in a shell's background ignores it, and so would this
        using (var process = StartBelow(["env", "--default-signal=INT"], _folder["home"], Arguments("run")))
        {
            while (!Directory.Exists(_folder["run/folds"]))
                await Task.Delay(20, TestContext.Current.CancellationToken);
            await SignalAsync(process, "INT");
            await SignalAsync(process, "INT");
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(130, process.ExitCode);
        }
        Assert.Empty(Directory.EnumerateFiles(_folder["run"], "*.tmp", SearchOption.AllDirectories));
        Assert.Equal(0, Invoke(Arguments("run")).Code);
    }

    [Fact]
    public async Task A_clock_that_jumps_changes_nothing()
    {
        const string library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
        Assert.SkipUnless(File.Exists(library), "needs faketime, for Linux on x86-64");
        string[] Arguments(string run) =>
            [
                "evaluate",
                Corpus(),
                "--protocol",
                "speaker-groups:3",
                "--model",
                "compact",
                "--epochs",
                "3",
                "--out",
                _folder[run],
            ];
        await File.WriteAllTextAsync(_folder["clock"], "+0", TestContext.Current.CancellationToken);
        var environment = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = library,
            ["FAKETIME_TIMESTAMP_FILE"] = _folder["clock"],
            ["FAKETIME_NO_CACHE"] = "1",
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        };
        using (
            var process = StartBelow(
                ["env", .. environment.Select(v => $"{v.Key}={v.Value}")],
                _folder["home"],
                Arguments("run")
            )
        )
        {
            var (errors, hours) = (process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken), 0);
            while (!process.HasExited)
            {
                await File.WriteAllTextAsync(
                    _folder["clock"],
                    (hours = hours > 0 ? -30 : 30).ToString("+0;-0", CultureInfo.InvariantCulture) + "h",
                    TestContext.Current.CancellationToken
                );
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
            Assert.True(process.ExitCode == 0, await errors);
        }
        Assert.Equal(0, Invoke(Arguments("calm")).Code);
        Assert.Equal(File.ReadAllBytes(_folder["calm/results.json"]), File.ReadAllBytes(_folder["run/results.json"]));
    }

    public void Dispose() => _folder.Dispose();

    private string Corpus()
    {
        if (!File.Exists(_folder["m.csv"]))
            SyntheticCorpus.Write(_folder["wav"], seed: 1).Write(_folder["m.csv"]);
        return _folder["m.csv"];
    }
}
