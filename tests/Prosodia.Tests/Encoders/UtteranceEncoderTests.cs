using System.Diagnostics;
using Prosodia.Encoders;
using Prosodia.Evaluation.Encoders.Quantization;
using Prosodia.Evaluation.Onnx;
using Prosodia.Onnx;
using Xunit;
using static Prosodia.Tests.Cli.CommandLine;

namespace Prosodia.Tests.Encoders;

/// <summary>Networks that users bring for whole utterances.</summary>
[Trait("Tier", "Slow")]
public sealed class UtteranceEncoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("wav2vec2", "3 layers of 32")]
    [InlineData("whisper", "80 bands, padded to 30 s")]
    [InlineData("fbank", "with 'attention_mask'")]
    [InlineData("vector", "a vector of 32")]
    public void Networks_of_each_family_give_what_PyTorch_gives(string family, string understood)
    {
        var recording = Directory.GetFiles(Path.Combine(TestData.Repository, "samples"), "*.wav").Order().First();
        using var sound = new TemporaryFolder();
        var samples = Prosodia.Audio.AudioFile.Read(recording);
        Prosodia.Audio.Wav.WavWriter.Write(_folder["voice.wav"], samples.Samples); // at 16 kHz, 16 bits
        Export(family, "--recording", _folder["voice.wav"]);
        var check = Invoke("encoder", "check", _folder["network.onnx"]);
        Assert.True(check.Code == 0, check.Output + check.Errors);
        Assert.Contains(understood, check.Output, StringComparison.Ordinal);
        Assert.Contains("agrees", check.Output, StringComparison.Ordinal);

        var vectors = File.ReadAllText(_folder["network.vectors.json"]);
        var first = vectors.IndexOf("[[", StringComparison.Ordinal) + 2;
        File.WriteAllText(_folder["network.vectors.json"], vectors.Insert(first, "1"));
        Assert.Equal(3, Invoke("encoder", "check", _folder["network.onnx"]).Code);
    }

    [Theory]
    [InlineData("whisper")]
    [InlineData("fbank")]
    public void Inputs_are_those_of_numpy(string family)
    {
        var sine = TestData.Sine(700, 16_000, 30_000);
        Prosodia.Audio.Wav.WavWriter.Write(_folder["voice.wav"], sine);
        var samples = Prosodia.Audio.AudioFile.Read(_folder["voice.wav"]).Samples;
        Export(family, "--recording", _folder["voice.wav"], "--input", _folder["input.f32"]);
        var expected = System
            .Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(_folder["input.f32"]))
            .ToArray();
        IEncoderInput input =
            family == "whisper" ? new WhisperInput(80, 30) : new FilterBankInput(80, new PreprocessorConfig());
        var item = input.Write(samples);
        Assert.Equal(expected.Length, item.Values.Length);
        // logarithms of next to nothing differ; what is 5 decades below the loudest is next to nothing
        var loud = expected.Max() - (family == "whisper" ? 1.25f : 11.5f);
        Assert.All(expected.Zip(item.Values).Where(e => e.First > loud), e => Assert.Equal(e.First, e.Second, 2e-3));
        Assert.Equal(family == "whisper" ? 94 : item.Length, item.PresentOf(family == "whisper" ? 1500 : item.Length));
    }

    [Fact]
    public void A_long_utterance_is_encoded_in_stretches()
    {
        SmallModels.HiddenStates(2).Write(_folder["n.onnx"]);
        using var encoder = UtteranceEncoder.Open(_folder["n.onnx"]);
        Assert.Equal((2, 3, 6), (encoder.Layers, encoder.Width, encoder.FeaturesPerLayer));
        var second = TestData.Sine(300, 16_000, 16_000);
        float[] minute = [.. Enumerable.Repeat(second, 60).SelectMany(s => s)];
        var (whole, part) = (encoder.Encode(minute), encoder.Encode(second));
        for (var i = 0; i < part.Length; i++)
            Assert.Equal(part[i], whole[i], 0.02);
    }

    [Fact]
    public void A_preprocessor_configuration_says_what_a_network_takes()
    {
        SmallModels.HiddenStates(1).Write(_folder["n.onnx"]);
        string Description()
        {
            using var encoder = UtteranceEncoder.Open(_folder["n.onnx"]);
            return encoder.Description;
        }
        Assert.Contains("zero mean and unit variance", Description(), StringComparison.Ordinal);
        File.WriteAllText(_folder["preprocessor_config.json"], """{"do_normalize": false}""");
        Assert.Contains("as it is", Description(), StringComparison.Ordinal);
        File.WriteAllText(_folder["n.preprocessor_config.json"], """{"do_normalize": true}"""); // its own goes first
        Assert.Contains("zero mean", Description(), StringComparison.Ordinal);
        File.WriteAllText(_folder["n.preprocessor_config.json"], """{"sampling_rate": 8000}""");
        Assert.Contains("8000 Hz", Assert.Throws<InputException>(Description).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder["n.preprocessor_config.json"], "{");
        Assert.Contains(
            "is no preprocessor",
            Assert.Throws<InputException>(Description).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Filter_banks_of_a_fixed_length_are_padded()
    {
        SmallModels.Identity(null, 1024, 128).Write(_folder["ast.onnx"]);
        File.WriteAllText(
            _folder["preprocessor_config.json"],
            """
            {
              "feature_extractor_type": "ASTFeatureExtractor",
              "num_mel_bins": 128,
              "max_length": 1024,
              "mean": -4,
              "std": 4.5
            }
            """
        );
        using var encoder = UtteranceEncoder.Open(_folder["ast.onnx"]);
        Assert.Contains("Hann window, less -4, over 9, 1024 frames", encoder.Description, StringComparison.Ordinal);
        Assert.Equal(256, encoder.Encode(TestData.Sine(300, 16_000, 16_000)).Length);
    }

    [Theory]
    [InlineData("text", "is no network that can be run")]
    [InlineData("image", "takes 'x' of shape [any, 3, 224, 224]")]
    [InlineData("batch", "4 at once")]
    public void Networks_that_take_something_else_are_refused(string kind, string message)
    {
        if (kind == "text")
            File.WriteAllText(_folder["n.onnx"], "hello");
        else
            (kind == "image" ? SmallModels.Identity(null, 3, 224, 224) : SmallModels.Identity(4, 16_000)).Write(
                _folder["n.onnx"]
            );
        var error = Assert.Throws<InputException>(() => UtteranceEncoder.Open(_folder["n.onnx"]));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ComputeDevice.Cuda, "Microsoft.ML.OnnxRuntime.Gpu")]
    [InlineData(ComputeDevice.DirectMl, "Microsoft.ML.OnnxRuntime.DirectML")]
    public void A_device_that_is_not_there_is_named(object device, string package)
    {
        SmallModels.HiddenStates(1).Write(_folder["n.onnx"]);
        var error = Assert.Throws<InputException>(() =>
            UtteranceEncoder.Open(_folder["n.onnx"], (ComputeDevice)device)
        );
        Assert.Contains(package, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void On_8_bit_integers_features_are_nearly_the_same_and_the_network_is_kept()
    {
        SmallModels.HiddenStates(2).Write(_folder["n.onnx"]);
        File.WriteAllText(_folder["n.preprocessor_config.json"], """{"do_normalize": true}""");
        var made = MatrixInt8.Of(_folder["n.onnx"], _folder["int8"]);
        var written = File.GetLastWriteTimeUtc(made);
        Assert.Equal(made, MatrixInt8.Of(_folder["n.onnx"], _folder["int8"]));
        Assert.Equal(written, File.GetLastWriteTimeUtc(made));
        using UtteranceEncoder fp32 = UtteranceEncoder.Open(_folder["n.onnx"]),
            int8 = UtteranceEncoder.Open(made);
        Assert.NotEqual(fp32.Sha256, int8.Sha256);
        Assert.Equal(fp32.Description, int8.Description);
        var sine = TestData.Sine(300, 16_000, 16_000);
        var (features, nearly) = (fp32.Encode(sine), int8.Encode(sine));
        Assert.NotEqual(features, nearly);
        Assert.InRange(System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(features, nearly), 0.99f, 1);

        SmallModels.Waveform(mask: false).Write(_folder["conv.onnx"]);
        var error = Assert.Throws<InputException>(() => MatrixInt8.Of(_folder["conv.onnx"], _folder["int8"]));
        Assert.Contains("has no matrix product", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_beside_a_network_are_part_of_its_sum()
    {
        var model = SmallModels.HiddenStates(1);
        var weights = model.Graph.Initializer.First(t => t.Name == "w0");
        File.WriteAllBytes(_folder["other weights.bin"], weights.RawData.ToByteArray());
        weights.RawData = Google.Protobuf.ByteString.Empty;
        weights.DataLocation = 1;
        weights.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "other weights.bin" });
        model.Write(_folder["n.onnx"]);
        using var encoder = UtteranceEncoder.Open(_folder["n.onnx"]);
        Assert.Equal([_folder["other weights.bin"]], ExternalWeights.FilesOf(_folder["n.onnx"]));
        Assert.NotEqual(Sha256Hash.OfFile(_folder["n.onnx"]), encoder.Sha256);
        File.WriteAllText(_folder["other weights.bin"], "2");
        Assert.NotEqual(encoder.Sha256, ExternalWeights.Sha256Of(_folder["n.onnx"]));
    }

    [Theory]
    [InlineData(16_320, 51)]
    [InlineData(160_000, 500)]
    [InlineData(1, 1)]
    public void Frames_of_padding_are_not_counted(int samples, int frames) =>
        Assert.Equal(frames, new EncoderItem([], [], 3000, samples, 480_000).PresentOf(1500));

    [Fact]
    public void A_waveform_with_a_channel_axis_is_no_filter_bank()
    {
        SmallModels.Identity(null, 1, null).Write(_folder["n.onnx"]);
        File.WriteAllText(
            _folder["preprocessor_config.json"],
            """{"feature_extractor_type": "Wav2Vec2FeatureExtractor", "feature_size": 1, "max_length": null}"""
        );
        using var encoder = UtteranceEncoder.Open(_folder["n.onnx"]);
        Assert.StartsWith("waveform at 16 kHz", encoder.Description, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void Export(string family, params string[] options)
    {
        using var process = Process.Start(
            new ProcessStartInfo(
                TestData.Python,
                [
                    Path.Combine(TestData.Repository, "benchmarks", "encoder_networks.py"),
                    family,
                    _folder["network.onnx"],
                    .. options,
                ]
            )
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.SkipWhen(errors.Contains("No module named", StringComparison.Ordinal), "no PyTorch");
        Assert.True(process.ExitCode == 0, output.Result + errors);
    }
}
