using Prosodia.Encoders;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Recognition;
using Prosodia.Training.Export;

namespace Prosodia.Training;

/// <summary>Trains models that <see cref="EmotionRecognizer"/> opens.</summary>
public static class EmotionModelTrainer
{
    /// <summary>
    /// Trains a model on labeled recordings, measures it on corpora left out, or speakers left out of a single one, and
    /// writes it with its card.
    /// </summary>
    /// <param name="manifests">CSV files with a row a recording and the columns path, speaker and emotion. Of
    /// several, the emotions that all have are used.</param>
    /// <param name="modelPath">Where the model is written, <c>.onnx</c>; its card, <c>.json</c>, beside it. Measured
    /// features lie beside it until it is done, so that interrupted training continues.</param>
    /// <param name="options">What the card says; null for the defaults.</param>
    /// <param name="cancellationToken">Interrupts training.</param>
    /// <returns>The model's card, with its metrics on corpora or speakers left out; computed on the thread
    /// pool.</returns>
    /// <exception cref="InputException">The manifests or recordings cannot be used; the message says why.</exception>
    public static Task<ModelCard> TrainAsync(
        IReadOnlyList<string> manifests,
        string modelPath,
        TrainerOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(manifests);
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        options ??= new TrainerOptions();
        if (
            options.EncoderPath is { } encoder
            && new[] { modelPath, Path.ChangeExtension(modelPath, ".json") }.Any(o =>
                Path.GetFullPath(o) == Path.GetFullPath(encoder)
            )
        )
            throw new InputException(modelPath, "is the encoder itself", "Choose another name for the model");
        var targets = NumericTarget.ParseAll(options.Targets, out var odd);
        if (odd is not null)
            throw new ArgumentException(odd, nameof(options));
        var description = new ModelDescription(
            Path.GetFileNameWithoutExtension(modelPath),
            options.Languages,
            options.License,
            $"EmotionModelTrainer.TrainAsync, seed {options.Seed}"
        );
        return Task.Run(
            () =>
            {
                using var utterances = options.EncoderPath is { } path ? UtteranceEncoder.Open(path) : null;
                return Train(
                    ManifestJoin.Open(manifests, labels: null).Manifest,
                    description,
                    options.Seed,
                    tested: [],
                    modelPath,
                    utterances is null ? null : new TrainedEncoder(utterances, null, options.EmbedsEncoder),
                    targets,
                    options.Progress is { } progress ? progress.Report : _ => { },
                    cancellationToken
                ).Card;
            },
            cancellationToken
        );
    }

    /// <summary>Trains and writes; where the recordings cannot be used, no measurement of them stays.</summary>
    internal static TrainedModel Train(
        Manifest manifest,
        ModelDescription description,
        int seed,
        IReadOnlyCollection<string> tested,
        string modelPath,
        TrainedEncoder? encoder,
        IReadOnlyList<NumericTarget> targets,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var measured = modelPath + ".measured";
        try
        {
            var trained = ModelTraining.Train(
                manifest,
                description,
                seed,
                tested,
                measured,
                encoder,
                targets,
                progress,
                cancellationToken
            );
            OutputFile.Write(modelPath, trained.Onnx);
            OutputFile.Write(Path.ChangeExtension(modelPath, ".json"), trained.Card.ToJson());
            FeatureSet.Delete(measured);
            return trained;
        }
        catch (InputException)
        {
            FeatureSet.Delete(measured);
            throw;
        }
    }
}
