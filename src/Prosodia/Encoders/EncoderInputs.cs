using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Prosodia.Audio;

namespace Prosodia.Encoders;

/// <summary>What a network takes, from the inputs that it declares and its preprocessor configuration.</summary>
/// <param name="Name">The input that takes the sound.</param>
/// <param name="Sound">How the sound is written.</param>
/// <param name="Mask">The input that says which samples or frames count, (1, length); or null.</param>
/// <param name="Lengths">The input that says how many count, (1); or null.</param>
internal sealed record EncoderInputs(
    string Name,
    IEncoderInput Sound,
    (string Name, TensorElementType Type)? Mask,
    (string Name, TensorElementType Type)? Lengths
)
{
    private const int MinBands = 20,
        MaxBands = 256;

    private const string Advice =
        "Whole utterances are encoded from one of: waveform [N, samples] or [N, 1, samples]; log-mel as Whisper's "
        + "[N, 80 or 128, 3000]; Kaldi's filter bank [N, frames, bands]. Export the encoder alone, with one of them "
        + "(docs/encoders.md)";

    /// <summary>Reads the declaration.</summary>
    /// <exception cref="InputException">The network takes something else; the message says what.</exception>
    public static EncoderInputs Understand(string file, InferenceSession session, PreprocessorConfig config)
    {
        var sounds = session.InputMetadata.Where(i => i.Value.ElementDataType == TensorElementType.Float).ToArray();
        var others = session.InputMetadata.Except(sounds).ToArray();
        if (sounds is not [var (name, sound)])
            throw new InputException(
                file,
                $"takes {sounds.Length} inputs of 32-bit floats ({Names(sounds.Select(s => s.Key))})",
                Advice
            );
        (string, TensorElementType)? Other(int rank) =>
            others.Where(o => o.Value.Dimensions.Length == rank).ToArray() is [var (key, value)]
                ? (key, value.ElementDataType)
                : null;
        var (mask, lengths) = (Other(2), Other(1));
        if (others.Length > (mask is null ? 0 : 1) + (lengths is null ? 0 : 1))
            throw new InputException(file, $"also takes {Names(others.Select(o => o.Key))}", Advice);
        var shape = sound.Dimensions;
        var declared = $"takes '{name}' of shape [{Names(shape.Select(s => s < 0 ? "any" : $"{s}"))}]";
        if (shape.Length > 0 && shape[0] > 1)
            throw new InputException(
                file,
                $"{declared}, {shape[0]} at once",
                "Export it with a batch of any size or one"
            );
        var input = Of(shape, config) ?? throw new InputException(file, declared, Advice);
        if (input is FilterBankInput && config.Kind is not (null or "ASTFeatureExtractor"))
            throw new InputException(
                file,
                $"has a preprocessor configuration of {config.Kind}, whose filter bank is not known here",
                "Export the network with the waveform as its input, the filter bank within"
            );
        return new EncoderInputs(name, input, mask, lengths);
    }

    private static IEncoderInput? Of(int[] shape, PreprocessorConfig config)
    {
        static bool Wave(int size) => size < 0 || size >= Recording.SampleRate / 10;
        int? Fixed(int size) => size < 0 ? null : size;
        bool Bands(int size) => size is >= MinBands and <= MaxBands && (config.Bands ?? size) == size;
        var whisper = config.Kind == "WhisperFeatureExtractor";
        return shape switch
        {
            [_, var n] when Wave(n) => new WaveformInput(config.Normalizes, hasChannels: false, Fixed(n)),
            [_, 1, var n] when Wave(n) => new WaveformInput(config.Normalizes, hasChannels: true, Fixed(n)),
            [_, var bands, var frames] when Bands(bands) && (whisper || frames == 3000) => new WhisperInput(
                bands,
                frames < 0 ? config.Seconds : frames / 100
            ),
            [_, < 0, var frames] when whisper => new WhisperInput(
                config.Bands ?? 80,
                frames < 0 ? config.Seconds : frames / 100
            ),
            [_, var frames, var bands] when Bands(bands) => new FilterBankInput(
                bands,
                config with
                {
                    MaxFrames = Fixed(frames) ?? config.MaxFrames,
                }
            ),
            [_, _, < 0] when config is { Kind: not null, Bands: { } bands } && Bands(bands) => new FilterBankInput(
                bands,
                config
            ),
            _ => null,
        };
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names);
}
