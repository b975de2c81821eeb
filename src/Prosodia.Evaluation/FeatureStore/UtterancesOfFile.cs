using Prosodia.Audio;
using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.FeatureStore;

/// <summary>What became of an utterance.</summary>
/// <param name="Utterance">The utterance.</param>
/// <param name="Value">What was measured of it; null where it cannot be used.</param>
/// <param name="Problem">Why it cannot be used; else null.</param>
internal readonly record struct Measured<T>(Utterance Utterance, T? Value, InputException? Problem)
    where T : class;

/// <summary>Utterances of one file, which is hashed once and decoded once.</summary>
internal sealed class UtterancesOfFile
{
    private readonly string _path,
        _sha256;

    /// <summary>Hashes a file.</summary>
    /// <param name="utterances">Its utterances.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    public UtterancesOfFile(IReadOnlyList<Utterance> utterances)
    {
        _path = utterances[0].Path;
        _sha256 = Sha256Hash.OfFile(_path);
        Utterances = [.. utterances.Select(u => u with { Sha256 = u.Part.Sha256Of(_sha256) })];
    }

    /// <summary>The utterances, with their hashes.</summary>
    public IReadOnlyList<Utterance> Utterances { get; }

    /// <summary>Utterances by their files, in the order of the files' first ones.</summary>
    public static Utterance[][] Group(IEnumerable<Utterance> utterances) =>
        [.. utterances.GroupBy(u => Path.GetFullPath(u.Path)).Select(g => g.ToArray())];

    /// <summary>Measures recordings as the file gives them, several at once.</summary>
    /// <param name="which">Which of the utterances; the same recording once.</param>
    /// <param name="channel">Which channel to keep, from 1; null averages them.</param>
    /// <param name="native">Whether samples keep the rate of the file.</param>
    /// <param name="measure">Called by several threads.</param>
    /// <param name="done">Called after each recording, whether it can be used or not.</param>
    /// <param name="cancellationToken">Stops between recordings.</param>
    /// <exception cref="InputException">The file changed meanwhile.</exception>
    public Measured<T>[] Measure<T>(
        IReadOnlyList<Utterance> which,
        int? channel,
        bool native,
        Func<Recording, T> measure,
        Action done,
        CancellationToken cancellationToken
    )
        where T : class
    {
        if (which.Count == 0)
            return [];
        var measured = new Measured<T>[which.Count];
        var parts = new PartReader(_path, [.. which.Select(u => u.Part)], channel, native).Read();
        if (which.Count == 1)
            Take(parts.Single());
        else
            AllCores.ForEach(parts, Take, cancellationToken);
        Sha256Hash.RequireUnchanged(_path, _sha256);
        return measured;

        void Take((int Part, Recording? Recording, InputException? Problem) read)
        {
            var utterance = which[read.Part];
            try
            {
                measured[read.Part] = new(utterance, read.Recording is { } r ? measure(r) : null, read.Problem);
            }
            catch (InputException problem)
            {
                measured[read.Part] = new(utterance, null, problem);
            }
            done();
        }
    }
}
