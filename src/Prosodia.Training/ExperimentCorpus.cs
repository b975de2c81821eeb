using Prosodia.Corpora;
using Prosodia.Features;
using Prosodia.Spectrograms;

namespace Prosodia.Training;

/// <summary>A corpus as networks see it.</summary>
/// <param name="Utterances">The utterances that could be read, each with the SHA-256 of its file.</param>
/// <param name="ItemShape">The shape of an item, one a key segment.</param>
/// <param name="Items">The items of each utterance, row-major.</param>
/// <param name="Problems">What could not be used, each with why.</param>
/// <param name="Warnings">What was odd about recordings that could be used.</param>
public sealed record ExperimentCorpus(IReadOnlyList<Utterance> Utterances, long[] ItemShape, IReadOnlyList<float[]> Items,
    IReadOnlyList<InputException> Problems, IReadOnlyList<string> Warnings)
{
    /// <summary>The emotions: the classes of every table and matrix.</summary>
    public string[] Classes { get; } = Utterances.Emotions();

    /// <summary>The input of networks.</summary>
    public SequenceSet Sequences => new(Items, ItemShape, [.. Utterances.Select(u => Array.IndexOf(Classes, u.Emotion))]);

    /// <summary>The mean number of items of an utterance.</summary>
    public double ItemsPerUtterance => Items.Sum(i => (double)i.Length) / ItemShape.Aggregate(1L, (a, b) => a * b) / Items.Count;

    /// <summary>Reads recordings and makes them what the model sees.</summary>
    /// <param name="manifest">The corpus.</param>
    /// <param name="options">The model and how key segments are chosen.</param>
    /// <param name="progress">Told how far it is, by any thread.</param>
    /// <param name="cancel">Stops between recordings.</param>
    /// <exception cref="InputException">No recording can be used, or they are all of one emotion.</exception>
    public static ExperimentCorpus Read(Manifest manifest, ExperimentOptions options, Action<StageProgress> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        InputException[] refused = [.. manifest.Speakers.Select(options.Protocol.Refuses).OfType<InputException>()];
        Utterance[] usable = [.. manifest.Utterances.Where(u => options.Protocol.Refuses(u.Speaker) is null)];
        if (usable.Length == 0) throw refused[0];
        var read = options.Model == Model.Compact ? Spectrograms(usable, options, progress, cancel) : Features(usable, options, progress, cancel);
        // What reading left over is as much again as what it gave, and training allocates outside the collector's sight.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return read.Classes.Length >= 2
            ? read with { Problems = [.. refused, .. read.Problems] }
            : throw new InputException(manifest.Name, $"has only the emotion {read.Classes[0]}", "At least two are needed to tell apart");
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
}
