using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Protocols;

/// <summary>
/// Refuses splits that would flatter a model. Every split passes here, because <see cref="Fold"/> cannot be made
/// otherwise: a recording may be in one part only, whatever it is called there, and where a protocol is
/// speaker-independent so may a speaker, where it is sentence-independent a sentence.
/// </summary>
internal static class LeakGuard
{
    public static void Check(
        string split,
        bool speakersDisjoint,
        params (string Part, IReadOnlyList<Utterance> Utterances)[] parts
    )
    {
        foreach (var (part, utterances) in parts)
            if (utterances.Count == 0)
                throw new InputException(
                    $"split {split}",
                    $"has no recording for {part}",
                    "Add speakers or choose another protocol"
                );

        for (var i = 0; i < parts.Length; i++)
        for (var j = i + 1; j < parts.Length; j++)
        {
            Refuse(split, parts[i], parts[j], u => u.Identity, "recording");
            if (speakersDisjoint)
                Refuse(split, parts[i], parts[j], u => u.Speaker, "speaker");
        }
    }

    /// <summary>Refuses what two parts have in common.</summary>
    public static void Refuse(
        string split,
        (string Part, IReadOnlyList<Utterance> Utterances) one,
        (string Part, IReadOnlyList<Utterance> Utterances) other,
        Func<Utterance, string> key,
        string what
    )
    {
        var keys = one.Utterances.Select(key).ToHashSet();
        if (other.Utterances.FirstOrDefault(u => keys.Contains(key(u))) is not { } leak)
            return;
        var twin = one.Utterances.First(u => key(u) == key(leak));
        throw new InputException(
            $"split {split}",
            $"leaks: the same {what} is in {one.Part} ({twin.Name}, speaker {twin.Speaker}) and in {other.Part} "
                + $"({leak.Name}, speaker {leak.Speaker})",
            "Figures from it would be too good; correct the manifest or the folds"
        );
    }
}
