using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.IO;

namespace Prosodia.Evaluation.Protocols;

/// <summary>
/// Folds of speakers from a CSV file with the columns <c>fold</c> and <c>speaker</c>; each fold is the test once.
/// </summary>
internal sealed class SpeakerFolds : IProtocol
{
    private const int MaxListed = 20;

    private readonly string _file;
    private readonly IReadOnlyDictionary<string, string> _foldOfSpeaker;

    private SpeakerFolds(string file, IReadOnlyDictionary<string, string> foldOfSpeaker)
    {
        _file = file;
        _foldOfSpeaker = foldOfSpeaker;
    }

    /// <inheritdoc/>
    public string Name => $"folds:{Path.GetFileName(_file)}";

    /// <inheritdoc/>
    public string Description =>
        $"Each fold of {Path.GetFileName(_file)} is the test once. One in five of the other speakers chooses the "
        + "epoch, the rest trains. No speaker is in two parts.";

    /// <summary>Reads the folds.</summary>
    /// <exception cref="InputException">The file cannot be read, lacks a column, or puts a speaker in two
    /// folds.</exception>
    public static SpeakerFolds Read(string file)
    {
        var folds = new Dictionary<string, string>();
        foreach (var row in UserTable.ReadAll(file, "fold", "speaker"))
        {
            var (speaker, fold) = (row["speaker"], row["fold"]);
            if (speaker.Length == 0 || fold.Length == 0)
                throw new InputException(
                    row.Place,
                    $"has no {(speaker.Length == 0 ? "speaker" : "fold")}",
                    "Fill it in or remove the row"
                );
            if (!folds.TryAdd(speaker, fold) && folds[speaker] != fold)
                throw new InputException(
                    row.Place,
                    $"leaks: speaker {speaker} is in fold {folds[speaker]} and in fold {fold}",
                    "Leave each speaker in one fold"
                );
        }
        return new SpeakerFolds(file, folds);
    }

    /// <inheritdoc/>
    public InputException? Refuses(string speaker)
    {
        if (_foldOfSpeaker.ContainsKey(speaker))
            return null;
        var similar = _foldOfSpeaker.Keys.FirstOrDefault(name =>
            string.Equals(name.TrimStart('0'), speaker.TrimStart('0'), StringComparison.OrdinalIgnoreCase)
        );
        var known = string.Join(", ", _foldOfSpeaker.Keys.Take(MaxListed));
        if (_foldOfSpeaker.Count > MaxListed)
            known += " and others";
        return new InputException(
            _file,
            $"has no fold for speaker {speaker} of the manifest",
            similar is not null
                ? $"It has speaker {similar}: names must be the same to the letter, and spreadsheets drop leading "
                    + "zeros unless the column is text"
                : $"Add the speaker or correct the name; known are {known}"
        );
    }

    /// <inheritdoc/>
    public IReadOnlyList<Fold> Split(IReadOnlyList<Utterance> utterances, int seed)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        var random = new Random(seed);
        var present = utterances.Select(u => u.Speaker).ToHashSet();
        return
        [
            .. _foldOfSpeaker
                .Where(s => present.Contains(s.Key))
                .GroupBy(s => s.Value, s => s.Key)
                .Select(fold =>
                    Fold.BySpeaker(
                        fold.Key,
                        utterances,
                        ValidationSpeakers.Choose(utterances, [.. fold], random),
                        [.. fold]
                    )
                ),
        ];
    }
}
