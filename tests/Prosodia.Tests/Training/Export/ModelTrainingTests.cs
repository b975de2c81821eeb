using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Recognition;
using Prosodia.Training;
using Prosodia.Training.Export;
using Xunit;

namespace Prosodia.Tests.Training.Export;

[Trait("Tier", "Slow")]
public sealed class ModelTrainingTests
{
    private static readonly ModelDescription Description = new("test", ["none"], "none", "none");

    [Fact]
    public async Task The_same_recordings_and_seed_give_the_same_model()
    {
        using var folder = new TemporaryFolder();
        var manifest = SyntheticCorpus.Write(folder["wav"], seed: 3);
        manifest.Write(folder["m.csv"]);
        var one = Train(manifest);
        var stages = new List<string>();
        var card = await EmotionModelTrainer.TrainAsync(
            [folder["m.csv"]],
            folder["two.onnx"],
            new TrainerOptions { Languages = ["none"], Progress = new Stages(stages) },
            TestContext.Current.CancellationToken
        );
        Assert.Equal(one.Onnx, await File.ReadAllBytesAsync(folder["two.onnx"], TestContext.Current.CancellationToken));
        Assert.Equal(one.Card.Metrics.Ua, card.Metrics.Ua);
        Assert.Equal(one.Card.Abstention, card.Abstention);
        Assert.Contains("Measuring recordings", stages);
        using var recognizer = new EmotionRecognizer(folder["two.onnx"]);
        Assert.Equal(("two", card.Sha256), (recognizer.Card.Name, recognizer.Card.Sha256));
        Assert.InRange(one.Card.Metrics.Ua, 0.5, 1);
        Assert.Equal(manifest.Utterances.Count, one.Predictions.Count);
        Assert.Equal(one.Card.Metrics.Confusion.Sum(r => r.Sum()), manifest.Utterances.Count);
        Assert.InRange(one.Card.Abstention.Coverage, 0.4, 0.95);
    }

    [Fact]
    public void Too_few_speakers_are_refused()
    {
        using var folder = new TemporaryFolder();
        var manifest = SyntheticCorpus.Write(folder["wav"], seed: 3);
        manifest = manifest with
        {
            Utterances = [.. manifest.Utterances.Where(u => u.Speaker is "01" or "02" or "03")],
        };
        Assert.Contains(
            "too few for 6 groups",
            Assert.Throws<InputException>(() => Train(manifest)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_card_of_the_model_in_the_box_can_be_had_again()
    {
        var corpora = TestData.Corpora();
        var manifest = JoinedCorpora
            .Of(
                [
                    EmoDb.Read(Path.Combine(corpora, "emodb4")) with
                    {
                        Name = "emodb4",
                    },
                    Ravdess.Read(Path.Combine(corpora, "ravdess")) with
                    {
                        Name = "ravdess",
                    },
                ],
                LabelMap.Unchanged
            )
            .Manifest;
        var trained = Train(manifest);
        using var box = EmotionModel.OpenDefault();
        Assert.Equal(box.Card.Data, trained.Card.Data); // the same recordings, to the last byte
        Assert.Equal(box.Card.Metrics.Ua, trained.Card.Metrics.Ua, 0.015); // another processor rounds differently
        Assert.Equal(box.Card.Abstention.Error, trained.Card.Abstention.Error, 0.015);
        Assert.Equal(box.Card.Speech.OtherRefused, trained.Card.Speech.OtherRefused, 0.02);
        Assert.InRange(trained.Card.Abstention.Error, 0, trained.Card.Abstention.ErrorWithout * 2 / 3);
    }

    private static TrainedModel Train(Manifest manifest)
    {
        using var measured = new TemporaryFolder();
        return ModelTraining.Train(
            manifest,
            Description,
            1,
            measured.Path,
            _ => { },
            TestContext.Current.CancellationToken
        );
    }

    private sealed class Stages(List<string> seen) : IProgress<StageProgress>
    {
        public void Report(StageProgress value)
        {
            lock (seen)
                seen.Add(value.Stage);
        }
    }
}
