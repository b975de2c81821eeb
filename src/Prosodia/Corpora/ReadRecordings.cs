using Prosodia.Audio;

namespace Prosodia.Corpora;

/// <summary>What was made of the recordings of a corpus.</summary>
/// <param name="Utterances">The utterances that could be read, each with its length and the SHA-256 of its file.</param>
/// <param name="Values">What was made of each.</param>
/// <param name="Problems">The recordings that could not be used, each with why.</param>
/// <param name="Warnings">What was odd about recordings that could be used.</param>
public sealed record ReadRecordings<T>(
    IReadOnlyList<Utterance> Utterances,
    IReadOnlyList<T> Values,
    IReadOnlyList<InputException> Problems,
    IReadOnlyList<string> Warnings);

/// <summary>Goes through the recordings of a corpus on all cores.</summary>
public static class RecordingReader
{
    /// <summary>Reads recordings and makes something of each; order and result don't depend on the number of cores.</summary>
    /// <param name="utterances">What to read.</param>
    /// <param name="make">What to make of a recording; called by several threads.</param>
    /// <param name="channel">Which channel to keep, from 1; null averages them.</param>
    /// <param name="done">Told after each recording.</param>
    /// <param name="cancel">Stops between recordings.</param>
    /// <exception cref="InputException">Not one recording can be used.</exception>
    public static ReadRecordings<T> Read<T>(IReadOnlyList<Utterance> utterances, Func<Recording, T> make, int? channel = null,
        Action? done = null, CancellationToken cancel = default) where T : class
    {
        ArgumentNullException.ThrowIfNull(utterances);
        ArgumentNullException.ThrowIfNull(make);
        var read = new (Utterance Utterance, T? Value, InputException? Problem, IReadOnlyList<string> Warnings)[utterances.Count];
        Parallel.For(0, utterances.Count, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            try
            {
                var recording = AudioFile.Read(utterances[i].Path, channel);
                read[i] = (utterances[i] with { Sha256 = FileHash.Sha256(utterances[i].Path), Seconds = recording.Seconds }, make(recording), null, recording.Warnings);
            }
            catch (InputException problem)
            {
                read[i] = (utterances[i], null, problem, []);
            }
            done?.Invoke();
        });

        var usable = read.Where(r => r.Value is not null).ToArray();
        InputException[] problems = [.. read.Where(r => r.Problem is not null).Select(r => r.Problem!)];
        if (usable.Length == 0) throw problems[0];
        return new ReadRecordings<T>([.. usable.Select(r => r.Utterance)], [.. usable.Select(r => r.Value!)], problems, [.. usable.SelectMany(r => r.Warnings)]);
    }
}
