using Prosodia.Recognition;
using Xunit;

namespace Prosodia.Tests.Recognition;

public sealed class EmotionModelTests
{
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
        Assert.InRange(card.Abstention.Error, 0, card.Abstention.ErrorWithout * 2 / 3);
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
            { "card of tomorrow", f => Edit(f, c => c with { Format = 99 }), "is of format 99, this program reads 2" },
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
