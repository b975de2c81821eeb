using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Prosodia.Evaluation.Encoders;
using Xunit;

namespace Prosodia.Tests.Encoders.Weights;

public sealed class ImportTests(TorchCheckpoints torch) : IClassFixture<TorchCheckpoints>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private EncoderStore Models => new(_folder["models"]);

    [Theory]
    [InlineData("new.pth", "PyTorch")]
    [InlineData("training.pth", "PyTorch")]
    [InlineData("strided.pth", "PyTorch")]
    [InlineData("model.safetensors", "safetensors")]
    [InlineData("classifier.onnx", "ONNX")]
    [InlineData("unfolded.onnx", "ONNX")]
    public void An_imported_network_gives_what_PyTorch_gives(string file, string format)
    {
        var card = Models.Import(torch[file]);
        Assert.Equal(
            (format, Path.GetFileNameWithoutExtension(file), true),
            (card.SourceFormat, card.Name, card.Pretrained)
        );
        using var encoder = new SegmentEncoder(Models.FileOf(card.Name));
        Assert.Equal("log spectrogram, 257 x 63", encoder.Input.Description);
        var output = encoder.EncodeItems(torch.Spectrograms, 4);
        var tolerance = 1e-4 * torch.Outputs.Max(Math.Abs);
        Assert.Equal(torch.Outputs.Length, output.Length);
        for (var i = 0; i < output.Length; i++)
            Assert.Equal(torch.Outputs[i], output[i], tolerance);
    }

    [Theory]
    [InlineData("18")]
    [InlineData("34")]
    [InlineData("50")]
    [InlineData("152")]
    public void Other_depths_give_what_PyTorch_gives(string depth)
    {
        var card = Models.Import(torch[$"resnet{depth}.pth"]);
        Assert.Equal($"ResNet-{depth}", card.Architecture);
        using var encoder = new SegmentEncoder(Models.FileOf(card.Name));
        var expected = System
            .Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(torch[$"resnet{depth}.f32"]))
            .ToArray();
        var output = encoder.EncodeItems(torch.Spectrograms, 4);
        var tolerance = 1e-4 * expected.Max(Math.Abs);
        Assert.Equal(expected, output, (a, b) => Math.Abs(a - b) < tolerance);
    }

    [Fact]
    public void Half_precision_weights_are_read_too()
    {
        using var encoder = new SegmentEncoder(Models.FileOf(Models.Import(torch["half.pth"]).Name));
        var output = encoder.EncodeItems(torch.Spectrograms, 4);
        Assert.Equal(1, System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(torch.Outputs, output), 1e-3);
    }

    [Theory]
    [InlineData("legacy.pth", "before 1.6")]
    [InlineData("whole-model.pth", "'torchvision.models.resnet.ResNet', which is no tensor and is not run")]
    [InlineData("wide.pth", "tensor 'layer1.0.conv1.weight' has the shape [128, 64, 1, 1], expected [64, 64, 1, 1]")]
    [InlineData("eight-classes.pth", "tensor 'fc.weight' has the shape [8, 2048], expected [1000, 2048]")]
    public void Another_file_is_refused_with_the_reason(string file, string reason) => Refuses(torch[file], reason);

    [Theory]
    [InlineData("new.pth")]
    [InlineData("model.safetensors")]
    [InlineData("classifier.onnx")]
    public void A_file_that_was_cut_short_is_refused(string file)
    {
        var bytes = File.ReadAllBytes(torch[file]);
        foreach (var length in new[] { 0, 1, 15, 1000, bytes.Length / 2, bytes.Length - 1 })
        {
            File.WriteAllBytes(_folder["cut"], bytes[..length]);
            Refuses(_folder["cut"], "");
        }
        Assert.Empty(Models.List());
    }

    [Fact]
    public void A_published_file_must_have_the_hash_in_its_name()
    {
        File.WriteAllText(_folder["resnet101-63fe2227.pth"], "damaged");
        Refuses(_folder["resnet101-63fe2227.pth"], "its name says 63fe2227");
    }

    [Theory]
    [InlineData("cos\nsystem\n", "'os.system', which is no tensor and is not run")]
    [InlineData("cbuiltins\neval\n", "'builtins.eval'")]
    [InlineData("}.", "no tensor 'conv1.weight'")]
    [InlineData("(((((((", "ends at byte")]
    [InlineData("h\u0005.", "refers to entry 5")]
    [InlineData("I1\n.", "the operation 0x49")]
    [InlineData("}]]s.", "a key that is neither text nor integer")]
    [InlineData("t.", "closes what it never opened")]
    [InlineData("NNR.", "calls with what is no tuple")]
    [InlineData("N.", "no state dict")]
    public void A_pickle_cannot_do_more_than_name_tensors(string operations, string reason)
    {
        Refuses(Zip(("archive/data.pkl", Encoding.Latin1.GetBytes("\u0080\u0002" + operations))), reason);
    }

    [Fact]
    public void A_zip_that_grows_beyond_its_size_is_refused()
    {
        Refuses(Zip(("archive/data.pkl", new byte[100 << 20])), "claims 104857600 bytes");
        Refuses(Zip(("readme.txt", [1])), "without data.pkl");
    }

    [Theory]
    [InlineData(
        """{"conv1.weight":{"dtype":"F32","shape":[64,3,7,7],"data_offsets":[0,37632]}}""",
        "no tensor 'bn1.weight' of shape [64]"
    )]
    [InlineData(
        """{"conv1.weight":{"dtype":"F32","shape":[9999999,9999999],"data_offsets":[0,4]}}""",
        "more than a tensor can be"
    )]
    [InlineData("""{"conv1.weight":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "more than a tensor can be")]
    [InlineData("""{"conv1.weight":{"shape":[1]}}""", "header is damaged")]
    [InlineData("""{"conv1.weight":7}""", "header is damaged")]
    [InlineData("{\"conv1", "header is damaged")]
    [InlineData("{}", "no tensor 'conv1.weight'")]
    public void A_hostile_safetensors_header_is_refused(string header, string reason)
    {
        var bytes = new byte[8 + header.Length + 64];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        Encoding.UTF8.GetBytes(header, bytes.AsSpan(8));
        File.WriteAllBytes(_folder["a.safetensors"], bytes);
        Refuses(_folder["a.safetensors"], reason);
    }

    [Fact]
    public void An_altered_encoder_is_noticed()
    {
        var card = Models.Import(torch["new.pth"], "mine");
        Assert.True(Models.IsUnaltered(card));
        Assert.Equal(card, Assert.Single(Models.List()));
        Assert.Equal(card, Models.Default());
        using (var file = File.OpenWrite(Models.FileOf("mine")))
        {
            file.Position = 1_000_000;
            file.WriteByte(77);
        }
        Assert.False(Models.IsUnaltered(card));
        Assert.Contains(
            "not the file that was imported",
            Assert
                .Throws<InputException>(() => EncoderSelection.Open(Models, "mine", random: false, int8: false))
                .Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _folder.Dispose();

    private void Refuses(string file, string reason) =>
        Assert.Contains(
            reason,
            Assert.Throws<InputException>(() => Models.Import(file)).Message,
            StringComparison.Ordinal
        );

    private string Zip(params (string Name, byte[] Bytes)[] entries)
    {
        var file = _folder[Guid.NewGuid() + ".pth"];
        using var zip = ZipFile.Open(file, ZipArchiveMode.Create);
        foreach (var (name, bytes) in entries)
        {
            using var stream = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
            stream.Write(bytes);
        }
        return file;
    }
}
