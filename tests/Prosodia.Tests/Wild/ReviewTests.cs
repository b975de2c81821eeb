using Prosodia.Cli.Predict;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Reports;
using Prosodia.Evaluation.Runs;
using Prosodia.KeySegments;
using Prosodia.Tests.Cli;
using Prosodia.Training.Adaptation;
using Prosodia.Training.Data;
using Prosodia.Training.Experiments;
using Prosodia.Training.Learners;
using Xunit;

namespace Prosodia.Tests.Wild;

/// <summary>Errors that a review of the source found, and their relatives.</summary>
[Trait("Tier", "Slow")]
public sealed class ReviewTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_copy_of_a_result_has_figures_of_its_own()
    {
        var result = Result("compact", 1, right: true);
        Assert.Equal(1, result.Pooled.Ua);
        Assert.Equal(1, result.Pooled.Wa);
        var other = result with { Folds = Result("compact", 1, right: false).Folds };
        Assert.Equal(0, other.Pooled.Ua);
        Assert.Equal(0, other.Pooled.Wa);
        Assert.Equal(1, (new SeedSummary([other]) with { Runs = [result] }).Mean.Ua);
    }

    [Fact]
    public void A_class_whose_recordings_all_enroll_speakers_is_no_class_any_more()
    {
        string[] emotions = ["angry", "neutral", "sad"];
        Utterance[] utterances =
        [
            .. from speaker in new[] { "1", "2", "3", "4" }
            from emotion in emotions
            from i in Enumerable.Range(0, 4)
            select new Utterance($"{speaker}-{emotion}-{i}", speaker, emotion),
        ];
        var corpus = new ExperimentCorpus(
            utterances,
            new Dictionary<InputKind, IReadOnlyList<float[]>>
            {
                [InputKind.Prosody] = [.. utterances.Select(u => new float[] { u.Path.Length })],
            },
            new Dictionary<InputKind, long[]> { [InputKind.Prosody] = [1] },
            [],
            []
        );
        var adapted = SpeakerAdaptation.Parse("neutral:4")!.Apply(corpus, u => new LeaveOneSpeakerOut().Split(u, 1), 1);
        Assert.Equal(["angry", "sad"], adapted.Classes);
    }

    [Theory]
    [InlineData("compact", 6, true)]
    [InlineData("paper", 6, true)]
    [InlineData("fusion", 0, false)]
    [InlineData("acoustic", 0, false)]
    [InlineData("prosody", 0, false)]
    [InlineData("contours", 0, false)]
    public void A_report_says_what_the_model_read(string model, double segments, bool marked)
    {
        Prosodia.Audio.Wav.WavWriter.Write(_folder["a.wav"], TestData.Sine(300, 16_000, 32_000));
        var report = Report(Result(model, 1, right: false) with { SegmentsPerUtterance = segments });
        Assert.Equal(marked, report.Contains("Colors mark the key segments", StringComparison.Ordinal));
        Assert.Equal(!marked, report.Contains("The model reads the whole recording", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("acoustic", new[] { 3 }, " Models read recordings at 0.9, 1 and 1.1")]
    [InlineData("acoustic", new[] { 1 }, null)]
    [InlineData("fusion", new[] { 3, 3 }, " Models read recordings at 0.9, 1 and 1.1")]
    [InlineData("fusion", new[] { 1, 3 }, " The second read recordings at 0.9, 1 and 1.1")]
    [InlineData("paper", new[] { 1 }, null)]
    public void The_methods_paragraph_says_which_speeds_were_read(string model, int[] speeds, string? sentence)
    {
        var report = Report(Result(model, 1, right: true) with { Speeds = speeds });
        Assert.Equal(sentence is not null, report.Contains("speed perturbation", StringComparison.Ordinal));
        if (sentence is not null)
            Assert.Contains(sentence, report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(83_333, 3)]
    [InlineData(83_334, 1)]
    public void Larger_corpora_are_read_at_their_own_speed_and_say_so(int recordings, int speeds)
    {
        float[][] items = [.. Enumerable.Range(0, recordings).Select(i => new float[] { i })];
        var set = new SequenceSet(InputKind.Prosody, items, [1]) { Perturbed = [items, items] };
        Assert.Equal(
            [speeds],
            new NystromLearner(
                [set],
                [.. items.Select(_ => "a")],
                null,
                new ClassificationTask([.. items.Select(_ => 0)], 2)
            ).Speeds
        );
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"number\": null}")]
    [InlineData("")]
    public void A_damaged_note_of_a_shard_is_no_internal_error(string note)
    {
        File.WriteAllText(_folder["p.csv"], "path\n");
        File.WriteAllText(_folder["p.csv.shard.json"], note);
        Assert.Contains(
            "has no readable",
            Assert.Throws<InputException>(() => ShardNote.Read(_folder["p.csv"])).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData(
        "{\"corpus\": null, \"model\": \"x\", \"protocol\": \"x\", \"seed\": 1, \"classes\": [], \"pooled\": null}"
    )]
    [InlineData("{\"classes\": 5}")]
    public void A_damaged_result_is_no_internal_error(string json)
    {
        File.WriteAllText(_folder["results.json"], json);
        Assert.Contains(
            "is no result of evaluate",
            Assert.Throws<InputException>(() => FinishedRun.Read(_folder.Path)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{")]
    public void A_damaged_fold_is_run_again(string json)
    {
        var run = RunFolder.Open(_folder.Path, "a", restart: false);
        File.WriteAllText(_folder["folds/1.json"], json);
        Assert.Null(run.Finished<Prediction>("1"));
    }

    [Fact]
    public void Sbatch_that_says_much_does_not_stop_a_sweep()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        File.WriteAllText(
            _folder["sbatch"],
            "#!/bin/sh\nhead -c 300000 /dev/zero | tr '\\0' x >&2\nhead -c 10 /dev/zero | tr '\\0' 7\n"
        );
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["sbatch"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.WriteAllText(_folder["m.csv"], "path,speaker,emotion\na.wav,x,sad\n");
        File.WriteAllText(
            _folder["s.json"],
            $$"""{"corpora": ["{{_folder["m.csv"]}}"], "protocols": ["leave-one-speaker-out"]}"""
        );
        var run = CommandLine.InvokeWith(
            "PATH",
            $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}",
            "sweep",
            _folder["s.json"],
            "--out",
            _folder["out"],
            "--on",
            "slurm"
        );
        Assert.Equal(0, run.Code);
        Assert.Contains("Slurm job 7777777777", run.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Report(EvaluationResult result) =>
        File.ReadAllText(
            RunFiles.Write(_folder["run"], result, new RunContext("x", new DateOnly(2026, 1, 1), TimeSpan.Zero, []))
        );

    private EvaluationResult Result(string model, int seed, bool right)
    {
        Prediction[] predictions =
        [
            .. new[] { "happy", "sad" }.SelectMany(t =>
                Enumerable
                    .Range(0, 4)
                    .Select(i => new Prediction(
                        _folder["a.wav"],
                        $"{i}",
                        t,
                        right ? t
                            : t == "sad" ? "happy"
                            : "sad",
                        right == (t == "happy") ? [0.9, 0.1] : [0.1, 0.9]
                    ))
            ),
        ];
        var setup = new EvaluationSetup(
            "p",
            "Each fold is the test once.",
            "c",
            model,
            model == "paper" ? "e" : null,
            null,
            seed,
            new KeySegmentOptions(),
            null,
            new Dictionary<string, object>()
        );
        return new EvaluationResult(
            setup,
            ["happy", "sad"],
            [
                new FoldResult<Prediction>(
                    "1",
                    ["a"],
                    ["b"],
                    ["c"],
                    1,
                    1,
                    [new LossPoint(1, 1, 1)],
                    predictions,
                    predictions
                ),
            ]
        );
    }
}
