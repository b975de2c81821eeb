using Google.Protobuf;
using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Evaluation.Onnx;
using Prosodia.Evaluation.Synthesis;
using Prosodia.KeySegments;
using Xunit;

namespace Prosodia.Tests.Encoders;

/// <summary>Encoders whose weights lie in other files.</summary>
public sealed class ExternalDataTests : IDisposable
{
    private static readonly SegmentedSpeech Speech = new(SyntheticCorpus.Speak(seed: 1).First());

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Every_file_of_a_model_is_part_of_its_hash()
    {
        SmallModels.Convolutions(1, 257, 63).Write(_folder["whole.onnx"]);
        using var whole = new SegmentEncoder(_folder["whole.onnx"]);
        Assert.Equal(Sha256Hash.OfFile(_folder["whole.onnx"]), whole.Sha256);

        Split(SmallModels.Convolutions(1, 257, 63), "split.onnx");
        using var before = new SegmentEncoder(_folder["split.onnx"]);
        Assert.Equal(["a.w.data", "c.w.data"], ExternalData.FilesOf(_folder["split.onnx"]));
        Assert.Equal(whole.Encode(Speech, [0, 1]), before.Encode(Speech, [0, 1]));

        var weights = File.ReadAllBytes(_folder["c.w.data"]);
        for (var i = 64 + 3; i < weights.Length; i += 4)
            weights[i] ^= 0x80; // their signs
        File.WriteAllBytes(_folder["c.w.data"], weights);
        using var after = new SegmentEncoder(_folder["split.onnx"]);
        Assert.NotEqual(before.Sha256, after.Sha256);
        Assert.NotEqual(
            new FeatureExtraction(before, new FeatureOptions(new KeySegmentOptions())).Description,
            new FeatureExtraction(after, new FeatureOptions(new KeySegmentOptions())).Description
        );
    }

    [Fact]
    public void Weights_within_operators_are_found()
    {
        var model = SmallModels.Identity(null, null, 40);
        var tensor = OnnxTensor.Of<float>("t", [1f, 2f], 2);
        tensor.RawData = ByteString.Empty;
        tensor.DataLocation = 1;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "inner.data" });
        model.Graph.Node.Add(
            new NodeProto
            {
                OpType = "Constant",
                Output = { "unused" },
                Attribute =
                {
                    new AttributeProto
                    {
                        Name = "value",
                        T = tensor,
                        Type = 4,
                    },
                },
            }
        );
        model.Write(_folder["m.onnx"]);
        Assert.Equal(["inner.data"], ExternalData.FilesOf(_folder["m.onnx"]));
        Assert.Contains(
            "inner.data",
            Assert.Throws<InputException>(() => ExternalData.Sha256Of(_folder["m.onnx"])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_split_model_is_quantized_like_a_whole_one()
    {
        SmallModels.Convolutions(1, 257, 63).Write(_folder["whole.onnx"]);
        Split(SmallModels.Convolutions(1, 257, 63), "split.onnx");
        using var whole = new SegmentEncoder(
            Prosodia.Evaluation.Encoders.Quantization.Int8Quantizer.Of(_folder["whole.onnx"], _folder["int8"])
        );
        using var split = new SegmentEncoder(
            Prosodia.Evaluation.Encoders.Quantization.Int8Quantizer.Of(_folder["split.onnx"], _folder["int8"])
        );
        Assert.Equal(whole.Encode(Speech, [0]), split.Encode(Speech, [0]));
        Assert.Empty(Directory.GetFiles(_folder["int8"], "*.trial"));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Writes a model whose constants lie in files of their own, behind a few other bytes.</summary>
    private void Split(ModelProto model, string name)
    {
        foreach (var tensor in model.Graph.Initializer)
        {
            byte[] bytes = [.. tensor.RawData];
            File.WriteAllBytes(_folder[tensor.Name + ".data"], [.. new byte[64], .. bytes]);
            tensor.RawData = ByteString.Empty;
            tensor.DataLocation = 1;
            foreach (
                var (key, value) in new[]
                {
                    ("location", tensor.Name + ".data"),
                    ("offset", "64"),
                    ("length", $"{bytes.Length}"),
                }
            )
                tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        }
        model.Write(_folder[name]);
    }
}
