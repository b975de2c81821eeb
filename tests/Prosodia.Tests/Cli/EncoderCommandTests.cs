using System.Text.Json;
using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.Onnx;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Tests.Encoders;
using Xunit;
using static Prosodia.Tests.Cli.CommandLine;

namespace Prosodia.Tests.Cli;

[Trait("Tier", "Slow")]
public sealed class EncoderCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EncoderCommandTests()
    {
        var manifest = SyntheticCorpus.Write(_folder["wav"], seed: 1);
        (
            manifest with
            {
                Utterances =
                [
                    .. manifest.Utterances.Where(u =>
                        u.Speaker is "01" or "02" or "03" && u.Path.EndsWith("-1.wav", StringComparison.Ordinal)
                    ),
                ],
            }
        ).Write(_folder["m.csv"]);
    }

    [Fact]
    public void Without_weights_paper_reads_the_pretrained_ResNet_18_and_says_so()
    {
        var run = InvokeAt(
            _folder["home"],
            "evaluate",
            _folder["m.csv"],
            "--protocol",
            "leave-one-speaker-out",
            "--model",
            "paper",
            "--epochs",
            "1",
            "--out",
            _folder["run"]
        );
        Assert.True(run.Code == 0, run.Errors);
        Assert.Contains("features: ResNet-18, ImageNet, fp32, SHA-256 ", run.Output, StringComparison.Ordinal);
        Assert.Contains("ResNet-18, ImageNet", File.ReadAllText(_folder["run/report.html"]), StringComparison.Ordinal);
        Assert.Contains(
            "resnet18-imagenet",
            InvokeAt(_folder["home"], "weights", "list").Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void With_random_weights_every_result_says_so()
    {
        var run = InvokeAt(
            _folder["home"],
            "evaluate",
            _folder["m.csv"],
            "--protocol",
            "leave-one-speaker-out",
            "--model",
            "paper",
            "--random-weights",
            "--int8",
            "--epochs",
            "2",
            "--out",
            _folder["run"]
        );
        Assert.Equal(0, run.Code);
        Assert.Contains(EncoderSelection.RandomNote, run.Output, StringComparison.Ordinal);
        Assert.Contains("were not pretrained", File.ReadAllText(_folder["run/report.html"]), StringComparison.Ordinal);
        var results = JsonDocument.Parse(File.ReadAllText(_folder["run/results.json"])).RootElement;
        Assert.Equal(EncoderSelection.RandomNote, results.GetProperty("note").GetString());
        Assert.StartsWith(
            "ResNet-101, random weights, int8, SHA-256 ",
            results.GetProperty("encoder").GetString(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "random-resnet-101  not pretrained",
            InvokeAt(_folder["home"], "weights", "list").Output,
            StringComparison.Ordinal
        );
        Assert.Equal((0, "random-resnet-101: unaltered\n"), Of(InvokeAt(_folder["home"], "weights", "verify")));
        File.AppendAllText(_folder["home/models/random-resnet-101.onnx"], "x");
        Assert.Equal(3, InvokeAt(_folder["home"], "weights", "verify").Code);
    }

    [Fact]
    public void Any_model_evaluates_and_the_result_names_it()
    {
        SmallModels.Waveform(mask: false).Write(_folder["wave.onnx"]);
        var run = Invoke(
            "evaluate",
            _folder["m.csv"],
            "--protocol",
            "leave-one-speaker-out",
            "--model",
            "paper",
            "--encoder",
            "onnx:" + _folder["wave.onnx"],
            "--epochs",
            "2",
            "--out",
            _folder["run"],
            "--no-cache"
        );
        Assert.Equal(0, run.Code);
        Assert.Contains("encoder: wave.onnx, fp32", run.Errors, StringComparison.Ordinal);
        Assert.Contains("waveform at 16 kHz", run.Errors, StringComparison.Ordinal);
        Assert.Contains("features: wave.onnx", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not pretrained", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_mean_nothing_together_are_wrong_usage()
    {
        string[] evaluate =
        [
            "evaluate",
            _folder["m.csv"],
            "--protocol",
            "leave-one-speaker-out",
            "--out",
            _folder["run"],
        ];
        Assert.Equal(2, Invoke([.. evaluate, "--int8"]).Code);
        Assert.Equal(2, Invoke([.. evaluate, "--model", "paper", "--random-weights", "--encoder", "x"]).Code);
        Assert.Equal(2, Invoke("features", _folder["m.csv"], "--out", "table.txt").Code);
    }

    [Fact]
    public void An_encoder_of_whole_utterances_evaluates_alone_and_in_fusion_and_writes_its_features()
    {
        SmallModels.HiddenStates(3).Write(_folder["layers.onnx"]);
        string[] evaluate =
        [
            "evaluate",
            _folder["m.csv"],
            "--protocol",
            "leave-one-speaker-out",
            "--encoder",
            "onnx:" + _folder["layers.onnx"],
        ];
        foreach (var model in new[] { "encoder", "fusion" })
        {
            string[] run = [.. evaluate, "--model", model, "--epochs", "2", "--out", _folder[model]];
            var first = InvokeAt(_folder["home"], run);
            Assert.True(first.Code == 0, first.Errors);
            Assert.Contains("3 layers of 3", first.Errors, StringComparison.Ordinal);
            var results = JsonDocument.Parse(File.ReadAllText(_folder[$"{model}/results.json"])).RootElement;
            Assert.StartsWith(
                "layers.onnx, SHA-256 ",
                results.GetProperty("encoder").GetString(),
                StringComparison.Ordinal
            );
            var report = File.ReadAllText(_folder[$"{model}/report.html"]);
            Assert.Contains(
                model == "fusion" ? "Three streams" : "what the layer that did best",
                report,
                StringComparison.Ordinal
            );
            Assert.DoesNotContain("segments of 500 ms", report, StringComparison.Ordinal);
            Assert.All(
                results.GetProperty("folds").EnumerateArray(),
                fold => Assert.InRange(fold.GetProperty("chosen").GetProperty("layer").GetInt32(), 0, 2)
            );
        }
        var fixedLayer = InvokeAt(
            _folder["home"],
            [.. evaluate, "--model", "encoder", "--layer", "1", "--out", _folder["fixed"]]
        );
        Assert.True(fixedLayer.Code == 0, fixedLayer.Errors);
        string[] attentive = ["--model", "encoder", "--pooling", "attentive", "--epochs", "2"];
        var pooled = InvokeAt(_folder["home"], [.. evaluate, .. attentive, "--out", _folder["pooled"]]);
        Assert.True(pooled.Code == 0, pooled.Errors);
        var again = InvokeAt(_folder["home"], [.. evaluate, .. attentive, "--out", _folder["again"]]);
        Assert.True(again.Code == 0, again.Errors);
        Assert.Equal(File.ReadAllText(_folder["pooled/results.json"]), File.ReadAllText(_folder["again/results.json"]));
        Assert.Equal(2, Invoke([.. evaluate, "--model", "encoder", "--layer", "3", "--out", _folder["x"]]).Code);
        Assert.Equal(2, Invoke([.. evaluate, "--model", "paper", "--layer", "1", "--out", _folder["x"]]).Code);

        var features = InvokeAt(
            _folder["home"],
            "features",
            _folder["m.csv"],
            "--set",
            "utterance",
            "--encoder",
            "onnx:" + _folder["layers.onnx"],
            "--layer",
            "2",
            "--int8",
            "--out",
            _folder["f.csv"]
        );
        Assert.True(features.Code == 0, features.Errors);
        Assert.StartsWith(
            "path,speaker,sex,emotion,layer2_mean_0,layer2_mean_1,layer2_mean_2,layer2_deviation_0",
            File.ReadLines(_folder["f.csv"]).First(),
            StringComparison.Ordinal
        );

        var bench = Invoke(
            "bench",
            "--corpus",
            _folder["wav"],
            "--limit",
            "2",
            "--encoder",
            _folder["layers.onnx"],
            "--json"
        );
        Assert.True(bench.Code == 0, bench.Errors);
        Assert.True(JsonDocument.Parse(bench.Output).RootElement.GetProperty("gflops").GetDouble() > 0);
    }

    [Fact]
    public void A_benchmark_times_every_stage()
    {
        var run = InvokeAt(
            _folder["home"],
            "bench",
            "--corpus",
            _folder["wav"],
            "--limit",
            "2",
            "--rounds",
            "1",
            "--json"
        );
        Assert.Equal(0, run.Code);
        var json = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(10, json.GetProperty("stages").GetArrayLength());
        Assert.All(
            json.GetProperty("stages").EnumerateArray(),
            stage => Assert.True(stage.GetProperty("ours").GetDouble() > 0)
        );
    }

    public void Dispose() => _folder.Dispose();

    private static (int, string) Of((int Code, string Output, string Errors) run) => (run.Code, run.Output);
}
