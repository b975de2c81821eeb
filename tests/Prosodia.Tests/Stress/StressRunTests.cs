using System.Text.Json;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Onnx;
using Prosodia.Evaluation.Stress;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Recognition;
using Prosodia.Tests.Encoders;
using Xunit;
using static Prosodia.Tests.Cli.CommandLine;

namespace Prosodia.Tests.Stress;

/// <summary>Whole stress runs on the eight voices of the samples.</summary>
[Trait("Tier", "Slow")]
public sealed class StressRunTests : IDisposable
{
    private static readonly string Samples = Path.Combine(TestData.Repository, "samples", "samples.csv");

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_bundled_model_goes_through_the_battery()
    {
        var run = Invoke("stress", Samples, "--out", _folder["stress"], "--limit", "4");
        Assert.True(run.Code is 0 or 4, run.Errors);
        Assert.Contains("4 recordings of ", run.Output, StringComparison.Ordinal);
        Assert.Contains("other sound was not tested", run.Output, StringComparison.Ordinal);
        var result = StressResult.Read(_folder["stress"]);
        Assert.Equal(run.Code == 4, result.Tests.Any(t => t.Passes == false));
        Assert.Contains("white noise", File.ReadAllText(_folder["stress/stress.html"]), StringComparison.Ordinal);
        Assert.Equal(result.Tests.Count + 1, File.ReadAllLines(_folder["stress/stress.csv"]).Length);
        Assert.False(Directory.Exists(_folder["stress/.stress-answers"]));
    }

