using System.Text;
using Microsoft.ML.OnnxRuntime;
using Prosodia.Onnx;

namespace Prosodia.Recognition;

/// <summary>What a model says of an utterance.</summary>
/// <param name="Probabilities">Of each emotion, in the order of its card.</param>
/// <param name="Distance">How far the features are from those of training, as <see cref="FeatureAdaptation.Distance"/>
/// measures it.</param>
/// <param name="Dimensions">The numbers that it predicts, in the order of its card; empty for none.</param>
internal readonly record struct ModelOutput(double[] Probabilities, float Distance, double[] Dimensions);

/// <summary>A trained model: an ONNX graph and its card. Thread-safe.</summary>
internal sealed class EmotionModel : IDisposable
{
    /// <summary>Names of the tensors that a model's ONNX graph has.</summary>
    internal const string FeaturesInput = "features",
        ShiftInput = "shift",
        GainInput = "gain",
        ProbabilitiesOutput = "probabilities",
        DimensionsOutput = "dimensions",
        DeviatesOutput = "deviates",
        ContributionsOutput = "contributions";

    private readonly InferenceSession _session;
    private readonly ReaderWriterLockSlim _running = new(); // a run that goes on keeps the session from being disposed
    private bool _disposed;

    private EmotionModel(byte[] onnx, ModelCard card, string name, string? folder)
    {
        Card = card;
        var sha256 = Sha256Hash.Of(onnx);
        if (sha256 != card.Sha256)
            throw new InputException(
                name,
                $"is not the file that its card describes: its SHA-256 is {sha256}, the card says {card.Sha256}",
                "Copy both files again from where they were trained"
            );
        try
        {
            _session = OnnxSession.Open(onnx);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InputException(
                name,
                $"cannot be run ({e.Message.Split('\n')[0].TrimEnd('.')})",
                "Copy it again from where it was trained"
            );
        }
        try
        {
            Features = card.Encoder is { } encoder
                ? new EncoderFeatures(ModelEncoderFile.Open(encoder, _session, name, folder), encoder.Layer)
                : ModelFeatures.Acoustic;
            if (Features is EncoderFeatures { Encoder: var opened } && opened.Description != card.Encoder!.Description)
                throw new InputException(
                    name,
                    $"was trained on: {card.Encoder.Description}. The encoder beside it takes and gives: "
                        + opened.Description,
                    "Copy the encoder's preprocessor_config.json from where the model was trained, too"
                );
            if (card.Dimensions is { Count: > 0 } && !_session.OutputNames.Contains(DimensionsOutput))
                throw new InputException(
                    name,
                    "does not give the dimensions that its card names",
                    "Copy both files again from where they were trained"
                );
            if (card.FeatureSet != Features.Id)
                throw new InputException(
                    name,
                    "reads other features than this program measures",
                    "Use the program that trained it, or train it again with: prosodia train"
                );
        }
        catch
        {
            Features?.Dispose();
            _session.Dispose();
            throw;
        }
    }

    /// <summary>What is known of it.</summary>
    public ModelCard Card { get; }

    /// <summary>What it reads of a stretch of sound.</summary>
    public IUtteranceFeatures Features { get; }

    /// <summary>
    /// The models that the program brings: of all corpora at hand, for non-commercial use, and of those that allow
    /// commercial use.
    /// </summary>
    public static IReadOnlyList<string> BundledNames { get; } = ["prosodia", "prosodia-open"];

    /// <summary>Opens the first of the bundled models.</summary>
    public static EmotionModel OpenDefault() => OpenBundled(BundledNames[0]);

    private static EmotionModel OpenBundled(string name) =>
        Open(
            EmbeddedFile.Bytes(name + ".onnx"),
            Encoding.UTF8.GetString(EmbeddedFile.Bytes(name + ".json")),
            $"the bundled model {name}"
        );

    /// <summary>Opens a model from memory.</summary>
    /// <param name="onnx">The bytes of its ONNX file.</param>
    /// <param name="card">The text of its card.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InputException">It is damaged, or of another version.</exception>
    public static EmotionModel Open(byte[] onnx, string card, string name) =>
        new(onnx, ModelCard.Parse(card, name), name, folder: null);

    /// <summary>Opens a bundled model, or one that <c>prosodia train</c> wrote.</summary>
    /// <param name="file">Its name, or the .onnx file; its card, a .json of the same name, lies beside it.</param>
    /// <exception cref="InputException">A file is missing, damaged, or of another version.</exception>
    public static EmotionModel Open(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        if (BundledNames.Contains(file))
            return OpenBundled(file);
        foreach (var input in new[] { file, Path.ChangeExtension(file, ".json") })
            OutputGuard.Reads(input);
        return OpenWritten(file);
    }

