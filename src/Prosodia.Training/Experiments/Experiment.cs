using System.Text.Json;
using Prosodia.Evaluation.Corpora;
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
        ArgumentNullException.ThrowIfNull(options);
        var (corpus, splits) = Read(manifest, options, folder, progress, cancellationToken);
        var setup = options.Describe(manifest);
        var run = RunFolder.Open(folder, Fingerprint(setup, corpus.Utterances), restart);
        var validation = new CrossValidation(corpus, options.Model, options.Training);
        var folds = validation.Run(splits, run, progress, cancellationToken);
        return (
            new EvaluationResult(setup, corpus.Classes, folds)
            {
                SegmentsPerUtterance = corpus.SegmentsPerUtterance,
                Speeds = validation.Speeds,
            },
            corpus
        );
    }

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
        var run = RunFolder.Open(folder, Fingerprint(options.Describe(manifest), corpus.Utterances), restart: false);
        new CrossValidation(corpus, options.Model, options.Training).Run(
            [split],
            run,
            progress,
            cancellationToken,
            _ => number
        );
        return corpus;
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
    /// <param name="utterances">The recordings, each with its SHA-256.</param>
    internal static string Fingerprint(object setup, IEnumerable<Utterance> utterances)
    {
        var program = new[] { typeof(Experiment), typeof(Utterance), typeof(InputException) }.Select(t =>
            t.Module.ModuleVersionId.ToString()
        );
        var rows = utterances.Select(u => $"{u.Sha256}\t{u.Speaker}\t{u.Sex}\t{u.Emotion}");
        var text = string.Join('\n', [JsonSerializer.Serialize(setup), .. program, .. rows]);
        return Sha256Hash.Of(text) + "\n";
    }
}
