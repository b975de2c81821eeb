using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Protocols;

/// <summary>
/// Speakers dealt into groups, men and women alternating; each group is the test once. All speakers are tested in fewer
/// trainings than one a speaker; nested cross-validation tries settings so.
/// </summary>
/// <param name="groups">How many groups, at least 2.</param>
internal sealed class SpeakerGroups(int groups) : IProtocol
{
    /// <inheritdoc/>
    public string Name => $"speaker-groups:{groups}";

    /// <inheritdoc/>
    public string Description =>
        $"Each of {groups} groups of speakers is the test once. One in five of the other speakers chooses the "
        + "epoch, the rest trains. No speaker is in two parts.";

    /// <inheritdoc/>
    public IReadOnlyList<Fold> Split(IReadOnlyList<Utterance> utterances, int seed)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        var random = new Random(seed);
        string[] speakers = [.. ValidationSpeakers.InTurns(utterances, random)];
        var besideLargest = speakers.Length - (speakers.Length + groups - 1) / groups;
        if (speakers.Length < groups || besideLargest < 2)
            throw new InputException(
                "the recordings to divide",
                $"have {speakers.Length} speaker(s), too few for {groups} groups",
                "Each group needs a speaker and two beside it, one to validate and one to train on; choose "
                    + "another number of groups or another protocol"
            );
        return
        [
            .. ValidationSpeakers
                .Dealt(speakers, groups)
                .Select(
                    (test, g) =>
                        Fold.BySpeaker(
                            $"{g + 1}",
                            utterances,
                            ValidationSpeakers.Choose(utterances, test, random),
                            test
                        )
                ),
        ];
    }
}
