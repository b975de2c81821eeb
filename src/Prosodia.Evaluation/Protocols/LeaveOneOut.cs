using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Protocols;

/// <summary>
/// Each value of a column of the manifest is the test once: what a model knows about a corpus, a language, a session or
/// a recording condition that it was not trained on.
/// </summary>
/// <param name="what">What the values are, as in <c>leave-one-language-out</c>.</param>
/// <param name="column">The column.</param>
/// <param name="mayShareSpeakers">Whether speakers may have recordings of several values: then groups of speakers are
/// left out as well, in turn; otherwise all that the speakers of a value say is tested.</param>
internal sealed class LeaveOneOut(string what, string column, bool mayShareSpeakers = false) : IProtocol
{
    private const int MostGroups = 5;

    /// <summary>What leaving corpora out is called.</summary>
    public const string Corpus = "leave-one-corpus-out";

    /// <inheritdoc/>
    public string Name => $"leave-one-{what}-out";

    /// <inheritdoc/>
    public string Description =>
        $"Each {what} is the test once. One in five of the speakers of the others chooses the epoch, the rest trains. "
        + (
            mayShareSpeakers
                ? "Where speakers have several, a fifth of the speakers is left out as well, in turn. "
                : ""
        )
        + $"No speaker and no {what} is in training and test.";

    /// <inheritdoc/>
    public IReadOnlyList<Fold> Split(IReadOnlyList<Utterance> utterances, int seed)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        if (utterances.FirstOrDefault(u => u.Detail(column).Length == 0) is { } without)
            throw new InputException(
                without.Name,
                $"has no {column} in the manifest",
                (column == Manifest.CorpusColumn ? "Give several manifests, or add" : "Add")
                    + $" a column '{column}', or choose another protocol"
            );
        var random = new Random(seed);
        var values = utterances.GroupBy(u => u.Detail(column)).OrderBy(g => g.Key, StringComparer.Ordinal).ToArray();
        if (values.Length < 2)
            throw new InputException(
                $"{Name}, column '{column}'",
                $"there is only one {what}: {values.FirstOrDefault()?.Key}",
                "Give recordings of another one"
            );
        var shared = utterances
            .GroupBy(u => u.Speaker)
            .Any(s => s.Select(u => u.Detail(column)).Distinct().Skip(1).Any());
        if (mayShareSpeakers && shared)
            return
            [
                .. from g in SpeakerGroups().Index()
                from v in values
                where v.Any(u => g.Item.Contains(u.Speaker))
                select Crossed(v.Key, g.Index + 1, g.Item),
            ];
        return
        [
            .. values.Select(value =>
            {
                var speakers = value.ToArray().Speakers();
                return Fold.BySpeaker(
                    value.Key,
                    utterances,
                    ValidationSpeakers.Choose(utterances, speakers, random),
                    speakers
                );
            }),
        ];

        string[][] SpeakerGroups()
        {
            string[] speakers = [.. ValidationSpeakers.InTurns(utterances, random)];
            return ValidationSpeakers.Dealt(speakers, Math.Min(MostGroups, speakers.Length));
        }

        // the test says one thing by some speakers, training other things by others
        Fold Crossed(string value, int group, string[] speakers)
        {
            Utterance[] test = [.. utterances.Where(u => u.Detail(column) == value && speakers.Contains(u.Speaker))];
            Utterance[] others = [.. utterances.Where(u => u.Detail(column) != value && !speakers.Contains(u.Speaker))];
            return Fold.BySpeaker(
                $"{value}, speakers {group}",
                [.. test, .. others],
                ValidationSpeakers.Choose(others, [], random),
                speakers
            );
        }
    }
}
