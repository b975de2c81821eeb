using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.Onnx;
using Prosodia.KeySegments;
using Xunit;

namespace Prosodia.Tests.Encoders;

[Trait("Tier", "Slow")]
public sealed class ResNetTests
{
    [Fact]
    public void Tensors_are_torchvisions()
    {
        var golden = TestData.Golden("resnet101.json");
        string[] names = [.. ResNet.ResNet101.Tensors.Select(t => t.Name)];
        Assert.Equal(golden.GetProperty("tensors").GetInt32(), names.Length);
        Assert.Equal(golden.GetProperty("first_names").EnumerateArray().Select(e => e.GetString()), names[..8]);
        Assert.Equal(golden.GetProperty("last_names").EnumerateArray().Select(e => e.GetString()), names[^3..]);
    }

    [Fact]
    public void Outputs_are_PyTorchs()
    {
        var input = new float[2 * SegmentSpectrogram.Size];
        var fill = DeterministicWeights.Fill(input.Length, 0);
        for (var i = 0; i < input.Length; i++)
            input[i] = (float)Math.Abs(fill[i]);
        for (var i = SegmentSpectrogram.Size; i < input.Length; i++)
            input[i] = (i - SegmentSpectrogram.Size) / SegmentSpectrogram.Frames < 64 ? 4 * input[i] : 0;

        using var folder = new TemporaryFolder();
        ResNet.ResNet101.ToOnnx(DeterministicWeights.Of(ResNet.ResNet101)).Write(folder["formula.onnx"]);
        using var encoder = new SegmentEncoder(folder["formula.onnx"]);
        var output = encoder.EncodeItems(input, 2);

        // The golden run set x[1, :, 64:] to 0: of the second item all rows from 64 on.
        var expected = TestData
            .Golden("resnet101.json")
            .GetProperty("output")
            .EnumerateArray()
            .SelectMany(row => row.Doubles())
            .ToArray();
        var tolerance = 1e-3 * expected.Max(Math.Abs);
        Assert.Equal(expected.Length, output.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], output[i], tolerance);
    }
}