    /// <summary>Opens a model that this run has written itself.</summary>
    /// <param name="file">The .onnx file.</param>
    /// <exception cref="InputException">A file is missing, damaged, or of another version.</exception>
    internal static EmotionModel OpenWritten(string file)
    {
        var card = Path.ChangeExtension(file, ".json");
        var reading = file;
        try
        {
            var onnx = File.ReadAllBytes(file);
            reading = card;
            return new EmotionModel(
                onnx,
                ModelCard.Parse(File.ReadAllText(card), card),
                file,
                Path.GetDirectoryName(Path.GetFullPath(file))
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw reading == card && e is FileNotFoundException
                ? new InputException(
                    card,
                    "does not exist, and a model is nothing without its card",
                    "Copy it from where the model was trained"
                )
                : InputException.From(reading, e);
        }
    }

    /// <summary>Measures what it reads of a stretch of sound.</summary>
    /// <param name="samples">At 16 kHz.</param>
    internal float[] FeaturesOf(ReadOnlySpan<float> samples)
    {
        _running.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return Features.Of(samples);
        }
        finally
        {
            _running.ExitReadLock();
        }
    }

    /// <summary>Asks for the probabilities of the emotions.</summary>
    internal ModelOutput Run(float[] features, FeatureAdaptation? adaptation = null) => Run([features], adaptation)[0];

    /// <summary>Asks for the probabilities of several utterances at once.</summary>
    internal ModelOutput[] Run(IReadOnlyList<float[]> features, FeatureAdaptation? adaptation = null)
    {
        if (features.Count == 0)
            return [];
        var dimensions = Card.Dimensions ?? [];
        using var results = Outputs(
            [.. features.SelectMany(f => f)],
            features.Count,
            adaptation,
            dimensions.Count == 0
                ? [ProbabilitiesOutput, DeviatesOutput]
                : [ProbabilitiesOutput, DeviatesOutput, DimensionsOutput]
        );
        float[][] numbers =
            dimensions.Count == 0
                ? [.. features.Select(_ => Array.Empty<float>())]
                : [.. results[2].GetTensorDataAsSpan<float>().ToArray().Chunk(dimensions.Count)];
        var probabilities = results[0].GetTensorDataAsSpan<float>().ToArray().Chunk(Card.Emotions.Count);
        var deviates = results[1].GetTensorDataAsSpan<float>().ToArray().Chunk(features[0].Length);
        return
        [
            .. probabilities
                .Zip(deviates, (p, d) => (Probabilities: p, Deviates: d))
                .Zip(
                    numbers,
                    (output, n) =>
                        new ModelOutput(
                            [.. output.Probabilities.Select(x => (double)x)],
                            FeatureAdaptation.Distance(output.Deviates),
                            [.. n.Zip(dimensions, (x, of) => Math.Clamp(x, of.Low, of.High))]
                        )
                ),
        ];
    }

    /// <summary>
    /// Asks how far each feature is from the training recordings' middle, in deviations, and what it adds to each
    /// emotion's score, (features, emotions).
    /// </summary>
    internal (float[] Deviates, float[] Contributions) Explain(float[] features, FeatureAdaptation? adaptation = null)
    {
        using var results = Outputs(features, 1, adaptation, DeviatesOutput, ContributionsOutput);
        return (results[0].GetTensorDataAsSpan<float>().ToArray(), results[1].GetTensorDataAsSpan<float>().ToArray());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _running.EnterWriteLock();
        try
        {
            if (!_disposed)
            {
                _session.Dispose();
                Features.Dispose();
            }
            _disposed = true;
        }
        finally
        {
            _running.ExitWriteLock();
        }
    }

    /// <summary>How far each feature is from the training recordings' middle, in deviations.</summary>
    internal float[] Deviates(float[] features)
    {
        using var results = Outputs(features, 1, null, DeviatesOutput);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private IDisposableReadOnlyCollection<OrtValue> Outputs(
        float[] features,
        int utterances,
        FeatureAdaptation? adaptation,
        params string[] names
    )
    {
        _running.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            using var input = OrtValue.CreateTensorValueFromMemory(
                features,
                [utterances, features.Length / utterances]
            );
            using var options = new RunOptions();
            if (adaptation is null)
                return _session.Run(options, [FeaturesInput], [input], names);
            using OrtValue shift = Vector(adaptation.Shift),
                gain = Vector(adaptation.Gain);
            return _session.Run(options, [FeaturesInput, ShiftInput, GainInput], [input, shift, gain], names);
        }
        finally
        {
            _running.ExitReadLock();
        }
    }

    private static OrtValue Vector(float[] values) => OrtValue.CreateTensorValueFromMemory(values, [values.Length]);
}
