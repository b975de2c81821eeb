using System.Text.Json;
using Prosodia.Audio;

namespace Prosodia.Encoders;

/// <summary>What a network was trained to take, as far as its preprocessor configuration says.</summary>
/// <param name="Kind">The feature extractor, such as Wav2Vec2FeatureExtractor; null where no file says.</param>
/// <param name="Normalizes">Whether waveforms or filter banks are normalized.</param>
/// <param name="Bands">Mel bands; null where it is not said.</param>
/// <param name="MaxFrames">Frames that are padded or cut to; null for any number.</param>
/// <param name="Seconds">Seconds that are padded or cut to.</param>
/// <param name="Mean">What is subtracted from filter banks.</param>
/// <param name="Deviation">Half of what they are divided by then.</param>
internal sealed record PreprocessorConfig(
    string? Kind = null,
    bool Normalizes = true,
    int? Bands = null,
    int? MaxFrames = null,
    int Seconds = 30,
    float Mean = 0,
    float Deviation = 0.5f
)
{
    private const string FileName = "preprocessor_config.json";

    /// <summary>
    /// Reads the configuration beside a network: <c>NAME.preprocessor_config.json</c>, or
    /// <c>preprocessor_config.json</c> as the Hugging Face Hub has it.
    /// </summary>
    /// <param name="network">The network's file.</param>
    /// <returns>The configuration, and its text, which is empty where there is none.</returns>
    /// <exception cref="InputException">It cannot be read or asks for another sampling rate.</exception>
    public static (PreprocessorConfig Config, string Text) Beside(string network)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(network))!;
        string[] names = [$"{Path.GetFileNameWithoutExtension(network)}.{FileName}", FileName];
        var file = names.Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists);
        if (file is null)
            return (new PreprocessorConfig(), "");
        OutputGuard.Reads(file);
        var text = TextFile.Read(file);
        return (Parse(text, file), text);
    }

    /// <summary>Reads a configuration's text.</summary>
    /// <param name="text">JSON; empty for none.</param>
    /// <param name="name">What errors call it.</param>
    public static PreprocessorConfig Parse(string text, string name)
    {
        if (text.Length == 0)
            return new PreprocessorConfig();
        try
        {
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            T? Value<T>(string key, Func<JsonElement, T> read)
                where T : struct =>
                root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? read(value) : null;
            int? Count(string key) =>
                Value(key, v => v.GetInt32()) is not { } count ? null
                : count > 0 ? count
                : throw new FormatException($"{key} is {count}");
            var rate = Value("sampling_rate", v => v.GetInt32()) ?? Recording.SampleRate;
            if (rate != Recording.SampleRate)
                throw new InputException(name, $"asks for {rate} Hz", $"Networks of {Recording.SampleRate} Hz are run");
            return new PreprocessorConfig(
                root.TryGetProperty("feature_extractor_type", out var kind) ? kind.GetString() : null, // null is none
                Value("do_normalize", v => v.GetBoolean()) ?? true,
                Count("num_mel_bins") ?? Count("feature_size"),
                Count("max_length"),
                Count("chunk_length") ?? 30,
                Value("mean", v => v.GetSingle()) ?? 0,
                Value("std", v => v.GetSingle()) ?? 0.5f
            );
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InputException(
                name,
                $"is no preprocessor configuration ({e.Message.Split('\n')[0].TrimEnd('.')})",
                "Copy it again from where the network comes from, or delete it"
            );
        }
    }
}
