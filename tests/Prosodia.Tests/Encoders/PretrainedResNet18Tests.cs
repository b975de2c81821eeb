using Microsoft.ML.OnnxRuntime;
using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.Encoders.Inputs;
using Prosodia.Evaluation.Onnx;
using Xunit;

namespace Prosodia.Tests.Encoders;

[Trait("Tier", "Slow")]
public sealed class PretrainedResNet18Tests : IDisposable
{
    private const int Pixels = 224 * 224;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_gives_what_the_package_gives_with_its_own_preprocessing()
    {
        var package = PretrainedResNet18.Package.Fetch();
        PretrainedResNet18.ToOnnx(package).Write(_folder["encoder.onnx"]);
        var random = new Random(1);
        float[] colors = [.. Enumerable.Range(0, 3 * Pixels).Select(_ => random.NextSingle())]; // 0 to 1
        var models = Path.Combine(package, "tools/DnnImageModels");
        var prepared = Run(
            Path.Combine(models, "ResNetPrepOnnx/ResNetPreprocess.onnx"),
            [.. colors.Select(c => 255 * c)]
        );
        var expected = Run(Path.Combine(models, "ResNet18Onnx/ResNet18.onnx"), prepared);
        var features = Run(
            _folder["encoder.onnx"],
            [
                .. colors.Select(
                    (c, i) => (c - LogMelInput.ImageNet[i / Pixels].Mean) / LogMelInput.ImageNet[i / Pixels].Deviation
                ),
            ]
        );
        Assert.Equal(512, features.Length);
        Assert.Equal(expected, features, (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Fact]
    public void It_is_kept_once_fetched_and_made_again_where_it_was_altered()
    {
        var store = new EncoderStore(_folder["models"]);
        var card = store.Default();
        Assert.Equal(("resnet18-imagenet", true, "ResNet-18, ImageNet"), (card.Name, card.Pretrained, card.Title));
        var written = File.GetLastWriteTimeUtc(store.FileOf(card.Name));
        Assert.Equal(card, store.Get("resnet18-imagenet"));
        Assert.Equal(written, File.GetLastWriteTimeUtc(store.FileOf(card.Name)));
        File.AppendAllText(store.FileOf(card.Name), "x");
        Assert.True(store.IsUnaltered(store.Default()));
    }

    [Fact]
    public void A_package_that_cannot_be_fetched_says_what_else_there_is()
    {
        var problem = Assert.Throws<InputException>(() => new NuGetPackage("Prosodia.Is.No.Such", "9.9.9").Fetch());
        Assert.Contains("prosodia weights import FILE", problem.Message, StringComparison.Ordinal);
        Assert.Contains("--random-weights", problem.Message, StringComparison.Ordinal);
    }

    private static float[] Run(string model, float[] image)
    {
        using var session = new InferenceSession(model);
        using var input = OrtValue.CreateTensorValueFromMemory(image, [1, 3, 224, 224]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, session.InputNames, [input], session.OutputNames);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
