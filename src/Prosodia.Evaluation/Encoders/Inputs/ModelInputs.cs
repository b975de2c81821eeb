using Microsoft.ML.OnnxRuntime;
using Prosodia.Evaluation.Onnx;
using Prosodia.KeySegments;

namespace Prosodia.Evaluation.Encoders.Inputs;

/// <summary>Understands what a model takes from the shapes that it declares.</summary>
/// <param name="Name">The input that takes the sound.</param>
/// <param name="Sound">How a segment is written.</param>
/// <param name="Mask">The input that says which samples count, (N, samples); or null.</param>
/// <param name="MaxBatch">Segments that it takes at once.</param>
internal sealed record ModelInputs(string Name, ISegmentInput Sound, string? Mask, int MaxBatch)
{
    private const int MaxBand = 256; // an axis of more numbers is no bands
    private const int ImageSize = 224; // of ImageNet's classifiers, where a model takes any
    private const string MaskName = "attention_mask";

    private const string Advice =
        "Encoders take one of: log spectrogram [N, 1, 257, 63], log-mel image [N, 1 or 3, height, width], "
        + "log-mel sequence [N, bands, frames], waveform [N, samples]; a model that takes something else must be "
        + "exported with one of them";

    /// <summary>Reads the declaration.</summary>
    /// <exception cref="InputException">The model takes something else; the message says what.</exception>
    public static ModelInputs Understand(string file, InferenceSession session)
    {
        var inputs = session.InputMetadata;
        string[] sounds = [.. inputs.Keys.Where(name => name != MaskName)];
        if (sounds is not [var name])
            throw new InputException(file, $"takes {sounds.Length} inputs ({string.Join(", ", sounds)})", Advice);
        if (inputs[name].ElementDataType != Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float)
            throw new InputException(
                file,
                $"takes '{name}' as {inputs[name].ElementDataType}",
                "Export it with 32-bit floats"
            );
        int[] shape = inputs[name].Dimensions;
        var declared =
            $"takes '{name}' of shape [{OnnxTensor.Shape(shape.Select(size => size < 0 ? "any" : $"{size}"))}]";
        var sound = Of(shape) ?? throw new InputException(file, declared, Advice);
        if (shape[0] > 1)
            throw new InputException(file, $"{declared}, {shape[0]} at once", "Export it with a batch of any size");
        return new ModelInputs(
            name,
            sound,
            inputs.ContainsKey(MaskName) ? MaskName : null,
            shape[0] == 1 ? 1 : SegmentEncoder.Batch
        );
    }

    private static ISegmentInput? Of(int[] shape)
    {
        long Samples(int axis) => shape[axis] < 0 ? SegmentedSpeech.Length : shape[axis];
        bool Wave(int axis) => shape[axis] < 0 || shape[axis] >= SegmentedSpeech.Length;
        static bool Fits(int size, int wanted) => size < 0 || size == wanted;
        static bool Bands(int size) => size is > 1 and <= MaxBand;
        long Frames(int axis) => shape[axis] < 0 ? SegmentSpectrogram.Frames : shape[axis];
        long Pixels(int axis) => shape[axis] < 0 ? ImageSize : shape[axis];
        return shape switch
        {
            [_, _] when Wave(1) => new WaveformInput([Samples(1)]),
            [_, 1, _] when Wave(2) => new WaveformInput([1, Samples(2)]),
            [_, var frames, var bands]
                when Bands(bands) && (frames < 0 || frames > bands) && frames is < 0 or >= SegmentSpectrogram.Frames =>
                new LogMelInput([Frames(1), bands], timeFirst: true),
            [_, var bands, var frames] when Bands(bands) && frames is < 0 or >= SegmentSpectrogram.Frames =>
                new LogMelInput([bands, Frames(2)]),
            [_, 1 or < 0, var h, var w] when Fits(h, SegmentSpectrogram.Bins) && Fits(w, SegmentSpectrogram.Frames) =>
                new LogSpectrogramInput(),
            [_, 1, var h, _] when h <= MaxBand => new LogMelInput([
                1,
                h < 0 ? SegmentSpectrogram.Bins / 2 : h,
                Frames(3),
            ]),
            [_, 3, _, _] => new LogMelInput([3, Pixels(2), Pixels(3)]),
            _ => null,
        };
    }
}
