using System.Text.Json;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Runs;

namespace Prosodia.Training.Experiments;

/// <summary>
/// A whole evaluation: recordings to key spectrograms, to features, through every fold to the figures.
/// </summary>
internal static class Experiment
{
    /// <summary>Runs an evaluation, or the folds of it that its folder doesn't hold yet.</summary>
    /// <param name="manifest">The corpus.</param>
    /// <param name="options">The model, the protocol and their settings.</param>
    /// <param name="folder">Where folds are kept.</param>
    /// <param name="restart">True forgets folds that were finished before.</param>
    /// <param name="progress">Reports progress; called by any thread.</param>
    /// <param name="cancellationToken">Stops; finished folds stay kept.</param>
    /// <returns>The outcome, and what became of recordings that could not be used or were odd.</returns>
    /// <exception cref="InputException">Nothing can be evaluated; the message says why.</exception>
    public static (EvaluationResult Result, ExperimentCorpus Corpus) Run(
        Manifest manifest,
        ExperimentOptions options,
        string folder,
        bool restart,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var (setup, corpus, folds, speeds) = Folds(
            PredictionKind.Classes,
            manifest,
            options,
            folder,
            restart,
            progress,
            cancellationToken
        );
        return (
            new EvaluationResult(setup, corpus.Classes, folds)
            {
                SegmentsPerUtterance = corpus.SegmentsPerUtterance,
                Speeds = speeds,
            },
            corpus
        );
    }

    /// <inheritdoc cref="Run"/>
    public static (RegressionResult Result, ExperimentCorpus Corpus) RunRegression(
        Manifest manifest,
        ExperimentOptions options,
        string folder,
        bool restart,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var (setup, corpus, folds, _) = Folds(
            PredictionKind.Numbers,
            manifest,
            options,
            folder,
            restart,
            progress,
            cancellationToken
        );
        return (
            new RegressionResult(setup, options.Truth.Targets, folds)
            {
                People = [.. options.Truth.Targets.Select(t => AgreementOn(t, corpus.Utterances))],
            },
            corpus
        );
    }

    private static (
        EvaluationSetup Setup,
        ExperimentCorpus Corpus,
        IReadOnlyList<FoldResult<TPrediction>> Folds,
        IReadOnlyList<int> Speeds
    ) Folds<TPrediction>(
        PredictionKind<TPrediction> kind,
        Manifest manifest,
        ExperimentOptions options,
        string folder,
        bool restart,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        var (corpus, splits) = Read(manifest, options, folder, progress, cancellationToken);
        var setup = options.Describe(manifest);
        var run = RunFolder.Open(folder, Fingerprint(setup, corpus), restart);
        var validation = kind.ValidationOf(corpus, options);
        return (setup, corpus, validation.Run(splits, run, progress, cancellationToken), validation.Speeds);
    }

    /// <summary>How well each rater agrees with the others on a number; null where raters are not known.</summary>
    private static RegressionMetrics? AgreementOn(NumericTarget target, IReadOnlyList<Utterance> utterances) =>
        RaterAgreement.Of([
            .. utterances.Select(u =>
                Ratings.ValuesOf(u, target.Name).Select(DecimalNumber.Parse).OfType<double>().ToArray()
            ),
        ]);

    /// <summary>
    /// Runs one fold of an evaluation and keeps it in the evaluation's folder, for <see cref="Run"/> to find there.
    /// </summary>
    /// <param name="manifest">The corpus.</param>
    /// <param name="options">The model, the protocol and their settings.</param>
    /// <param name="folder">Where folds are kept.</param>
    /// <param name="fold">The fold's name.</param>
    /// <param name="progress">Reports progress; called by any thread.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>What became of recordings that could not be used or were odd.</returns>
    /// <exception cref="InputException">There is no such fold, or nothing can be evaluated.</exception>
    public static ExperimentCorpus RunFold(
        Manifest manifest,
        ExperimentOptions options,
        string folder,
        string fold,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        var (corpus, splits) = Read(manifest, options, folder, progress, cancellationToken);
        var (number, split) = splits.Index().FirstOrDefault(s => s.Item.Name == fold);
        if (split is null)
            throw new InputException(
                fold,
                $"is no fold of {options.Protocol.Name}",
                $"Choose one of: {string.Join(", ", splits.Select(s => s.Name))}"
            );
        var run = RunFolder.Open(folder, Fingerprint(options.Describe(manifest), corpus), restart: false);
        if (options.Truth.Targets.Count > 0)
            Run(PredictionKind.Numbers);
        else
            Run(PredictionKind.Classes);
        return corpus;

        void Run<TPrediction>(PredictionKind<TPrediction> kind) =>
            kind.ValidationOf(corpus, options).Run([split], run, progress, cancellationToken, _ => number);
    }

    /// <summary>Where the measurements of an evaluation's recordings are kept until its report is written.</summary>
    public static string MeasurementsOf(string folder) => Path.Combine(folder, "measured");

    private static (ExperimentCorpus Corpus, IReadOnlyList<Fold> Splits) Read(
        Manifest manifest,
        ExperimentOptions options,
        string folder,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var corpus = ExperimentCorpus.Read(manifest, options, MeasurementsOf(folder), progress, cancellationToken);
        return (corpus, options.Protocol.Split(corpus.Utterances, options.Training.Seed));
    }

    /// <summary>Differs whenever folds kept earlier would not be what this program makes of these recordings.</summary>
    /// <param name="setup">What is evaluated.</param>
    /// <param name="corpus">The recordings, each with its SHA-256.</param>
    internal static string Fingerprint(object setup, ExperimentCorpus corpus)
    {
        var program = new[] { typeof(Experiment), typeof(Utterance), typeof(InputException) }.Select(t =>
            t.Module.ModuleVersionId.ToString()
        );
        var rows = corpus.Utterances.Select(u =>
            $"{u.Sha256}\t{u.Speaker}\t{u.Sex}\t{u.Emotion}\t{corpus.Truth.Fingerprint(u)}"
        );
        var text = string.Join('\n', [JsonSerializer.Serialize(setup), .. program, .. rows]);
        return Sha256Hash.Of(text) + "\n";
    }
}
