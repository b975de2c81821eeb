using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Protocols;

/// <summary>
/// Sentences dealt into five groups, each the test once, so that no model is judged by what it was trained to
/// recognize in the same words. With speakers kept apart, too, a fold is a group of sentences said by a group of
/// speakers, and what connects it with training is left out.
/// </summary>
/// <param name="speakersDisjoint">Whether speakers are kept apart, too.</param>
internal sealed class SentenceIndependent(bool speakersDisjoint) : IProtocol
{
    private const int MostGroups = 5;

    /// <inheritdoc/>
    public string Name => speakersDisjoint ? "speaker-and-sentence-independent" : "sentence-independent";

    /// <inheritdoc/>
    public string Description =>
        (
            speakersDisjoint
                ? "Speakers and sentences are dealt into groups; the sentences of one group, said by the speakers of "
                    + "one group, are the test, each pair once. Recordings that share one of the two with it are left "
                    + "out. "
                : "Sentences are dealt into five groups (or as many as there are), each the test once. "
        ) + "One in five of the other sentences chooses the epoch, the rest trains.";

    /// <inheritdoc/>
    public string? Note =>
        speakersDisjoint
            ? null
            : "The test speakers are also in the training set, so these figures say nothing about unseen speakers.";

    /// <inheritdoc/>
    public IReadOnlyList<Fold> Split(IReadOnlyList<Utterance> utterances, int seed)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        if (utterances.FirstOrDefault(u => TextOf(u).Length == 0) is { } without)
            throw new InputException(
                without.Name,
                $"has no {Manifest.TextColumn} in the manifest",
                $"Add a column '{Manifest.TextColumn}' with what is said, or choose another protocol"
            );
        var random = new Random(seed);
        var sentences = utterances.Select(TextOf).Distinct().Order(StringComparer.Ordinal).ToArray();
        random.Shuffle(sentences);
        var speakers = ValidationSpeakers.InTurns(utterances, random).ToArray();
        return speakersDisjoint
            ?
            [
                .. Groups(speakers, 2)
                    .SelectMany(
                        (people, g) =>
                            Groups(sentences, 1)
                                .Select((texts, t) => (Name: $"speakers {g + 1}, sentences {t + 1}", Texts: texts))
                                .Where(f =>
                                    utterances.Any(u => f.Texts.Contains(TextOf(u)) && people.Contains(u.Speaker))
                                )
                                .Select(f => Fold(f.Name, f.Texts, people))
                    ),
            ]
            : [.. Groups(sentences, 2).Select((texts, t) => Fold($"{t + 1}", texts, people: null))];

        Fold Fold(string name, HashSet<string> texts, HashSet<string>? people)
        {
            bool IsOther(Utterance u) => people is null || !people.Contains(u.Speaker);
            Utterance[] others = [.. utterances.Where(u => !texts.Contains(TextOf(u)) && IsOther(u))];
            // what chooses the epoch: other sentences, or where speakers are kept apart other speakers
            Func<Utterance, string> key = people is null ? TextOf : u => u.Speaker;
            var validation = ValidationSpeakers.OneInFive(
                people is null ? [.. sentences.Except(texts)] : [.. speakers.Except(people)]
            );
            return new Fold(
                name,
                others.Where(u => !validation.Contains(key(u))),
                others.Where(u => validation.Contains(key(u))),
                utterances.Where(u => texts.Contains(TextOf(u)) && (people is null || people.Contains(u.Speaker))),
                speakersDisjoint,
                sentencesDisjoint: true
            );
        }
    }

    /// <summary>Items dealt into five groups, or fewer where so many must be left beside each.</summary>
    private HashSet<string>[] Groups(string[] items, int beside)
    {
        var groups = Math.Min(MostGroups, items.Length);
        return groups > beside
            ? [.. ValidationSpeakers.Dealt(items, groups).Select(g => g.ToHashSet())]
            : throw new InputException(
                "the manifest",
                $"has {items.Length} {(beside == 2 && speakersDisjoint ? "speakers" : "sentences")}, too few to keep "
                    + "some for training",
                "Choose another protocol"
            );
    }

    private static string TextOf(Utterance utterance) =>
        utterance.Detail(Manifest.TextColumn).Trim().ToLowerInvariant();
}
