using System.Collections.Concurrent;
using System.Globalization;
using Prosodia.Audio;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Encoders;
using Prosodia.Features;
using Prosodia.KeySegments;

namespace Prosodia.Evaluation.FeatureStore;

/// <summary>How features are made.</summary>
/// <param name="KeySegments">How key segments are chosen.</param>
/// <param name="Channel">Which channel of the recordings to keep, from 1; null averages them.</param>
internal sealed record FeatureOptions(KeySegmentOptions KeySegments, int? Channel = null);

/// <summary>The features of a corpus, which stay in the cache until they are asked for.</summary>
/// <param name="Utterances">The utterances that could be read, each with the SHA-256 of its file.</param>
/// <param name="Cache">Where their features are.</param>
/// <param name="Problems">The recordings that could not be used, each with why.</param>
/// <param name="Warnings">What was odd about recordings that were read now.</param>
internal sealed record CorpusFeatures(
    IReadOnlyList<Utterance> Utterances,
    FeatureCache<KeyFeatures> Cache,
    IReadOnlyList<InputException> Problems,
    IReadOnlyList<string> Warnings
)
{
    /// <summary>The features of an utterance.</summary>
    public KeyFeatures Of(Utterance utterance)
    {
        ArgumentNullException.ThrowIfNull(utterance);
        return Cache.Get(utterance.Sha256);
    }
}

