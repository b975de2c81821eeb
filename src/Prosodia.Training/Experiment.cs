using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Prosodia.Corpora;
using Prosodia.Encoders;
using Prosodia.Evaluation;
using Prosodia.Evaluation.Protocols;
using Prosodia.KeySegments;
using Prosodia.Spectrograms;
using Prosodia.Training.Networks;
using static TorchSharp.torch;

namespace Prosodia.Training;

/// <summary>The models that can be evaluated.</summary>
public enum Model
{
    /// <summary>A small CNN over key segments, trained in each fold together with the BiLSTM.</summary>
    Compact,

    /// <summary>The paper's: frozen ResNet-101 features and the BiLSTM.</summary>
    Paper,
}

/// <summary>What an evaluation consists of, beside its corpus.</summary>
/// <param name="Model">The model.</param>
/// <param name="Protocol">The folds.</param>
/// <param name="KeySegments">How key segments are chosen.</param>
/// <param name="Training">How networks are trained; its seed is the seed of everything.</param>
public sealed record ExperimentOptions(Model Model, IProtocol Protocol, KeySegmentOptions KeySegments, TrainingOptions Training)
{
    /// <summary>Which channel of the recordings to keep, from 1; null averages them.</summary>
    public int? Channel { get; init; }

    /// <summary>What every reader of the figures must know about the corpus; or null.</summary>
    public string? Note { get; init; }
}

/// <summary>How far an experiment is.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">How much of it is done.</param>
/// <param name="Total">How much there is.</param>
public readonly record struct StageProgress(string Stage, double Done, double Total);

/// <summary>A whole evaluation: recordings to key spectrograms, to features, through every fold to the figures.</summary>
public static class Experiment
{
    private const string FormulaWeightsNote =
        "The ResNet-101 weights come from a formula and were not pretrained, so these are not the paper's features.";

    /// <summary>Runs an evaluation, or the folds of it that its folder doesn't hold yet.</summary>
    /// <param name="manifest">The corpus.</param>
    /// <param name="options">The model, the protocol and their settings.</param>
    /// <param name="folder">Where folds are kept.</param>
    /// <param name="restart">True forgets folds that were finished before.</param>
    /// <param name="progress">Told how far it is, by any thread.</param>
    /// <param name="cancel">Stops; finished folds stay kept.</param>
    /// <returns>The outcome, and what became of recordings that could not be used or were odd.</returns>
    /// <exception cref="InputException">Nothing can be evaluated; the message says why.</exception>
    public static (EvaluationResult Result, KeySpectrograms Corpus) Run(Manifest manifest, ExperimentOptions options, string folder,
        bool restart, Action<StageProgress> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        var corpus = Read(manifest, options, progress, cancel);
        string[] classes = corpus.Utterances.Emotions();
        if (classes.Length < 2)
            throw new InputException(manifest.Name, $"has only the emotion {classes[0]}", "At least two are needed to tell apart");

        var setup = Describe(manifest, options);
        var splits = options.Protocol.Split(corpus.Utterances, options.Training.Seed);
        var run = RunFolder.Open(folder, Fingerprint(setup, corpus.Utterances), restart);
        var set = Inputs(options.Model, corpus, classes, run, splits, progress, cancel);

        Func<Generator, nn.Module<Tensor, Tensor, Tensor>> network = options.Model == Model.Compact
            ? generator => new CompactNetwork(classes.Length, options.Training.Dropout, generator)
            : generator => new BiLstmClassifier(ResNet101.Outputs, classes.Length, options.Training.Dropout, generator);
        var epochs = splits.ToDictionary(s => s.Name, _ => 0);
        void Tell(string fold, int epoch)
        {
            lock (epochs)
            {
                epochs[fold] = epoch;
                progress(new StageProgress("Training folds", epochs.Values.Sum(), (double)splits.Count * options.Training.Epochs));
            }
        }
        var folds = new CrossValidation(corpus.Utterances, set, classes, network, options.Training).Run(splits, run,
            (split, point) => Tell(split.Name, point.Epoch), fold => Tell(fold.Name, options.Training.Epochs), cancel);
        return (new EvaluationResult(setup, classes, folds), corpus);
    }

    private static KeySpectrograms Read(Manifest manifest, ExperimentOptions options, Action<StageProgress> progress, CancellationToken cancel)
    {
        InputException[] refused = [.. manifest.Speakers.Select(options.Protocol.Refuses).OfType<InputException>()];
        Utterance[] usable = [.. manifest.Utterances.Where(u => options.Protocol.Refuses(u.Speaker) is null)];
        if (usable.Length == 0) throw refused[0];
        var read = 0;
        var corpus = KeySpectrograms.Read(usable, options.KeySegments, options.Channel,
            () => progress(new StageProgress("Reading recordings", Interlocked.Increment(ref read), usable.Length)), cancel);
        // What reading left over is as much again as the spectrograms, and training allocates outside the collector's sight.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return corpus with { Problems = [.. refused, .. corpus.Problems] };
    }

    private static SequenceSet Inputs(Model model, KeySpectrograms corpus, string[] classes, RunFolder run,
        IReadOnlyList<Split> splits, Action<StageProgress> progress, CancellationToken cancel)
    {
        int[] labels = [.. corpus.Utterances.Select(u => Array.IndexOf(classes, u.Emotion))];
        if (model == Model.Compact) return new SequenceSet(corpus.Values, [Stft.Bins, Stft.Frames], labels);
        if (splits.All(s => run.Finished(s.Name) is not null)) return new SequenceSet([], [ResNet101.Outputs], labels);

        using var encoder = ResNet101.WithFormulaWeights();
        var encoded = 0;
        float[][] features = [.. corpus.Values.Select(v =>
        {
            cancel.ThrowIfCancellationRequested();
            var f = encoder.Encode(v);
            progress(new StageProgress("Encoding key segments", encoded += v.Length / Stft.Size, corpus.Count));
            return f;
        })];
        return new SequenceSet(features, [ResNet101.Outputs], labels);
    }

    private static EvaluationSetup Describe(Manifest manifest, ExperimentOptions options)
    {
        string?[] notes = [options.Note, options.Model == Model.Paper ? FormulaWeightsNote : null];
        var note = string.Join(" ", notes.Where(n => n is not null));
        var training = options.Training;
        return new EvaluationSetup(options.Protocol.Name, options.Protocol.Description, manifest.Name,
            options.Model.ToString().ToLowerInvariant(), note.Length > 0 ? note : null, training.Seed,
            new Dictionary<string, double>
            {
                ["beta"] = options.KeySegments.Beta,
                ["kmeans_starts"] = options.KeySegments.Starts,
                ["channel"] = options.Channel ?? 0,
                ["epochs"] = training.Epochs,
                ["validate_every"] = training.ValidateEvery,
                ["patience"] = training.Patience,
                ["batch"] = training.Batch,
                ["learning_rate"] = training.LearningRate,
                ["weight_decay"] = training.WeightDecay,
                ["dropout"] = training.Dropout,
            });
    }

    /// <summary>Differs whenever folds kept earlier would not be what this program makes of these recordings.</summary>
    private static string Fingerprint(EvaluationSetup setup, IEnumerable<Utterance> utterances)
    {
        var program = new[] { typeof(Experiment), typeof(Utterance) }.Select(t => t.Module.ModuleVersionId.ToString());
        var rows = utterances.Select(u => $"{u.Sha256}\t{u.Speaker}\t{u.Sex}\t{u.Emotion}");
        var text = string.Join('\n', [JsonSerializer.Serialize(setup), .. program, .. rows]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))) + "\n";
    }
}
