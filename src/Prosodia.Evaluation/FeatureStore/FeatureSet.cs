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
    /// <param name="kept">Where measurements are kept, so that interrupted work goes on from there.</param>
    /// <param name="channel">Which channel to keep, from 1; null averages them.</param>
    /// <param name="done">Called after each recording.</param>
    /// <param name="cancellationToken">Stops between recordings.</param>
    /// <exception cref="InputException">Not one recording can be used, or measurements can't be kept.</exception>
    public static FeatureSet Of(
        IReadOnlyList<Utterance> utterances,
        Func<Recording, float[][]> measure,
        FeatureCache<Measurement> kept,
        int? channel = null,
        Action? done = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(utterances);
        ArgumentNullException.ThrowIfNull(measure);
        ArgumentNullException.ThrowIfNull(kept);
        var read = new (Utterance Utterance, Measurement? Measurement, InputException? Problem)[utterances.Count];
        try
        {
            Parallel.For(
                0,
                utterances.Count,
                new ParallelOptions
                {
                    CancellationToken = cancellationToken,
                    MaxDegreeOfParallelism = Environment.ProcessorCount,
                },
                i =>
                {
                    var utterance = utterances[i];
                    Measurement? fresh = null;
                    try
                    {
                        var sha256 = Sha256Hash.OfFile(utterance.Path);
                        var measurement = kept.Contains(sha256)
                            ? kept.Get(sha256)
                            : fresh = Measure(utterance.Path, sha256);
                        read[i] = (
                            utterance with
                            {
                                Sha256 = sha256,
                                Seconds = measurement.Seconds,
                            },
                            measurement,
                            null
                        );
                    }
                    catch (InputException problem)
                    {
                        read[i] = (utterance, null, problem);
                    }
                    if (fresh is not null)
                        kept.Add(read[i].Utterance.Sha256, fresh);
                    done?.Invoke();
                }
            );
        }
        catch (AggregateException e) when (e.InnerException is InputException full)
        {
            // measurements cannot be kept, which is no recording's fault
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(full);
        }
        finally
        {
            kept.Flush();
        }

        var usable = read.Where(r => r.Measurement is not null).ToArray();
        InputException[] problems = [.. read.Select(r => r.Problem).OfType<InputException>()];
        if (usable.Length == 0)
            throw problems[0];
        return new FeatureSet(
            [.. usable.Select(r => r.Utterance)],
            [.. usable.Select(r => r.Measurement!.Values)],
            problems,
            [.. usable.SelectMany(r => r.Measurement!.Warnings.Select(w => r.Utterance.Path + w))]
        );

        Measurement Measure(string path, string sha256)
        {
            var recording = AudioFile.Read(path, channel);
            var measurement = new Measurement(
                measure(recording),
                recording.Seconds,
                [.. recording.Warnings.Select(w => w[path.Length..])]
            );
            Sha256Hash.RequireUnchanged(path, sha256);
            return measurement;
        }
    }
}
