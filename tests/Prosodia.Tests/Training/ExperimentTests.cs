using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.Onnx;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Synthesis;
using Prosodia.KeySegments;
using Prosodia.Tests.Encoders;
using Prosodia.Training.Adaptation;
using Prosodia.Training.Experiments;
using Prosodia.Training.Networks;
using Prosodia.Training.Optimization;
using Xunit;

namespace Prosodia.Tests.Training;

[Trait("Tier", "Slow")]
public sealed class ExperimentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Manifest _manifest;
    private readonly EncoderSelection _encoder;

    public ExperimentTests()
    {
        SmallModels.Convolutions(1, 257, 63).Write(_folder["small.onnx"]);
        _encoder = new EncoderSelection(new SegmentEncoder(_folder["small.onnx"]), "small", null);
        var whole = SyntheticCorpus.Write(_folder["wav"], seed: 1);
        _manifest = whole with
        {
            Utterances = [.. whole.Utterances.Where(u => u.Speaker is "01" or "02" or "03" or "04")],
        };
    }

    [Theory]
    [InlineData(nameof(Model.Compact))]
    [InlineData(nameof(Model.Paper))]
    [InlineData(nameof(Model.Acoustic))]
    [InlineData(nameof(Model.Fusion))]
    [InlineData(nameof(Model.Egemaps))]
    public void Two_runs_give_the_same_bytes(string name)
    {
        var model = Enum.Parse<Model>(name);
        var first = Run("a", model, _manifest);
        Assert.Equal(first, Run("b", model, _manifest));
    }

    [Fact]
    public void An_encoder_is_trained_with_the_classifier_and_gives_the_same_bytes_again()
    {
        SmallModels.Residual().Write(_folder["residual.onnx"]);
        using var encoder = new EncoderSelection(new SegmentEncoder(_folder["residual.onnx"]), "residual", null);
        string Trained(string name, FineTuning? fineTuning)
        {
            var options = Options(Model.Paper, 1) with { Encoder = encoder };
            options = options with { Training = options.Training with { FineTuning = fineTuning } };
            return Experiment.Run(_manifest, options, _folder[name], restart: false, _ => { }, default).Result.ToJson();
        }
        var all = Trained("all", new FineTuning(null, TrainsBatchNorms: false, Rate: 1));
        Assert.Equal(all, Trained("again", new FineTuning(null, TrainsBatchNorms: false, Rate: 1)));
        Assert.Contains("\"fine_tune\": \"all\"", all, StringComparison.Ordinal);
        var still = Trained("still", new FineTuning(1, TrainsBatchNorms: false, Rate: 0));
        var frozen = Trained("frozen", null);
        Assert.NotEqual(Ua(all), Ua(still));
        Assert.Equal(Ua(frozen), Ua(still), 0.01); // but for rounding, the same network

        double Ua(string json) =>
            System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("pooled").GetProperty("ua").GetDouble();
    }

    [Fact]
    public void Encoders_that_cannot_be_fine_tuned_are_refused()
    {
        var options = Options(Model.Paper, 1);
        options = options with
        {
            Training = options.Training with { FineTuning = new FineTuning(1, TrainsBatchNorms: false, Rate: 1) },
        };
        var error = Assert.Throws<InputException>(() =>
            Experiment.Run(_manifest, options, _folder["run"], restart: false, _ => { }, default)
        );
        Assert.Contains("no residual blocks", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_run_continues_and_ends_like_an_undisturbed_one()
    {
        var undisturbed = Run("whole", Model.Compact, _manifest);
        using var cancellationToken = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            Run(
                "cut",
                Model.Compact,
                _manifest,
                progress =>
                {
                    if (
                        Directory.Exists(_folder["cut/folds"])
                        && Directory.EnumerateFiles(_folder["cut/folds"], "*.json").Any()
                    )
                        cancellationToken.Cancel();
                },
                cancellationToken.Token
            )
        );
        var kept = Directory.GetFiles(_folder["cut/folds"], "*.json").Length;
        Assert.InRange(kept, 1, 3);
        Assert.Equal(undisturbed, Run("cut", Model.Compact, _manifest));
    }

    [Fact]
    public void A_folder_of_another_evaluation_is_refused_and_may_be_replaced()
    {
        Run("a", Model.Compact, _manifest);
        var error = Assert.Throws<InputException>(() => Run("a", Model.Compact, _manifest, seed: 2));
        Assert.Contains("--restart", error.Message, StringComparison.Ordinal);
        Run("a", Model.Compact, _manifest, seed: 2, restart: true);
    }

    [Fact]
    public void Adapted_figures_say_so()
    {
        var options = Options(Model.Prosody, 1) with { Adaptation = SpeakerAdaptation.Parse("neutral:2") };
        var (result, corpus) = Experiment.Run(_manifest, options, _folder["run"], restart: false, _ => { }, default);
        Assert.Contains("not comparable", result.Setup.Note, StringComparison.Ordinal);
        Assert.Equal(_manifest.Utterances.Count - 2 * 4, result.Predictions.Count);
        Assert.Equal(corpus.Utterances.Count, result.Predictions.Count);
        Assert.False(result.HasLoss);
    }

    [Fact]
    public void Recordings_that_cannot_be_used_are_left_out_and_told()
    {
        File.WriteAllText(_folder["bad.wav"], "");
        var manifest = _manifest with
        {
            Utterances = [.. _manifest.Utterances, new Utterance(_folder["bad.wav"], "01", "sad")],
        };
        var (result, corpus) = Experiment.Run(
            manifest,
            Options(Model.Compact, 1),
            _folder["run"],
            restart: false,
            _ => { },
            default
        );
        Assert.Equal(_manifest.Utterances.Count, result.Predictions.Count);
        Assert.Contains("is empty", Assert.Single(corpus.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Speakers_that_the_folds_do_not_know_are_left_out_and_told()
    {
        File.WriteAllText(_folder["folds.csv"], "fold,speaker\n1,01\n2,02\n3,03\n");
        var options = Options(Model.Compact, 1) with { Protocol = Protocol.Parse("folds:" + _folder["folds.csv"])! };
        var (result, corpus) = Experiment.Run(_manifest, options, _folder["run"], restart: false, _ => { }, default);
        Assert.Equal(["01", "02", "03"], result.Folds.SelectMany(f => f.TestSpeakers));
        Assert.Contains("no fold for speaker 04", Assert.Single(corpus.Problems).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _folder.Dispose();
    }

    private string Run(
        string name,
        Model model,
        Manifest manifest,
        Action<StageProgress>? progress = null,
        CancellationToken cancellationToken = default,
        int seed = 1,
        bool restart = false
    ) =>
        Experiment
            .Run(manifest, Options(model, seed), _folder[name], restart, progress ?? (_ => { }), cancellationToken)
            .Result.ToJson();

    private ExperimentOptions Options(Model model, int seed) =>
        new(
            model,
            new LeaveOneSpeakerOut(),
            new KeySegmentOptions(Beta: 1.5),
            new TrainingOptions
            {
                Epochs = 3,
                ValidateEvery = 1,
                Seed = seed,
            }
        )
        {
            Encoder = model == Model.Paper ? _encoder : null,
            Cache = _folder["features"],
        };
}
