using Prosodia.Audio;
using Prosodia.Recognition;
using Xunit;

namespace Prosodia.Tests.Recognition;

public sealed class EmotionModelTests
{
    [Fact]
    public void Bundled_models_are_known_by_name_small_and_measured_on_corpora_that_they_do_not_know()
    {
        foreach (var name in EmotionModel.BundledNames)
        {
            using var model = EmotionModel.Open(name);
            Assert.Equal(name, model.Card.Name);
            Assert.True(model.Card.Metrics.Protocol is "leave-one-corpus-out" or "test-corpora");
            Assert.InRange(EmbeddedFile.Bytes(name + ".onnx").Length, 1, 10 << 20);
            Assert.InRange(model.Card.Abstention.MaxDistance, 1, 2);
        }
        using var open = EmotionModel.Open("prosodia-open");
        Assert.Equal(["cremad20"], open.Card.Data.Select(d => d.Name));
        Assert.Contains("commercial use is allowed", open.Card.License, StringComparison.Ordinal);
    }

    [Fact]
    public void Noise_as_loud_as_the_speech_is_unlike_what_the_model_knows()
    {
        using var recognizer = new RecognitionEngine();
        var random = new Random(1);
        var sample = Directory
            .GetFiles(Path.Combine(TestData.Repository, "samples"), "*.wav")
            .Order(StringComparer.Ordinal)
            .First();
        var clean = AudioFile.Read(sample);
        var power = Math.Sqrt(clean.Samples.Average(x => (double)x * x));
        float[] noisy =
        [
            .. clean.Samples.Select(x => x + (float)(power * Math.Sqrt(12) * (random.NextDouble() - 0.5))),
        ];
        Assert.False(recognizer.Recognize(clean).IsUnfamiliar);
        var unlike = recognizer.Recognize(new Recording(noisy, []));
        Assert.Equal((PredictionStatus.Unsure, true), (unlike.Status, unlike.IsUnfamiliar));
        Assert.Equal("unlike the recordings that this model knows", unlike.Reason);
        Assert.NotEmpty(unlike.Emotion);
        recognizer.Threshold = 0; // answer always
        Assert.Equal(PredictionStatus.Emotion, recognizer.Recognize(new Recording(noisy, [])).Status);
    }

    [Fact]
    public void The_model_in_the_box_is_small_and_its_card_says_what_matters()
    {
        using var model = EmotionModel.OpenDefault();
        var card = model.Card;
        Assert.Equal(["angry", "happy", "neutral", "sad"], card.Emotions);
        Assert.Equal(["cremad20", "emodb4", "nemo", "ravdess"], card.Data.Select(d => d.Name));
        Assert.Contains("CC BY-NC-SA", card.License, StringComparison.Ordinal);
        Assert.Equal("leave-one-corpus-out", card.Metrics.Protocol);
        Assert.InRange(card.Metrics.Ua, 0.5, 1);
        Assert.True(card.Metrics.UaAdapted["collection"] > card.Metrics.Ua + 0.05);
        Assert.InRange(card.Abstention.Error, 0, card.Abstention.ErrorWithout * 3 / 4);
        Assert.Contains("European Union", card.NotFor, StringComparison.Ordinal);
        var box = new DirectoryInfo(Path.Combine(TestData.Repository, "src/Prosodia/Recognition/Bundled"));
        Assert.InRange(box.EnumerateFiles().Sum(f => f.Length), 1, 8 << 20);
    }

    public static TheoryData<string, Action<string>, string> Broken() =>
        new()
        {
            { "card missing", f => File.Delete(Path.ChangeExtension(f, ".json")), "is nothing without its card" },
            { "model missing", File.Delete, "does not exist" },
            { "model changed", f => File.AppendAllText(f, "x"), "is not the file that its card describes" },
            {
                "card is no JSON",
                f => File.WriteAllText(Path.ChangeExtension(f, ".json"), "hello"),
                "is no model's card"
            },
            { "card is empty", f => File.WriteAllText(Path.ChangeExtension(f, ".json"), "{}"), "is of format 0" },
            { "card of tomorrow", f => Edit(f, c => c with { Format = 99 }), "is of format 99, this program reads 3" },
            { "other features", f => Edit(f, c => c with { FeatureSet = "00" }), "reads other features" },
            {
                "no graph",
                f =>
                {
                    File.WriteAllText(f, "no graph");
                    Edit(f, c => Cards.For(File.ReadAllBytes(f), 3));
                },
                "cannot be run"
            },
        };

    [Theory, MemberData(nameof(Broken))]
    public void What_does_not_fit_is_refused_by_name_and_reason(string _, Action<string> breakIt, string reason)
    {
        using var folder = new TemporaryFolder();
        var file = folder["model.onnx"];
        var box = Path.Combine(TestData.Repository, "src/Prosodia/Recognition/Bundled/prosodia");
        File.Copy(box + ".onnx", file);
        File.Copy(box + ".json", folder["model.json"]);
        EmotionModel.Open(file).Dispose();
        breakIt(file);
        var problem = Assert.Throws<InputException>(() => EmotionModel.Open(file));
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
        Assert.StartsWith(folder["model."], problem.Message, StringComparison.Ordinal);
    }

    private static void Edit(string file, Func<ModelCard, ModelCard> change)
    {
        var card = Path.ChangeExtension(file, ".json");
        File.WriteAllText(card, change(ModelCard.Parse(File.ReadAllText(card), card)).ToJson());
    }
}
