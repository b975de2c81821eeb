using System.Text.Json;
using Prosodia.Evaluation.Onnx;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Recognition;
using Prosodia.Server;
using Prosodia.Tests.Encoders;
using Prosodia.Training;
using Xunit;
using static Prosodia.Tests.Cli.CommandLine;

namespace Prosodia.Tests.Recognition;

/// <summary>Models that read recordings with an encoder that a user brought.</summary>
[Trait("Tier", "Slow")]
public sealed class EncoderModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Training_the_command_line_the_library_and_the_server_give_the_same_answers(bool embeds)
    {
        var card = await Train("model.onnx", embeds);
        Assert.Equal(("layers.onnx", embeds), (card.Encoder!.Name, card.Encoder.IsEmbedded));
        Assert.InRange(card.Encoder.Layer, 0, 2);
        if (embeds)
            File.Delete(_folder["layers.onnx"]);
        var voice = Directory.GetFiles(_folder["wav"], "*.wav").Order().First();

        using var model = EmotionModel.Open(_folder["model.onnx"]);
        var samples = Prosodia.Audio.AudioFile.Read(voice).Samples;
        var trained = model.Run(model.Features.Of(samples)).Probabilities;

        using var recognizer = new EmotionRecognizer(_folder["model.onnx"]);
        var segment = Assert.Single((await recognizer.RecognizeAsync(voice, null, Cancel)).Segments);
        Assert.Equal(trained, segment.Prediction.Probabilities);
        Assert.Empty(recognizer.Explain(Prosodia.Audio.AudioFile.Read(voice)).Groups);
        Assert.NotEmpty(recognizer.Explain(Prosodia.Audio.AudioFile.Read(voice)).Segments);

        var predict = Invoke("predict", voice, "--model", _folder["model.onnx"], "--format", "jsonl");
        Assert.True(predict.Code == 0, predict.Errors);
        Environment.SetEnvironmentVariable(Server.TestServer.LogLevel, "None");
        using var engine = new RecognitionEngine(EmotionModel.Open(_folder["model.onnx"]));
        await using var server = await RecognitionServer.StartAsync(
            engine,
            new ServerOptions { Port = 0, RequestsPerMinute = 1000 },
            Cancel
        );
        using var client = new HttpClient();
        using var answer = await client.PostAsync(
            new Uri($"http://127.0.0.1:{server.Port}/v1/recognitions"),
            new ByteArrayContent(await File.ReadAllBytesAsync(voice, Cancel)),
            Cancel
        );
        var served = JsonDocument
            .Parse(await answer.Content.ReadAsStringAsync(Cancel))
            .RootElement.GetProperty("turns")[0]
            .GetProperty("probabilities");
        var printed = JsonDocument.Parse(predict.Output).RootElement.GetProperty("probabilities");
        foreach (var (i, emotion) in card.Emotions.Index())
        {
            Assert.Equal(trained[i], served.GetProperty(emotion).GetDouble(), 1e-4);
            Assert.Equal(trained[i], printed.GetProperty(emotion).GetDouble(), 1e-4);
        }
    }

    [Fact]
    public async Task Adaptation_to_speakers_and_collections_works()
    {
        var card = await Train("model.onnx", embeds: false);
        Assert.Equal(["collection", "speaker"], card.Metrics.UaAdapted.Keys.Order());
        var profile = Invoke("adapt", _folder["wav"], "--model", _folder["model.onnx"], "--out", _folder["p.json"]);
        Assert.True(profile.Code == 0, profile.Errors);
        foreach (var adaptation in new[] { _folder["p.json"], "collection", "speaker" })
        {
            var predict = Invoke(
                "predict",
                _folder["wav"],
                "--model",
                _folder["model.onnx"],
                "--adapt",
                adaptation,
                "--format",
                "jsonl"
            );
            Assert.True(predict.Code == 0, predict.Errors);
            Assert.Contains("\"adapted\":\"", predict.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_missing_or_other_encoder_is_named()
    {
        await Train("model.onnx", embeds: false);
        File.WriteAllText(_folder["preprocessor_config.json"], """{"do_normalize": false}""");
        var fed = Assert.Throws<InputException>(() => EmotionModel.Open(_folder["model.onnx"]));
        Assert.Contains("preprocessor_config.json", fed.Message, StringComparison.Ordinal);
        File.Delete(_folder["preprocessor_config.json"]);
        var itself = await Assert.ThrowsAsync<InputException>(() => Train("layers.onnx", embeds: false));
        Assert.Contains("is the encoder itself", itself.Message, StringComparison.Ordinal);
        SmallModels.HiddenStates(2).Write(_folder["layers.onnx"]);
        var other = Assert.Throws<InputException>(() => EmotionModel.Open(_folder["model.onnx"]));
        Assert.Contains("is not the encoder that", other.Message, StringComparison.Ordinal);
        File.Delete(_folder["layers.onnx"]);
        var missing = Assert.Throws<InputException>(() => EmotionModel.Open(_folder["model.onnx"]));
        Assert.Contains("Copy layers.onnx", missing.Message, StringComparison.Ordinal);
        Assert.Contains("--embed", missing.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task<ModelCard> Train(string model, bool embeds)
    {
        SmallModels.HiddenStates(3).Write(_folder["layers.onnx"]);
        var manifest = SyntheticCorpus.Write(_folder["wav"], seed: 3);
        manifest.Write(_folder["m.csv"]);
        return EmotionModelTrainer.TrainAsync(
            [_folder["m.csv"]],
            _folder[model],
            new TrainerOptions { EncoderPath = _folder["layers.onnx"], EmbedsEncoder = embeds },
            Cancel
        );
    }
}
