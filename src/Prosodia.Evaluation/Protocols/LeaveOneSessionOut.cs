using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Protocols;

/// <summary>
/// Each session of a corpus of dialogues is the test once, as is usual on IEMOCAP; its speakers are in no other.
/// </summary>
internal sealed class LeaveOneSessionOut : IProtocol
{
    /// <inheritdoc/>
    public string Name => "leave-one-session-out";

    /// <inheritdoc/>
    public string Description =>
        "Each session is the test once. One in five of the other sessions' speakers chooses the epoch, the rest "
        + "trains. No speaker is in two parts.";

    /// <inheritdoc/>
    public IReadOnlyList<Fold> Split(IReadOnlyList<Utterance> utterances, int seed)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        if (utterances.FirstOrDefault(u => SessionOf(u).Length == 0) is { } without)
            throw new InputException(
                without.Path,
                $"has no {Manifest.SessionColumn} in the manifest",
                $"Add a column '{Manifest.SessionColumn}', or choose leave-one-speaker-out"
            );
        var random = new Random(seed);
        return
        [
            .. utterances
                .GroupBy(SessionOf)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(session =>
                {
                    var test = session.ToArray().Speakers();
                    return Fold.BySpeaker(
                        session.Key,
                        utterances,
                        ValidationSpeakers.Choose(utterances, test, random),
                        test
                    );
                }),
        ];
    }

    private static string SessionOf(Utterance utterance) => utterance.Detail(Manifest.SessionColumn);
}
