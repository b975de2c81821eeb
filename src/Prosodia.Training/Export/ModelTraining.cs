using System.Globalization;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Protocols;
using Prosodia.Recognition;

namespace Prosodia.Training.Export;

/// <summary>What the card of a model says that its recordings don't.</summary>
/// <param name="Name">What users call it.</param>
/// <param name="Languages">Languages of the recordings.</param>
/// <param name="License">Under which terms it may be used.</param>
/// <param name="Command">What makes it again.</param>
internal sealed record ModelDescription(string Name, IReadOnlyList<string> Languages, string License, string Command);

/// <summary>A trained model with its card.</summary>
/// <param name="Onnx">The bytes of its ONNX file.</param>
/// <param name="Card">Its card.</param>
/// <param name="Predictions">What models trained the same way predicted for each recording out of fold, without its
/// speaker in training.</param>
/// <param name="Problems">Recordings that could not be used.</param>
/// <param name="Warnings">What was odd about others.</param>
internal sealed record TrainedModel(
    byte[] Onnx,
    ModelCard Card,
    IReadOnlyList<Prediction> Predictions,
    IReadOnlyList<InputException> Problems,
    IReadOnlyList<string> Warnings
);

/// <summary>
/// Trains a model of <see cref="EmotionModel"/>'s kind from all recordings of corpora, and measures how well that does
/// on corpora left out, or on unseen speakers where there is one corpus.
/// </summary>
internal static class ModelTraining
{
    /// <summary>What cards call the figures on corpora given to test on.</summary>
    public const string TestCorpora = "test-corpora";

    private const int Groups = 6;

    /// <summary>Trains a model.</summary>
    /// <param name="manifest">The corpus, or several joined.</param>
    /// <param name="description">What its card says of it.</param>
    /// <param name="seed">The same seed and recordings give the same model.</param>
    /// <param name="tested">Names of corpora of the manifest to measure the model on, which it is not trained on;
    /// without any, corpora or speakers are left out in turn.</param>
    /// <param name="keptIn">The folder where measurements are kept for as long as the work lasts.</param>
    /// <param name="encoder">What reads whole utterances; null for the program's own features.</param>
    /// <param name="targets">Numbers that it predicts beside the emotions.</param>
    /// <param name="progress">Reports progress; called by any thread.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="InputException">No recording can be used, or there are too few speakers or
    /// emotions.</exception>
    public static TrainedModel Train(
        Manifest manifest,
        ModelDescription description,
        int seed,
        IReadOnlyCollection<string> tested,
        string keptIn,
        TrainedEncoder? encoder,
        IReadOnlyList<NumericTarget> targets,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(progress);
        var (unrated, warnings) = DimensionTraining.Check(manifest, targets, seed);
        var corpus = ModelCorpus.Measure(
            manifest,
            keptIn,
            progress,
            cancellationToken,
            encoder?.Utterances,
            encoder?.Layer
        );
        if (tested.Count > 0 && !corpus.IsApart)
            throw new InputException(
                manifest.Name,
                "cannot be tested on corpora that share speakers with those of training or lack an emotion",
                "Give corpora that are apart, or leave --test out"
            );
        var training = corpus.Utterances.Where(u => !tested.Contains(u.Detail(Manifest.CorpusColumn))).ToArray();
        IProtocol protocol =
            corpus.IsApart && tested.Count == 0
                ? new LeaveOneOut("corpus", Manifest.CorpusColumn)
                : new SpeakerGroups(Groups);
        IReadOnlyList<Fold> splits = tested.Count > 0 ? [] : protocol.Split(corpus.Utterances, seed);
        var fit = new LayerFitting(corpus.Layers, seed);
        var trial = new ModelTrial(corpus, tested.Count > 0 ? TestCorpora : protocol.Name);
        foreach (var (i, split) in splits.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var known = corpus.Numbers([.. split.Train, .. split.Validation]);
            trial.Test(fit.Fit(known).Fit, corpus.Numbers(split.Test));
            progress(new StageProgress("Training", i + 1, splits.Count + 1));
        }
        var (layer, final) = fit.Fit(corpus.Numbers(training));
        if (tested.Count > 0)
            trial.Test(final, corpus.Numbers([.. corpus.Utterances.Except(training)]));
        progress(new StageProgress("Training", splits.Count + 1, splits.Count + 1));
        var (model, dimensions) = (final.Model, (ModelDimension[]?)null);
        if (targets.Count > 0)
        {
            (var head, dimensions) = new DimensionTraining(corpus, targets, seed).Train(
                final.Examples,
                corpus.Numbers(training),
                model.Scale,
                progress,
                cancellationToken
            );
            model = model with { Dimensions = head };
            warnings =
            [
                .. warnings,
                .. dimensions
                    .Where(d => !(d.CccCi95 is [> 0, _] || (d.CccCi95.Length == 0 && d.Ccc > 0)))
                    .Select(d =>
                        FormattableString.Invariant(
                            $"nothing shows that the model knows {d.Name}: CCC {d.Ccc:0.000} on {d.Protocol}"
                        )
                    ),
            ];
        }
        var onnx = model.ToOnnx(encoder?.Embedded());
        var card = new ModelCard(
            ModelCard.CurrentFormat,
            description.Name,
            Sha256Hash.Of(onnx),
            DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            corpus.Examples.Emotions,
            encoder is null ? ModelFeatures.Acoustic.Id : EncoderFeatures.IdOf(encoder.Utterances, layer),
            description.Languages,
            description.License,
            Data(training, manifest.Name),
            trial.Figures(seed),
            trial.Abstention(final),
            description.Command
        )
        {
            Encoder = encoder?.Describe(layer),
            Dimensions = dimensions,
        };
        return new TrainedModel(
            onnx,
            card,
            trial.Predictions,
            [.. unrated, .. corpus.Problems],
            [.. warnings, .. corpus.Warnings]
        );
    }

    /// <summary>What a card says of the recordings.</summary>
    internal static TrainingCorpus[] Data(IReadOnlyList<Utterance> utterances, string name) =>
        [
            .. utterances
                .GroupBy(u => u.Detail(Manifest.CorpusColumn) is { Length: > 0 } corpus ? corpus : name)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new TrainingCorpus(
                    g.Key,
                    g.Count(),
                    g.Speakers().Length,
                    Sha256Hash.Of(string.Concat(g.Select(u => u.Sha256).Order(StringComparer.Ordinal)))
                )),
        ];
}
