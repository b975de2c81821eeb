using System.Text.Json;
using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.Onnx;
using Prosodia.Training.Data;
using Prosodia.Training.Networks;
using Prosodia.Training.Torch;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Prosodia.Tests.Training;

[Trait("Tier", "Slow")]
public sealed class FineTunedNetworkTests : IDisposable
{
    private const int Height = 129,
        Width = 63,
        Features = 1000,
        Classes = 4;
    private const double Tolerance = 1e-4;

    private static readonly ResNet ResNet18 = ResNet.Named("ResNet-18");

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public FineTunedNetworkTests() => ResNet18.ToOnnx(DeterministicWeights.Of(ResNet18)).Write(_folder["resnet.onnx"]);

    [Theory]
    [InlineData("frozen", long.MaxValue, Tolerance)]
    [InlineData("frozen", 5, Tolerance)]
    [InlineData("trained", long.MaxValue, 1e-2)] // single precision: PyTorch's are as far from double precision
    public void A_training_step_is_PyTorchs(string batchNorms, long atOnce, double ofFirstGradients)
    {
        var golden = TestData.Golden("fine_tuning.json").GetProperty(batchNorms);
        var stages = new TrainableStages(EncoderCut.Of(_folder["resnet.onnx"], null), batchNorms == "trained");
        var head = Formula(new BiLstmClassifier(Features, Classes, dropout: 0, new Generator(1)));
        using var network = new FineTunedNetwork(stages, head, new FineTuning(null, batchNorms == "trained", 0.05))
        {
            AtOnce = atOnce,
        };
        var set = Spectrograms();
        stages.eval();
        using (no_grad())
            AssertShown(golden.GetProperty("features"), stages.forward(set.Batch(set.Sequences.ToArray()).Items));

        network.Standardize(set, [0, 1]);
        network.train();
        using var adam = new Adam(network.Rates, 1e-4);
        var (items, lengths) = set.Batch(set.Sequences.ToArray());
        var output = nn.functional.log_softmax(network.forward(items, lengths), 1);
        var loss = nn.functional.nll_loss(output, tensor(new[] { 1L, 3L }), tensor(new[] { 1f, 0.5f, 1f, 0.5f }));
        using Scalar sure = 0.9,
            unsure = -0.1;
        loss.mul(sure).add(output.mean(), unsure).backward();
        network.CompleteBackward();

        AssertNear(
            golden.GetProperty("log_probabilities").Doubles(),
            [.. output.detach().data<float>().ToArray().Select(x => (double)x)]
        );
        Assert.Equal(golden.GetProperty("loss").GetDouble(), loss.detach().item<float>(), Tolerance);
        var gradients = golden.GetProperty("gradients");
        AssertShown(gradients.GetProperty("conv1.weight"), Weight(stages, "conv1_weight").grad!, ofFirstGradients);
        AssertShown(gradients.GetProperty("out.weight"), Weight(head, "out.weight").grad!);

        adam.Step(1e-3);
        var after = golden.GetProperty("after");
        AssertShown(after.GetProperty("conv1.weight"), Weight(stages, "conv1_weight"));
        AssertShown(after.GetProperty("fc.weight"), Weight(stages, "fc_weight"));
        AssertShown(after.GetProperty("out.weight"), Weight(head, "out.weight"));
        AssertShown(
            after.GetProperty("bn1.running_mean"),
            stages.named_buffers().First(b => b.name == "bn1_running_mean").buffer
        );
    }

    [Theory]
    [InlineData(1, 256)]
    [InlineData(2, 128)]
    [InlineData(4, 64)]
    public void Maps_and_the_stages_after_them_give_the_features_of_the_whole(int count, int channels)
    {
        using var whole = new SegmentEncoder(_folder["resnet.onnx"]);
        using var maps = new FeatureMapEncoder(whole, count);
        var stages = new TrainableStages(maps.Trained, trainsBatchNorms: false);
        var speech = new Prosodia.KeySegments.SegmentedSpeech(TestData.Sine(440, 16_000, 16_000));
        using var untracked = no_grad();
        stages.eval();
        Assert.Equal(channels, maps.Shape[0]);
        var features = stages.forward(tensor(maps.Maps(speech, [0, 2])).reshape([2, .. maps.Shape]));
        AssertNear(
            [.. whole.Encode(speech, [0, 2]).Select(x => (double)x)],
            [.. features.data<float>().ToArray().Select(x => (double)x)]
        );
    }

    [Theory]
    [InlineData(5, "has 4 stages")]
    public void Stages_that_a_network_has_not_are_refused(int stages, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<InputException>(() => EncoderCut.Of(_folder["resnet.onnx"], stages)).Message,
            StringComparison.Ordinal
        );

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private static SequenceSet Spectrograms()
    {
        var all = DeterministicWeights.Fill(16 * Height * Width, 0).Select(x => (float)Math.Abs(x)).ToArray();
        var first = 9 * Height * Width;
        return new(InputKind.KeyMaps, [all[..first], all[first..]], [1, Height, Width]);
    }

    private static BiLstmClassifier Formula(BiLstmClassifier head)
    {
        using var untracked = no_grad();
        foreach (var (i, (_, parameter)) in head.named_parameters().Index())
            parameter.copy_(
                tensor(DeterministicWeights.Fill((int)parameter.numel(), i).Select(f => (float)(f * 0.08)).ToArray())
                    .reshape(parameter.shape)
            );
        return head;
    }

    private static Tensor Weight(nn.Module module, string name) =>
        module.named_parameters().First(p => p.name == name).parameter;

    private static void AssertShown(JsonElement golden, Tensor tensor, double within = Tolerance)
    {
        using var untracked = no_grad();
        var values = tensor.detach().flatten().to(float64).data<double>().ToArray();
        var norm = Math.Sqrt(values.Sum(v => v * v));
        var expected = golden.GetProperty("norm").GetDouble();
        Assert.InRange(norm / expected, 1 - within, 1 + within);
        AssertNear(
            golden.GetProperty("first").Doubles(),
            values[..golden.GetProperty("first").GetArrayLength()],
            within
        );
    }

    private static void AssertNear(
        IReadOnlyList<double> expected,
        IReadOnlyList<double> actual,
        double within = Tolerance
    )
    {
        var tolerance = within * expected.Max(Math.Abs);
        for (var i = 0; i < expected.Count; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }
}
