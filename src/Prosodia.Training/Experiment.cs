using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Prosodia.Corpora;
using Prosodia.Encoders;
using Prosodia.Evaluation;
using Prosodia.Evaluation.Protocols;
using Prosodia.Features;
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

    /// <summary>What makes the features of <see cref="Model.Paper"/>.</summary>
    public ChosenEncoder? Encoder { get; init; }

    /// <summary>The folder where its features are kept.</summary>
    public string Cache { get; init; } = "";
}

/// <summary>How far an experiment is.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">How much of it is done.</param>
/// <param name="Total">How much there is.</param>
public readonly record struct StageProgress(string Stage, double Done, double Total);

/// <summary>A corpus as networks see it.</summary>
/// <param name="Utterances">The utterances that could be read, each with the SHA-256 of its file.</param>
/// <param name="ItemShape">The shape of an item, one a key segment.</param>
/// <param name="Items">The items of each utterance, row-major.</param>
/// <param name="Problems">What could not be used, each with why.</param>
/// <param name="Warnings">What was odd about recordings that could be used.</param>
public sealed record ExperimentCorpus(IReadOnlyList<Utterance> Utterances, long[] ItemShape, IReadOnlyList<float[]> Items,
    IReadOnlyList<InputException> Problems, IReadOnlyList<string> Warnings);

/// <summary>A whole evaluation: recordings to key spectrograms, to features, through every fold to the figures.</summary>
public static class Experiment
{
    /// <summary>Runs an evaluation, or the folds of it that its folder doesn't hold yet.</summary>
    /// <param name="manifest">The corpus.</param>
    /// <param name="options">The model, the protocol and their settings.</param>
    /// <param name="folder">Where folds are kept.</param>
    /// <param name="restart">True forgets folds that were finished before.</param>
    /// <param name="progress">Told how far it is, by any thread.</param>
    /// <param name="cancel">Stops; finished folds stay kept.</param>
    /// <returns>The outcome, and what became of recordings that could not be used or were odd.</returns>
    /// <exception cref="InputException">Nothing can be evaluated; the message says why.</exception>
    public static (EvaluationResult Result, ExperimentCorpus Corpus) Run(Manifest manifest, ExperimentOptions options, string folder,
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
        var set = new SequenceSet(corpus.Items, corpus.ItemShape, [.. corpus.Utterances.Select(u => Array.IndexOf(classes, u.Emotion))]);

        Func<Generator, nn.Module<Tensor, Tensor, Tensor>> network = options.Model == Model.Compact
            ? generator => new CompactNetwork(classes.Length, options.Training.Dropout, generator)
            : generator => new BiLstmClassifier((int)corpus.ItemShape[0], classes.Length, options.Training.Dropout, generator);
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

    private static ExperimentCorpus Read(Manifest manifest, ExperimentOptions options, Action<StageProgress> progress, CancellationToken cancel)
    {
        InputException[] refused = [.. manifest.Speakers.Select(options.Protocol.Refuses).OfType<InputException>()];
        Utterance[] usable = [.. manifest.Utterances.Where(u => options.Protocol.Refuses(u.Speaker) is null)];
        if (usable.Length == 0) throw refused[0];
        var read = options.Model == Model.Compact ? Spectrograms(usable, options, progress, cancel) : Features(usable, options, progress, cancel);
        // What reading left over is as much again as what it gave, and training allocates outside the collector's sight.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return read with { Problems = [.. refused, .. read.Problems] };
    }

    private static ExperimentCorpus Spectrograms(Utterance[] utterances, ExperimentOptions options, Action<StageProgress> progress, CancellationToken cancel)
    {
        var done = 0;
        var read = KeySpectrograms.Read(utterances, options.KeySegments, options.Channel,
            () => progress(new StageProgress("Reading recordings", Interlocked.Increment(ref done), utterances.Length)), cancel);
        return new ExperimentCorpus(read.Utterances, [Stft.Bins, Stft.Frames], read.Values, read.Problems, read.Warnings);
    }

    private static ExperimentCorpus Features(Utterance[] utterances, ExperimentOptions options, Action<StageProgress> progress, CancellationToken cancel)
    {
        var encoder = options.Encoder ?? throw new ArgumentException("the model needs an encoder", nameof(options));
        var extraction = new FeatureExtraction(encoder.Encoder, new FeatureOptions(options.KeySegments, options.Channel));
        using var cache = extraction.OpenCache(options.Cache);
        var (found, encoded) = (0, 0);
        var features = extraction.Run(utterances, cache,
            () => progress(new StageProgress("Looking up recordings", Interlocked.Increment(ref found), utterances.Length)),
            all => progress(new StageProgress("Encoding recordings", Interlocked.Increment(ref encoded), all)), cancel);
        return new ExperimentCorpus(features.Utterances, [encoder.Encoder.Features],
            [.. features.Utterances.Select(u => features.Of(u).Values.ToArray())], features.Problems, features.Warnings);
    }

    private static EvaluationSetup Describe(Manifest manifest, ExperimentOptions options)
    {
        string?[] notes = [options.Note, options.Protocol.Note, options.Encoder?.Note];
        var note = string.Join(" ", notes.Where(n => n is not null));
        var training = options.Training;
        return new EvaluationSetup(options.Protocol.Name, options.Protocol.Description, manifest.Name,
            options.Model.ToString().ToLowerInvariant(), options.Encoder?.Name, note.Length > 0 ? note : null, training.Seed,
            new Dictionary<string, double>
            {
                ["beta"] = options.KeySegments.Beta,
                ["kmeans_starts"] = options.KeySegments.Starts,
                ["skip_silence_db"] = options.KeySegments.SilenceDecibels ?? 0,
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
