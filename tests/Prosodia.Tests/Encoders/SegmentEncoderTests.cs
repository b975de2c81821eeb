using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.Encoders.Inputs;
using Prosodia.Evaluation.Onnx;
using Prosodia.Evaluation.Synthesis;
using Prosodia.KeySegments;
using Xunit;

namespace Prosodia.Tests.Encoders;

public sealed class SegmentEncoderTests : IDisposable
{
    private static readonly SegmentedSpeech Speech = new(SyntheticCorpus.Speak(seed: 1).First());

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_spectrogram_becomes_a_vector()
    {
        using var encoder = Open(SmallModels.Convolutions(1, 257, 63));
        Assert.Equal("log spectrogram, 257 x 63, into 'image'; 4 features out of 'vector'", encoder.Description);
        Assert.Equal(12, encoder.Encode(Speech, [0, 1, 2]).Length);
    }

    [Fact]
    public void A_color_image_is_a_log_mel_normalized_as_ImageNet()
    {
        using var encoder = Open(SmallModels.Convolutions(3, 64, 96));
        Assert.Equal(
            "log-mel image, 64 bands, as [3, 64, 96], normalized as ImageNet, into 'image'; 4 features out of 'vector'",
            encoder.Description
        );
        var image = encoder.Write(Speech, [1]);
        float[] red = image[..(64 * 96)],
            blue = image[(2 * 64 * 96)..];
        for (var i = 0; i < red.Length; i++)
            Assert.Equal(red[i] * 0.229 + 0.485, blue[i] * 0.225 + 0.406, 1e-5); // the same level in each channel
        Assert.All(red, value => Assert.InRange(value * 0.229 + 0.485, -1e-5, 1.1));
    }

    [Fact]
    public void An_image_of_any_size_is_as_large_as_ImageNets()
    {
        using var encoder = Open(SmallModels.Convolutions(3, null, null));
        Assert.Equal([3, 224, 224], encoder.Input.Shape);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_waveform_becomes_the_mean_of_its_frames(bool mask)
    {
        using var encoder = Open(SmallModels.Waveform(mask));
        Assert.Equal(
            "waveform at 16 kHz, 8000 samples of zero mean and unit variance, into 'input_values'; 3 features "
                + "out of 'last_hidden_state', the mean over frames"
                + (mask ? "; 'attention_mask' is all ones" : ""),
            encoder.Description
        );
        var samples = encoder.Write(Speech, [0]);
        Assert.Equal(0, samples.Average(), 1e-4);
        Assert.Equal(1, samples.Average(x => x * x), 1e-3);
        Assert.Equal(3, encoder.Encode(Speech, [0]).Length);
    }

    [Fact]
    public void A_log_mel_sequence_may_have_time_first_or_last()
    {
        using var first = Open(SmallModels.Identity(null, null, 40));
        using var last = Open(SmallModels.Identity(null, 40, null));
        float[] a = first.Encode(Speech, [0, 1]),
            b = last.Encode(Speech, [0, 1]);
        Assert.Equal(80, a.Length);
        for (var i = 0; i < a.Length; i++)
            Assert.Equal(a[i], b[i], 1e-4);
    }

    [Fact]
    public void A_tone_is_in_the_mel_band_where_it_belongs()
    {
        var tone = new SegmentedSpeech(TestData.Sine(1000, 16_000, SegmentedSpeech.Length));
        var levels = new float[40 * 63];
        new LogMelInput([40, 63]).Write(tone, 0, levels);
        var loudest = Enumerable.Range(0, 40).MaxBy(band => levels[band * 63 + 30]);
        var mel = 2595 * Math.Log10(1 + 1000 / 700.0) / (2595 * Math.Log10(1 + 8000 / 700.0)) * 41;
        Assert.InRange(loudest + 1, mel - 1, mel + 1);
    }

    [Fact]
    public void Features_do_not_depend_on_what_else_is_computed()
    {
        using var encoder = Open(SmallModels.Convolutions(1, 257, 63));
        int[] all = [.. Enumerable.Range(0, Speech.Count)];
        var together = encoder.Encode(Speech, all);
        foreach (var i in all)
            Assert.Equal(together[(i * 4)..(i * 4 + 4)], encoder.Encode(Speech, [i]));
    }

    [Fact]
    public void A_model_for_one_at_a_time_is_run_one_at_a_time()
    {
        using var encoder = Open(SmallModels.Identity(1, 8000));
        Assert.Equal(3 * 8000, encoder.Encode(Speech, [0, 1, 2]).Length);
    }

    [Fact]
    public void What_cannot_be_fed_is_refused_and_named()
    {
        Refuses(SmallModels.Identity(null, 5), "takes 'x' of shape [any, 5]");
        Refuses(SmallModels.Identity(null, 2, 257, 63), "takes 'x' of shape [any, 2, 257, 63]");
        Refuses(SmallModels.Identity(4, 8000), "4 at once");
        Refuses(SmallModels.Identity(null, 3, 224, 224, 2), "Encoders take one of");
        var two = SmallModels.Identity(null, 8000);
        two.Graph.Input.Add(OnnxModel.Value("speaker", null, 3));
        Refuses(two, "takes 2 inputs (x, speaker)");
        var unknown = SmallModels.Identity(null, 8000);
        unknown.Graph.Node[0].OpType = "NoSuchOperator";
        Refuses(unknown, "is no model that can be run");
        File.WriteAllText(_folder["text.onnx"], "hello");
        Assert.Throws<InputException>(() => new SegmentEncoder(_folder["text.onnx"]));
        Assert.Contains(
            "does not exist",
            Assert.Throws<InputException>(() => new SegmentEncoder(_folder["none.onnx"])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_model_that_gives_no_numbers_is_refused()
    {
        var model = SmallModels.Identity(null, 8000);
        model.Graph.Node[0] = OnnxModel.Node("Log", "y", ["x"]);
        Refuses(model, "gives features that are no numbers");
    }

    public void Dispose() => _folder.Dispose();

    private SegmentEncoder Open(ModelProto model)
    {
        var file = _folder[Guid.NewGuid() + ".onnx"];
        model.Write(file);
        return new SegmentEncoder(file);
    }

    private void Refuses(ModelProto model, string reason) =>
        Assert.Contains(reason, Assert.Throws<InputException>(() => Open(model)).Message, StringComparison.Ordinal);
}
