using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Prosodia.Audio;
using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.Encoders.Quantization;
using Prosodia.Evaluation.Onnx;
using Prosodia.Evaluation.Synthesis;
using Prosodia.KeySegments;
using Xunit;

namespace Prosodia.Tests.Encoders;

[Trait("Tier", "Slow")]
public sealed class Int8QuantizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void ResNet101_on_8_bits_keeps_the_direction_of_features_of_real_speech()
    {
        string[] files =
        [
            .. Directory
                .EnumerateFiles(Path.Combine(TestData.Corpora(), "ravdess"), "*.wav", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Where((_, i) => i % 240 == 0),
        ];
        ResNet.ResNet101.ToOnnx(DeterministicWeights.Of(ResNet.ResNet101)).Write(_folder["resnet.onnx"]);
        var file = Int8Quantizer.Of(_folder["resnet.onnx"], _folder["int8"]);
        Assert.Equal(104, Integers(file));
        using var fp32 = new SegmentEncoder(_folder["resnet.onnx"]);
        using var int8 = new SegmentEncoder(file);
        foreach (var speech in files.Select(f => new SegmentedSpeech(AudioFile.Read(f).Samples)))
        {
            int[] keys = [.. KeySegmentSelection.Select(speech, new KeySegmentOptions()).Keys.Select(k => k.Segment)];
            float[][] exact = [.. fp32.Encode(speech, keys).Chunk(fp32.Features)],
                rounded = [.. int8.Encode(speech, keys).Chunk(fp32.Features)];
            Assert.All(
                exact.Zip(rounded),
                pair =>
                    Assert.InRange(TensorPrimitives.CosineSimilarity<float>(pair.First, pair.Second), 0.99f, 1.0001f)
            );
            Assert.Equal(rounded[0], int8.Encode(speech, [keys[0]])); // whatever else is in the batch
        }
    }

    [Fact]
    public void A_layer_that_loses_too_much_stays_fp32()
    {
        SmallModels.Convolutions(1, 257, 63).Write(_folder["even.onnx"]);
        // beside which the other weights round to 0
        SmallModels.Convolutions(1, 257, 63, idleWeight: 3000).Write(_folder["idle.onnx"]);
        Assert.Equal(2, Integers(Int8Quantizer.Of(_folder["even.onnx"], _folder["int8"])));
        Assert.Equal(1, Integers(Int8Quantizer.Of(_folder["idle.onnx"], _folder["int8"])));
    }

    [Fact]
    public void Any_choice_of_layers_gives_a_network_that_runs_and_agrees()
    {
        SmallModels.Residual().Write(_folder["fp32.onnx"]);
        using var fp32 = new SegmentEncoder(_folder["fp32.onnx"]);
        var speech = new SegmentedSpeech(SyntheticCorpus.Speak(seed: 1).First());
        using var items = OrtValue.CreateTensorValueFromMemory(fp32.Write(speech, [1]), [1, 1, 257, 63]);
        var features = fp32.Encode(speech, [1]);
        string[] layers = ["a", "b", "c"];
        for (var choice = 0; choice < 8; choice++)
        {
            var model = SmallModels.Residual();
            var graph = new Int8Graph(model.Graph);
            var ranges = ActivationRanges.Measure(
                SmallModels.Residual(),
                graph.Activations(graph.Convolutions),
                [items]
            );
            graph.Quantize(layers.Where((_, i) => (choice >> i & 1) == 1).ToHashSet(), ranges);
            model.Write(_folder["int8.onnx"]);
            using var int8 = new SegmentEncoder(_folder["int8.onnx"]);
            Assert.InRange(
                TensorPrimitives.CosineSimilarity<float>(features, int8.Encode(speech, [1])),
                0.999f,
                1.0001f
            );
        }
    }

    [Fact]
    public void It_is_made_once()
    {
        SmallModels.Convolutions(1, 257, 63).Write(_folder["a.onnx"]);
        var file = Int8Quantizer.Of(_folder["a.onnx"], _folder["int8"]);
        var written = File.GetLastWriteTimeUtc(file);
        Assert.Equal(file, Int8Quantizer.Of(_folder["a.onnx"], _folder["int8"]));
        Assert.Equal(written, File.GetLastWriteTimeUtc(file));
        Assert.Equal([file], Directory.GetFiles(_folder["int8"]));
    }

    [Fact]
    public void A_network_without_convolutions_is_refused()
    {
        SmallModels.Identity(null, 8000).Write(_folder["a.onnx"]);
        Assert.Contains(
            "has no convolution",
            Assert.Throws<InputException>(() => Int8Quantizer.Of(_folder["a.onnx"], _folder["int8"])).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Convolutions whose weights are 8-bit integers.</summary>
    private static int Integers(string file) =>
        OnnxModel.Read(file).Graph.Initializer.Count(t => t.DataType == OnnxTensor.Int8 && t.Dims.Count == 4);
}
