using Prosodia.Audio;
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
        var manifest = Corpus(folder["wav"], seed: 3);
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
    public void Dimensions_are_learned_beside_the_emotions_from_the_recordings_that_have_them()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(2);
        string Arousal(Utterance u) =>
            u.Emotion switch
            {
                "angry" => FormattableString.Invariant($"{4 + random.NextDouble():0.00}"),
                "happy" => FormattableString.Invariant($"{3 + random.NextDouble():0.00}"),
                "sad" => FormattableString.Invariant($"{1 + random.NextDouble():0.00}"),
                _ => "", // nobody has rated the neutral ones
            };
        var manifest = Corpus(folder["wav"], seed: 3);
        manifest = manifest with
        {
            Utterances =
            [
                .. manifest.Utterances.Select(u => u with { Details = [.. u.Details, new("arousal", Arousal(u))] }),
            ],
        };
        var trained = Train(manifest, targets: [new("arousal", 1, 5)]);
        var dimension = Assert.Single(trained.Card.Dimensions!);
        Assert.Equal(("arousal", 1, 5), (dimension.Name, dimension.Low, dimension.High));
        Assert.Equal(manifest.Utterances.Count(u => u.Emotion != "neutral"), dimension.Recordings);
        Assert.InRange(dimension.Ccc, 0.5, 1);
        using var engine = new RecognitionEngine(EmotionModel.Open(trained.Onnx, trained.Card.ToJson(), "test"));
        double Mean(string emotion) =>
            manifest
                .Utterances.Where(u => u.Emotion == emotion)
                .Average(u => engine.Recognize(AudioFile.Read(u.Path)).Dimensions["arousal"]);
        Assert.True(Mean("angry") > Mean("happy") && Mean("happy") > Mean("sad"));
        Assert.InRange(Mean("sad"), 1, 3);
        Assert.Empty(EmotionPrediction.NoSpeech.Dimensions);
    }

    [Fact]
    public void A_dimension_that_nobody_has_is_refused()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<InputException>(() => Train(Corpus(folder["wav"], seed: 3), targets: [new("mood")]));
        Assert.Contains("has no numbers in 'mood'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_speakers_are_refused()
    {
        using var folder = new TemporaryFolder();
        var manifest = Corpus(folder["wav"], seed: 3);
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
    public void Several_corpora_are_left_out_in_turn_with_and_without_adaptation()
    {
        using var folder = new TemporaryFolder();
        Manifest[] corpora =
        [
            .. new[] { 3, 4 }.Select(seed => Corpus(folder[$"{seed}"], seed) with { Name = $"corpus {seed}" }),
        ];
        var card = Train(JoinedCorpora.Of(corpora, LabelMap.Unchanged).Manifest).Card;
        Assert.Equal("leave-one-corpus-out", card.Metrics.Protocol);
        Assert.Equal(["corpus 3", "corpus 4"], card.Metrics.UaByCorpus.Keys);
        Assert.Equal(card.Metrics.UaByCorpus.Values.Average(), card.Metrics.Ua, 1e-9);
        Assert.InRange(card.Metrics.Ua, card.Metrics.UaCi95[0], card.Metrics.UaCi95[1]);
        Assert.Equal(["collection", "speaker"], card.Metrics.UaAdapted.Keys);
        Assert.InRange(card.Metrics.UaAdapted["collection"], 0.5, 1);
    }

    [Fact]
    public void A_corpus_to_test_on_is_measured_and_not_trained_on()
    {
        using var folder = new TemporaryFolder();
        Manifest[] corpora =
        [
            .. new[] { 3, 4 }.Select(seed => Corpus(folder[$"{seed}"], seed) with { Name = $"{seed}" }),
        ];
        var both = JoinedCorpora.Of(corpora, LabelMap.Unchanged).Manifest;
        var trained = Train(both, ["4"]);
        Assert.Equal(ModelTraining.TestCorpora, trained.Card.Metrics.Protocol);
        Assert.Equal(["4"], trained.Card.Metrics.UaByCorpus.Keys);
        Assert.Equal(["3"], trained.Card.Data.Select(d => d.Name));
        Assert.Equal(corpora[1].Utterances.Count, trained.Predictions.Count);
        var alone = Measure(both with { Utterances = [.. both.Utterances.Where(InThree)] });
        var fit = new CrossFitting(alone.Examples, 1).Fit([.. Enumerable.Range(0, alone.Utterances.Count)]);
        Assert.Equal(fit.Model.ToOnnx(), trained.Onnx);
        static bool InThree(Utterance u) => u.Detail(Manifest.CorpusColumn) == "3";
    }

    [Fact]
    public void Corpora_that_share_speakers_are_not_left_out()
    {
        using var folder = new TemporaryFolder();
        var manifest = Corpus(folder["wav"], seed: 3);
        manifest = manifest with
        {
            Utterances =
            [
                .. manifest.Utterances.Select(
                    (u, i) => u with { Details = [new(Manifest.CorpusColumn, i % 2 == 0 ? "one" : "two")] }
                ),
            ],
        };
        Assert.False(Measure(manifest).IsApart);
    }

    [Fact]
    public void The_card_of_the_bundled_model_names_its_recordings_to_the_last_byte()
    {
        var corpora = TestData.Corpora();
        Manifest Of(string format, string name) =>
            CorpusFormat.All.First(f => f.Name == format).Read(Path.Combine(corpora, name)) with
            {
                Name = name,
            };
        var cremad = Of("cremad", "cremad");
        string[] samples = ["1013", "1016"]; // their recordings are in samples/, for the demo
        cremad = cremad with
        {
            Name = "cremad20",
            Utterances = [.. cremad.Utterances.Where(u => !samples.Contains(u.Speaker))],
        };
        var manifest = JoinedCorpora
            .Of([Of("emodb", "emodb4"), Of("ravdess", "ravdess"), cremad, Of("nemo", "nemo")], LabelMap.Unchanged)
            .Manifest;
        using var bundled = EmotionModel.OpenDefault();
        Assert.Equal(
            bundled.Card.Data,
            ModelTraining.Data(
                [.. manifest.Utterances.AsParallel().Select(u => u with { Sha256 = Sha256Hash.OfFile(u.Path) })],
                manifest.Name
            )
        );
        Assert.Equal(4, bundled.Card.Metrics.UaByCorpus.Count);
    }

    /// <summary>Half of the synthetic corpus.</summary>
    private static Manifest Corpus(string folder, int seed)
    {
        var whole = SyntheticCorpus.Write(folder, seed);
        var half = whole.Utterances.Where(u => u.Path.EndsWith("-1.wav", StringComparison.Ordinal));
        return whole with { Utterances = [.. half] };
    }

    private static ModelCorpus Measure(Manifest manifest)
    {
        using var measured = new TemporaryFolder();
        return ModelCorpus.Measure(manifest, measured.Path, _ => { }, TestContext.Current.CancellationToken);
    }

    private static TrainedModel Train(Manifest manifest, string[]? tested = null, NumericTarget[]? targets = null)
    {
        using var measured = new TemporaryFolder();
        return ModelTraining.Train(
            manifest,
            Description,
            1,
            tested ?? [],
            measured.Path,
            encoder: null,
            targets ?? [],
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
