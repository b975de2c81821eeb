using System.Text.Json;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Tests.Audio;
using Xunit;
using static Prosodia.Tests.Cli.CommandLine;

namespace Prosodia.Tests.Cli;

[Trait("Tier", "Slow")]
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("help.txt", "--help")]
    [InlineData("help-import.txt", "import", "--help")]
    [InlineData("help-inspect.txt", "inspect", "--help")]
    [InlineData("help-evaluate.txt", "evaluate", "--help")]
    [InlineData("help-demo.txt", "demo", "--help")]
    [InlineData("help-weights.txt", "weights", "--help")]
    [InlineData("help-weights-import.txt", "weights", "import", "--help")]
    [InlineData("help-encoder-check.txt", "encoder", "check", "--help")]
    [InlineData("help-features.txt", "features", "--help")]
    [InlineData("help-bench.txt", "bench", "--help")]
    [InlineData("help-compare.txt", "compare", "--help")]
    [InlineData("help-runs.txt", "runs", "--help")]
    [InlineData("help-reproduce.txt", "reproduce", "--help")]
    [InlineData("help-tune.txt", "tune", "--help")]
    [InlineData("help-ablate.txt", "ablate", "--help")]
    [InlineData("help-train.txt", "train", "--help")]
    [InlineData("help-predict.txt", "predict", "--help")]
    [InlineData("help-serve.txt", "serve", "--help")]
    [InlineData("help-merge.txt", "merge", "--help")]
    [InlineData("help-sweep.txt", "sweep", "--help")]
    [InlineData("help-audit.txt", "audit", "--help")]
    [InlineData("help-stress.txt", "stress", "--help")]
    [InlineData("help-stress-compare.txt", "stress", "compare", "--help")]
    public void Help_has_examples(string snapshot, params string[] arguments)
    {
        var run = Invoke(arguments);
        Assert.Equal(0, run.Code);
        TestData.MatchSnapshot(snapshot, run.Output);
    }

    [Theory]
    [InlineData("sing")]
    [InlineData("import", "emodb", "x")]
    [InlineData("import", "songs", "x", "--out", "y")]
    [InlineData("evaluate", "m.csv", "--protocol", "guess", "--out", "x")]
    [InlineData("evaluate", "m.csv", "--protocol", "speaker-independent", "--out", "x", "--epochs", "0")]
    [InlineData("evaluate", "m.csv", "--protocol", "speaker-independent", "--out", "x", "--model", "magic")]
    [InlineData("evaluate", "m.csv", "--protocol", "leave-one-speaker-out", "--out", "x", "--all-speakers")]
    [InlineData("evaluate", "m.csv", "--protocol", "speaker-groups:1", "--out", "x")]
    [InlineData("evaluate", "m.csv", "--labels", "l.csv", "--protocol", "leave-one-corpus-out", "--out", "x")]
    [InlineData("tune", "m.csv", "--betas", "1,much", "--out", "x")]
    [InlineData("tune", "m.csv", "--dropouts", "1", "--out", "x")]
    [InlineData("tune", "m.csv", "--betas", "", "--out", "x")]
    [InlineData("train", "m.csv", "--out", "model.bin")]
    [InlineData("predict", "-", "a.wav")]
    [InlineData("predict", "a.wav", "--shard", "1/2")]
    [InlineData("predict", "a.wav", "--shard", "3/2", "--format", "csv", "--out", "a.csv")]
    [InlineData(
        "evaluate",
        "a.csv",
        "--protocol",
        "leave-one-speaker-out",
        "--out",
        "a",
        "--fold",
        "1",
        "--seeds",
        "2"
    )]
    [InlineData("sweep", "a.json", "--out", "a", "--task", "2", "--of", "2")]
    [InlineData("serve", "--address", "localhost")]
    [InlineData("serve", "--public-url", "example")]
    [InlineData("serve", "--port", "70000")]
    [InlineData("serve", "--stop-within", "1000")]
    [InlineData("predict", "a.wav", "--threshold", "2")]
    [InlineData("predict", "a.wav", "--speaker", "b.wav")]
    [InlineData("predict", "a.wav", "--format", "poem")]
    [InlineData("serve", "--port", "abc")]
    [InlineData("serve", "--port", "80.5")]
    [InlineData("serve", "--queue", "10x")]
    [InlineData("predict", "-", "--raw-rate", "16k")]
    [InlineData("predict", "a.wav", "--threshold", "abc")]
    [InlineData("predict", "a.wav", "--threshold", "1,500")]
    [InlineData("predict", "a.wav", "--explain", "--out", "x")]
    [InlineData("predict", "a.wav", "--shard", "1/2", "--format", "csv", "--out", "/dev/stdout")]
    [InlineData("predict", "")]
    [InlineData("predict", "a.wav", "--out", "")]
    [InlineData("import", "emodb", "", "--out", "x.csv")]
    [InlineData("import", "annotations", "a.csv", "--out", "/dev/null")]
    [InlineData("import", "annotations", "a.csv", "--tier", "x", "--out", "x.csv")]
    [InlineData("evaluate", "m.csv", "--protocol", "folds:", "--out", "x")]
    [InlineData("evaluate", "m.csv", "--protocol", "leave-one-speaker-out", "--out", "x", "--epochs", "ten")]
    [InlineData("evaluate", "m.csv", "--protocol", "leave-one-speaker-out", "--out", "x", "--learning-rate", "fast")]
    [InlineData("features", "m.csv", "--encoder", "onnx:", "--out", "x.npy")]
    [InlineData("inspect", "a.wav", "--out", "x", "--skip-silence", "abc")]
    [InlineData("sweep", "a.json", "--out", "a", "--of", "a")]
    public void Wrong_usage_is_exit_2(params string[] arguments)
    {
        var run = Invoke(arguments);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.StartsWith("prosodia: ", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inspect", "/nowhere/a.wav", "--out", "x")]
    [InlineData("inspect", "/nowhere/a.csv", "--out", "x")]
    [InlineData("import", "emodb", "/nowhere", "--out", "x.csv")]
    [InlineData("import", "csv", "/nowhere.csv", "--out", "x.csv")]
    [InlineData("evaluate", "/nowhere.csv", "--protocol", "leave-one-speaker-out", "--out", "x")]
    [InlineData("weights", "import", "/nowhere.pth")]
    [InlineData("encoder", "check", "/nowhere.onnx")]
    [InlineData("features", "/nowhere.csv", "--random-weights", "--out", "x.npy")]
    [InlineData("bench", "--corpus", "/nowhere")]
    [InlineData("train", "/nowhere.csv", "--out", "x.onnx")]
    [InlineData("predict", "/nowhere.wav")]
    [InlineData("serve", "--keys", "/nowhere")]
    [InlineData("predict", "a.wav", "--model", "/nowhere.onnx")]
    [InlineData("import", "annotations", "/nowhere.csv", "--out", "x.csv")]
    [InlineData("evaluate", "/nowhere.csv", "--protocol", "folds:/nowhere/folds.csv", "--out", "x")]
    public void Unusable_input_is_exit_3_with_name_and_reason(params string[] arguments)
    {
        var run = Invoke(arguments);
        Assert.Equal((3, ""), (run.Code, run.Output));
        Assert.Contains("/nowhere", run.Errors, StringComparison.Ordinal);
        Assert.Contains("does not exist", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_with_every_kind_of_bad_file_is_evaluated_on_the_rest()
    {
        using var folder = new TemporaryFolder();
        var manifest = SyntheticCorpus.Write(folder["wav"], seed: 2);
        manifest = manifest with
        {
            Utterances =
            [
                .. manifest.Utterances.Where(u =>
                    u.Speaker is "01" or "02" or "03" && u.Path.EndsWith("-1.wav", StringComparison.Ordinal)
                ),
            ],
        };
        manifest.Write(folder["m.csv"]);
        foreach (var (name, bytes) in AudioFileTests.BadFiles().Select(row => (row.Data.Item1, row.Data.Item2)))
            File.WriteAllBytes(folder[name], bytes);
        File.WriteAllText(folder["text.wav"], "not sound");
        string[] bad =
        [
            "empty.wav",
            "cut.wav",
            "none.wav",
            "one.wav",
            "tenth.wav",
            "nan.wav",
            "text.wav",
            "missing.wav",
        ];
        File.AppendAllLines(
            folder["m.csv"],
            [.. bad.Select(name => $"{name},01,male,sad,9"), "wav/02-sad-2.wav,,female,sad,2"]
        );

        var run = Invoke(
            "evaluate",
            folder["m.csv"],
            "--protocol",
            "speaker-independent",
            "--model",
            "compact",
            "--out",
            folder["run"],
            "--epochs",
            "2",
            "--json"
        );

        Assert.Equal(3, run.Code);
        Assert.All(bad, name => Assert.Contains(folder[name], run.Errors, StringComparison.Ordinal));
        Assert.Contains("has no speaker", run.Errors, StringComparison.Ordinal);
        var results = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(File.ReadAllText(folder["run/results.json"]), run.Output);
        Assert.Equal(
            manifest.Utterances.Count,
            results.GetProperty("folds").EnumerateArray().Sum(f => f.GetProperty("n_test").GetInt32())
        );
        Assert.Contains(
            "9 recordings could not be used",
            File.ReadAllText(folder["run/report.html"]),
            StringComparison.Ordinal
        );
        Assert.All(
            ["predictions.csv", "confusion.csv", "confusion.png", "loss.csv", "loss.png"],
            name => Assert.True(new FileInfo(folder["run/" + name]).Length > 50)
        );
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_exit_3()
    {
        using var folder = new TemporaryFolder();
        WavWriter.Write(folder["a.wav"], TestData.Sine(300, 16000, 16_000));
        File.WriteAllText(folder["file"], "");
        var run = Invoke("inspect", folder["a.wav"], "--out", folder["file/look"]);
        Assert.Equal(3, run.Code);
        Assert.Contains("cannot be written", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unreadable_folder_is_told()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "root may read everything");
        using var folder = new TemporaryFolder();
        if (!OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder["locked"], UnixFileMode.None);
        Assert.Contains(
            "may not be read",
            Invoke("import", "emodb", folder["locked"], "--out", folder["m.csv"]).Errors,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_real_recording_is_inspected()
    {
        using var folder = new TemporaryFolder();
        var run = Invoke(
            "inspect",
            Path.Combine(TestData.Corpora(), "emodb4/wav/08a05Ta.wav"),
            "--out",
            folder["look"]
        );
        Assert.Equal(0, run.Code);
        TestData.MatchSnapshot("inspect-08a05Ta.txt", run.Output);
        Assert.True(new FileInfo(folder["look/08a05Ta.wav.png"]).Length > 50_000);
    }

    [Fact]
    public void Real_recordings_go_from_import_to_a_report()
    {
        using var folder = new TemporaryFolder();
        var corpora = TestData.Corpora();
        var import = Invoke(
            "import",
            "emodb",
            Path.Combine(corpora, "emodb4"),
            "--out",
            folder["all.csv"],
            "--verify",
            Path.Combine(corpora, "ORIGINALS.sha256")
        );
        Assert.Equal(0, import.Code);
        Assert.Contains("339 unaltered, 0 altered, 196 missing, 0 extra", import.Output, StringComparison.Ordinal);
        string[] rows = File.ReadAllLines(folder["all.csv"]);
        File.WriteAllLines(
            folder["four.csv"],
            rows.Where(
                (row, i) =>
                    i == 0
                    || row.Contains(",03,", StringComparison.Ordinal)
                    || row.Contains(",08,", StringComparison.Ordinal)
                    || row.Contains(",09,", StringComparison.Ordinal)
            )
        );

        var evaluate = Invoke(
            "evaluate",
            folder["four.csv"],
            "--protocol",
            "leave-one-speaker-out",
            "--out",
            folder["run"],
            "--epochs",
            "3"
        );

        Assert.Equal(0, evaluate.Code);
        Assert.Contains($"report: {folder["run/report.html"]}", evaluate.Output, StringComparison.Ordinal);
        var ua = JsonDocument
            .Parse(File.ReadAllText(folder["run/results.json"]))
            .RootElement.GetProperty("pooled")
            .GetProperty("ua")
            .GetDouble();
        Assert.InRange(ua, 0.5, 1); // far above what shuffled labels would give, although little was trained on
    }

    [Fact]
    public void Inspecting_a_manifest_draws_a_sheet_and_goes_on_after_a_bad_file()
    {
        using var folder = new TemporaryFolder();
        WavWriter.Write(folder["a.wav"], TestData.Sine(300, 16000, 30_000));
        File.WriteAllText(folder["m.csv"], "path,speaker,emotion\na.wav,1,sad\nb.wav,2,sad\n");
        var run = Invoke("inspect", folder["m.csv"], "--out", folder["look"], "--json");
        Assert.Equal(3, run.Code);
        Assert.Equal(5, JsonDocument.Parse(run.Output).RootElement.GetProperty("segments").GetInt32());
        Assert.True(File.Exists(folder["look/sheet.png"]));
    }

    [Fact]
    public void The_demo_ends_with_its_report()
    {
        using var folder = new TemporaryFolder();
        var run = Invoke("demo", "--out", folder["demo"]);
        Assert.Equal(0, run.Code);
        Assert.EndsWith($"report: {folder["demo/evaluation/report.html"]}\n", run.Output, StringComparison.Ordinal);
        Assert.Contains(SyntheticCorpus.Note, run.Output, StringComparison.Ordinal);
        Assert.Contains(
            SyntheticCorpus.Note,
            File.ReadAllText(folder["demo/evaluation/report.html"]),
            StringComparison.Ordinal
        );
        var results = JsonDocument.Parse(File.ReadAllText(folder["demo/evaluation/results.json"])).RootElement;
        Assert.Equal(SyntheticCorpus.Note, results.GetProperty("note").GetString());
        Assert.InRange(results.GetProperty("pooled").GetProperty("ua").GetDouble(), 0.6, 1);
    }
}
