using System.Collections.Concurrent;
using Prosodia.Audio;
using Prosodia.Evaluation.Corpora;
using Prosodia.Features;

namespace Prosodia.Evaluation.FeatureStore;

/// <summary>What was measured of the recordings of a corpus.</summary>
/// <param name="Utterances">The utterances that could be read, each with its length and the SHA-256 of its
/// file.</param>
/// <param name="Values">The numbers of each.</param>
/// <param name="Problems">The recordings that could not be used, each with why.</param>
/// <param name="Warnings">What was odd about recordings that could be used.</param>
internal sealed record FeatureSet(
    IReadOnlyList<Utterance> Utterances,
    IReadOnlyList<float[][]> Values,
    IReadOnlyList<InputException> Problems,
    IReadOnlyList<string> Warnings
)
{
    private const long MaxBytes = 2L << 30; // in memory; what is beyond is read again from where it is kept

    /// <summary>
    /// Opens a folder for measurements, which is to be deleted with <see cref="Delete"/> once what they are for is
    /// written.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="description">Everything that they depend on beside the recording and the program's
    /// <see cref="FeatureVersion"/>.</param>
    public static FeatureCache<Measurement> OpenCache(string folder, string description) =>
        new(folder, $"{description}; features version {FeatureVersion.Current}", new MeasurementShards());

    /// <summary>Deletes measurements; a folder that holds something else keeps it.</summary>
    public static void Delete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                FeatureCache<Measurement>.DeleteFrom(folder);
        }
        catch (IOException)
        {
            // another process still measures for the same results, and will delete it
        }
    }

    /// <summary>Measures recordings on all cores; order and result don't depend on how many there are.</summary>
    /// <param name="utterances">What to measure.</param>
    /// <param name="measure">Measures a recording; called by several threads.</param>
    /// <param name="kept">Where measurements are kept, file by file, so that interrupted work goes on from
    /// there.</param>
    /// <param name="channel">Which channel to keep, from 1; null averages them.</param>
    /// <param name="done">Called after each recording.</param>
    /// <param name="cancellationToken">Stops between recordings.</param>
    /// <param name="native">Whether samples keep the rate of their file, instead of 16 kHz.</param>
    /// <param name="maxBytes">How much is held in memory; the rest is read from where it is kept each time that it is
    /// asked for.</param>
    /// <exception cref="InputException">Not one recording can be used, or measurements can't be kept.</exception>
    public static FeatureSet Of(
        IReadOnlyList<Utterance> utterances,
        Func<Recording, float[][]> measure,
        FeatureCache<Measurement> kept,
        int? channel = null,
        Action? done = null,
        CancellationToken cancellationToken = default,
        bool native = false,
        long maxBytes = MaxBytes
    )
    {
        ArgumentNullException.ThrowIfNull(utterances);
        ArgumentNullException.ThrowIfNull(measure);
        ArgumentNullException.ThrowIfNull(kept);
        var files = UtterancesOfFile.Group(utterances);
        var read = new ConcurrentDictionary<string, Measured<Measurement>>(); // by the utterance's name
        long held = 0;
        try
        {
            AllCores.For(
                files.Length,
                f =>
                {
                    foreach (var measured in Read(files[f]))
                        read[measured.Utterance.Name] = Held(measured);
                },
                cancellationToken
            );
        }
        finally
        {
            kept.Flush();
        }

        Measured<Measurement>[] all = [.. utterances.Select(u => read[u.Name])];
        var usable = all.Where(r => r.Value is not null).ToArray();
        InputException[] problems = [.. all.Select(r => r.Problem).OfType<InputException>()];
        if (usable.Length == 0)
            throw problems[0];
        return new FeatureSet(
            [.. usable.Select(r => r.Utterance with { Seconds = r.Value!.Seconds })],
            new LazyList<float[][]>(
                usable.Length,
                i => usable[i].Value!.Values is { Length: > 0 } values ? values : Again(usable[i].Utterance)
            ),
            problems,
            [.. usable.SelectMany(r => r.Value!.Warnings.Select(w => r.Utterance.Path + w))]
        );

        float[][] Again(Utterance utterance)
        {
            try
            {
                return kept.Get(utterance.Sha256).Values;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InputException(
                    utterance.Name,
                    $"was measured, and its measurements cannot be read again ({e.Message.TrimEnd('.')})",
                    "Run the same command again"
                );
            }
        }

        // without its numbers, if there are too many
        Measured<Measurement> Held(Measured<Measurement> measured) =>
            measured.Value is { } value
            && Interlocked.Add(ref held, value.Values.Sum(v => (long)v.Length * sizeof(float))) > maxBytes
                ? measured with
                {
                    Value = value with { Values = [] },
                }
                : measured;

        List<Measured<Measurement>> Read(Utterance[] utterancesOfFile)
        {
            var (results, counted) = (new List<Measured<Measurement>>(), 0);
            Measured<Measurement>[] fresh;
            try
            {
                var file = new UtterancesOfFile(utterancesOfFile);
                foreach (var known in file.Utterances.Where(u => kept.Contains(u.Sha256)))
                {
                    results.Add(new(known, kept.Get(known.Sha256), null));
                    Count();
                }
                fresh = file.Measure(
                    [.. file.Utterances.Where(u => !kept.Contains(u.Sha256))],
                    channel,
                    native,
                    recording => new Measurement(
                        measure(recording),
                        recording.Seconds,
                        [.. recording.Warnings.Select(w => w[utterancesOfFile[0].Path.Length..])]
                    ),
                    Count,
                    cancellationToken
                );
            }
            catch (InputException problem)
            {
                while (counted < utterancesOfFile.Length)
                    Count();
                return [.. utterancesOfFile.Select(u => new Measured<Measurement>(u, null, problem))];
            }
            foreach (var measured in fresh)
            {
                if (measured.Value is not null)
                    kept.Add(measured.Utterance.Sha256, measured.Value);
                results.Add(measured);
            }
            return results;

            void Count()
            {
                Interlocked.Increment(ref counted);
                done?.Invoke();
            }
        }
    }
}
