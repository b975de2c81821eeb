using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Protocols;

/// <summary>A way to divide a corpus into folds.</summary>
internal interface IProtocol
{
    /// <summary>The name on the command line and in results.</summary>
    string Name { get; }

    /// <summary>What it does, in a sentence for reports.</summary>
    string Description { get; }

    /// <summary>What must stand beside every figure; null where there is nothing.</summary>
    string? Note => null;

    /// <summary>Why the protocol has no place for a speaker; null where it has one.</summary>
    InputException? Refuses(string speaker) => null;

    /// <summary>Divides utterances; the same seed gives the same folds.</summary>
    /// <exception cref="InputException">The utterances cannot be divided so.</exception>
    IReadOnlyList<Fold> Split(IReadOnlyList<Utterance> utterances, int seed);
}

/// <summary>The protocols by their names.</summary>
internal static class Protocol
{
    private const string FoldsPrefix = "folds:",
        GroupsPrefix = "speaker-groups:";

    /// <summary>The names that <see cref="Parse"/> takes.</summary>
    public const string Names =
        "leave-one-speaker-out, speaker-independent, speaker-dependent, sentence-independent, "
        + "speaker-and-sentence-independent, leave-one-session-out, leave-one-corpus-out, leave-one-language-out, "
        + "leave-one-condition-out, official, speaker-groups:N, folds:FILE";

    /// <summary>Finds a protocol by its name; null when there is none of that name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="allSpeakers">True where <c>speaker-independent</c> is to test each speaker, not five.</param>
    /// <exception cref="InputException">The file of <c>folds:FILE</c> cannot be used.</exception>
    public static IProtocol? Parse(string name, bool allSpeakers = false) =>
        name switch
        {
            "leave-one-speaker-out" => new LeaveOneSpeakerOut(),
            SpeakerIndependent.PlainName => new SpeakerIndependent(allSpeakers),
            "speaker-dependent" => new SpeakerDependent(),
            "sentence-independent" => new SentenceIndependent(speakersDisjoint: false),
            "speaker-and-sentence-independent" => new SentenceIndependent(speakersDisjoint: true),
            "leave-one-session-out" => new LeaveOneOut("session", Manifest.SessionColumn),
            LeaveOneOut.Corpus => new LeaveOneOut("corpus", Manifest.CorpusColumn),
            "leave-one-language-out" => new LeaveOneOut("language", Manifest.LanguageColumn, mayShareSpeakers: true),
            "leave-one-condition-out" => new LeaveOneOut("condition", Manifest.ConditionColumn, mayShareSpeakers: true),
            "official" => new OfficialSplit(),
            _ when name is not null && name.StartsWith(GroupsPrefix, StringComparison.Ordinal) => int.TryParse(
                name[GroupsPrefix.Length..],
                out var groups
            )
            && groups >= 2
                ? new SpeakerGroups(groups)
                : null,
            _ when name is not null && name.StartsWith(FoldsPrefix, StringComparison.Ordinal) => SpeakerFolds.Read(
                name[FoldsPrefix.Length..]
            ),
            _ => null,
        };
}