    [Fact]
    public void A_program_of_others_goes_through_the_same_battery_and_two_models_are_compared()
    {
        var script = Path.Combine(TestData.Repository, "tests", "Prosodia.Tests", "Stress", "loud_is_angry.py");
        var program = $"'{TestData.Python}' '{script}'";
        foreach (var (name, model) in new[] { ("one", (string[])["--command", program]), ("other", []) })
        {
            var run = Invoke([
                "stress",
                Samples,
                "--out",
                _folder[name],
                "--without",
                "codec",
                "--limit",
                "4",
                .. model,
            ]);
            Assert.True(run.Code is 0 or 4, run.Errors);
        }
        var result = StressResult.Read(_folder["one"]);
        Assert.Equal(["angry", "happy", "neutral", "sad"], result.Emotions); // the labels of the recordings
        Assert.Equal(4, result.Labeled);
        Assert.Contains(result.Tests, t => t is { Name: "happy", Metric: "recall", Value: 0, Passes: false });
        Assert.Contains(result.Tests, t => t is { Name: "gain -20 dB", Group: StressTest.Robustness, Passes: false });
        Assert.Contains(result.Tests, t => t is { Name: "zeros after 62.5 ms", Passes: true });
        var compared = Invoke("stress", "compare", _folder["one"], _folder["other"], "--out", _folder["both"]);
        Assert.True(compared.Code == 0, compared.Errors);
        Assert.Contains("white noise 20 dB", compared.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["both/compare.html"]));
    }

    [Fact]
    public void A_program_that_fails_is_reported_with_what_it_said()
    {
        var run = Invoke("stress", Samples, "--out", _folder["failed"], "--command", "echo no model >&2; exit 5 #");
        Assert.Equal(3, run.Code);
        Assert.Contains("exit code 5: no model", run.Errors, StringComparison.Ordinal);
        run = Invoke("stress", Samples, "--out", _folder["failed"], "--command", "true");
        Assert.Contains("wrote no answers", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_goes_through_the_battery_where_its_classes_are_named()
    {
        OnnxModel.Write(SmallModels.WaveformClasses(3), _folder["network.onnx"]);
        using var model = new OnnxUnderStress(_folder["network.onnx"], ["angry", "neutral", "sad"]);
        var answers = model.Answer([new([.. TestData.Sine(300, 16_000, 16_000)], [])], CancellationToken.None);
        Assert.Contains(answers[0].Emotion, model.Emotions);
        Assert.InRange(answers[0].Confidence!.Value, 1.0 / 3, 1);
        Assert.Contains(
            "gives a vector of 3, and --labels has 2",
            Assert.Throws<InputException>(() => new OnnxUnderStress(_folder["network.onnx"], ["a", "b"])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_folder_of_the_user_is_left_alone_and_labels_that_no_model_knows_are_refused()
    {
        Directory.CreateDirectory(_folder["mine/answers"]);
        File.WriteAllText(_folder["mine/answers/00000.json"], "mine");
        var table = _folder["labels.csv"];
        var run = Invoke("stress", _folder["nowhere.csv"], "--out", _folder["mine"]);
        Assert.Equal(3, run.Code);
        File.WriteAllText(
            table,
            "path,speaker,emotion\n" + Path.Combine(TestData.Repository, "samples/1013_DFA_HAP_XX.wav") + ",A,gloomy\n"
        );
        run = Invoke("stress", table, "--out", _folder["mine"]);
        Assert.Equal(3, run.Code);
        Assert.Contains("has the labels gloomy, and the model knows angry", run.Errors, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(_folder["mine/answers/00000.json"]));
        Assert.Equal(2, Invoke("stress", Samples, "--out", _folder["mine"], "--group", "shoe_size").Code);
        Assert.Equal(3, Invoke("stress", Samples, "--out", _folder["mine"], "--without", "mpx").Code);
    }

    [Fact]
    public void A_model_is_tested_when_it_is_trained_and_its_card_says_so()
    {
        var corpus = SyntheticCorpus.Write(_folder["wav"], seed: 1);
        (
            corpus with
            {
                Utterances = [.. corpus.Utterances.Where(u => u.Path.EndsWith("-1.wav", StringComparison.Ordinal))],
            }
        ).Write(_folder["m.csv"]);
        var run = Invoke("train", _folder["m.csv"], "--out", _folder["model.onnx"], "--stress", _folder["m.csv"]);
        Assert.Equal(3, run.Code);
        Assert.Contains("which the model is trained on", run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["model.onnx"]));
        run = Invoke("train", _folder["m.csv"], "--out", _folder["model.onnx"], "--stress", Samples);
        Assert.True(run.Code == 0, run.Errors);
        using var model = EmotionModel.Open(_folder["model.onnx"]);
        Assert.Equal(8, model.Card.Stress!.Recordings);
        Assert.Contains(StressTest.Robustness, model.Card.Stress.Passed.Keys);
        Assert.True(File.Exists(_folder["model-stress/stress.html"]));
    }

    [Fact]
    public void An_interrupted_run_continues_and_ends_as_one_that_was_not()
    {
        var utterances = Manifest.Read(Samples).Utterances;
        StressCondition[] conditions = [.. StressBattery.All.Where(c => c.Codec is null && !c.NeedsSounds).Take(6)];
        using var model = new RecognizerUnderStress(EmotionModel.OpenDefault());
        StressRun Job() => new(model, utterances, conditions, [], seed: 1) { Together = 3 };
        using (var stop = new CancellationTokenSource())
            Assert.ThrowsAny<OperationCanceledException>(() =>
                Job().Run(_folder["answers"], _ => stop.Cancel(), stop.Token)
            );
        var first = Directory.GetFiles(_folder["answers"], "group-*.json").Single();
        var written = File.GetLastWriteTimeUtc(first);
        var continued = Job().Run(_folder["answers"], _ => { }, CancellationToken.None);
        Assert.Equal(written, File.GetLastWriteTimeUtc(first));
        var whole = Job().Run(_folder["again"], _ => { }, CancellationToken.None);
        Assert.Equal(JsonSerializer.Serialize(whole), JsonSerializer.Serialize(continued));
        Assert.Equal(8, continued.Count);

        // of another seed, nothing is taken over
        new StressRun(model, utterances, conditions, [], seed: 2) { Together = 3 }.Run(
            _folder["answers"],
            _ => { },
            CancellationToken.None
        );
        Assert.NotEqual(written, File.GetLastWriteTimeUtc(first));
    }

    public void Dispose() => _folder.Dispose();
}