/// <summary>
/// Recordings to features, each recording once. Every core takes a recording from the file to its features on its own,
/// so reading, clustering and encoding overlap and memory doesn't grow with the corpus.
/// </summary>
/// <param name="encoder">What makes features of segments.</param>
/// <param name="options">How key segments are chosen.</param>
internal sealed class FeatureExtraction(SegmentEncoder encoder, FeatureOptions options)
{
    /// <summary>Everything that features depend on beside the recording: version, settings and encoder.</summary>
    public string Description
    {
        get
        {
            var k = options.KeySegments;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"features version {FeatureVersion.Current}\n"
                    + $"beta {k.Beta:R}, starts {k.Starts}, seed {k.Seed}, silence {k.SilenceDecibels ?? 0:R}, "
                    + $"{k.Choice} segments, {k.Distance} distance, channel {options.Channel ?? 0}\n"
                    + $"encoder {encoder.Sha256}\n{encoder.Description}"
            );
        }
    }

    /// <summary>Opens the cache of these features in a folder.</summary>
    public FeatureCache<KeyFeatures> OpenCache(string root) =>
        new(
            root,
            Description,
            new FeatureShardFormat(encoder.Features),
            $"Make room there, choose another folder with {UserFolder.Variable}, or use --no-cache"
        );

    /// <summary>Computes the features that the cache doesn't hold yet.</summary>
    /// <param name="utterances">The corpus.</param>
    /// <param name="cache">Where features are kept.</param>
    /// <param name="lookedUp">Called after each recording that was looked up.</param>
    /// <param name="encoded">Called after each recording that was encoded, of so many.</param>
    /// <param name="cancellationToken">Stops between recordings; what was computed of whole files
    /// stays.</param>
    /// <exception cref="InputException">Not one recording can be used.</exception>
    public CorpusFeatures Run(
        IReadOnlyList<Utterance> utterances,
        FeatureCache<KeyFeatures> cache,
        Action? lookedUp = null,
        Action<int>? encoded = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(utterances);
        ArgumentNullException.ThrowIfNull(cache);
        var files = UtterancesOfFile.Group(utterances);
        var hashed = new UtterancesOfFile?[files.Length];
        var problems = new ConcurrentDictionary<string, InputException>(); // by the utterance's name
        var warnings = new ConcurrentDictionary<string, IReadOnlyList<string>>();
        AllCores.For(
            files.Length,
            f =>
            {
                try
                {
                    hashed[f] = new UtterancesOfFile(files[f]);
                }
                catch (InputException problem)
                {
                    foreach (var utterance in files[f])
                        problems[utterance.Name] = problem;
                }
                foreach (var _ in files[f])
                    lookedUp?.Invoke();
            },
            cancellationToken
        );
        UtterancesOfFile[] found = [.. hashed.OfType<UtterancesOfFile>()];
        var asked = new HashSet<string>(); // hashes of recordings to encode, copies once
        (UtterancesOfFile File, Utterance[] Missing)[] work =
        [
            .. found
                .Select(f => (f, f.Utterances.Where(u => !cache.Contains(u.Sha256) && asked.Add(u.Sha256)).ToArray()))
                .Where(w => w.Item2.Length > 0),
        ];
        try
        {
            AllCores.ForEach(
                InTurn(work),
                w =>
                {
                    foreach (var (utterance, outcome, problem) in Encoded(w.File, w.Missing))
                    {
                        if (problem is not null)
                            problems[utterance.Name] = problems[utterance.Sha256] = problem; // copies have it, too
                        if (outcome is not { } encodedNow)
                            continue;
                        warnings[utterance.Name] = encodedNow.Warnings;
                        cache.Add(utterance.Sha256, encodedNow.Features);
                    }
                },
                cancellationToken
            );
        }
        finally
        {
            cache.Flush();
        }
        var hashes = found.SelectMany(f => f.Utterances).DistinctBy(u => u.Name).ToDictionary(u => u.Name);
        Utterance[] usable =
        [
            .. utterances
                .Select(u => hashes.GetValueOrDefault(u.Name))
                .OfType<Utterance>()
                .Where(u => cache.Contains(u.Sha256)),
        ];
        InputException[] leftOut =
        [
            .. utterances
                .Select(u =>
                    problems.GetValueOrDefault(u.Name)
                    ?? problems.GetValueOrDefault(hashes.GetValueOrDefault(u.Name)?.Sha256 ?? "")
                )
                .OfType<InputException>(),
        ];
        if (usable.Length == 0)
            throw leftOut[0];
        return new CorpusFeatures(
            usable,
            cache,
            leftOut,
            [.. usable.SelectMany(u => warnings.GetValueOrDefault(u.Name) ?? [])]
        );

        Measured<Encoding>[] Encoded(UtterancesOfFile file, Utterance[] missing)
        {
            // another process may have encoded some by now
            Utterance[] left = [.. missing.Where(u => !cache.Contains(u.Sha256))];
            for (var i = left.Length; i < missing.Length; i++)
                encoded?.Invoke(asked.Count);
            try
            {
                return file.Measure(
                    left,
                    options.Channel,
                    native: false,
                    Encode,
                    () => encoded?.Invoke(asked.Count),
                    cancellationToken
                );
            }
            catch (InputException problem)
            {
                return [.. left.Select(u => new Measured<Encoding>(u, null, problem))];
            }
        }

        Encoding Encode(Recording recording)
        {
            var segments = new SegmentedSpeech(recording.Samples);
            var keys = KeySegmentSelection.Select(segments, options.KeySegments).Keys;
            var features = new KeyFeatures(keys, encoder.Encode(segments, [.. keys.Select(k => k.Segment)]));
            return new Encoding(features, recording.Warnings);
        }
    }

    private sealed record Encoding(KeyFeatures Features, IReadOnlyList<string> Warnings);

    /// <summary>
    /// The shortest tenth comes last, the longest of it first, so that cores end together. Processes that fill a cache
    /// together begin at different places, so that they do different work.
    /// </summary>
    private static IEnumerable<(UtterancesOfFile File, Utterance[] Missing)> InTurn(
        (UtterancesOfFile File, Utterance[] Missing)[] files
    )
    {
        (UtterancesOfFile, Utterance[])[] longestFirst =
        [
            .. files.OrderByDescending(f => new FileInfo(f.Missing[0].Path).Length),
        ];
        var longer = longestFirst.Length - longestFirst.Length / 10;
        var start = Random.Shared.Next(Math.Max(1, longer));
        return [.. longestFirst[start..longer], .. longestFirst[..start], .. longestFirst[longer..]];
    }
}
