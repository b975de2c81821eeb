using Prosodia.Corpora;

namespace Prosodia.Evaluation.Protocols;

/// <summary>The inner folds of nested cross-validation: speakers dealt into groups, men and women by turns; each group is the test once.</summary>
/// <param name="groups">How many groups, at least 2.</param>
public sealed class SpeakerGroups(int groups) : IProtocol
{
    /// <inheritdoc/>
    public string Name => $"speaker-groups:{groups}";

    /// <inheritdoc/>
    public string Description =>
        $"Each of {groups} groups of speakers is the test once. One in five of the other speakers chooses the epoch, the rest trains. No speaker is in two parts.";

    /// <inheritdoc/>
    public IReadOnlyList<Split> Split(IReadOnlyList<Utterance> utterances, int seed)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        var random = new Random(seed);
        string[] speakers = [.. ValidationSpeakers.InTurns(utterances, random)];
        if (speakers.Length < groups + 1)
            throw new InputException("the training recordings", $"have {speakers.Length} speaker(s)", $"{groups} inner folds need at least {groups + 1}: choose fewer with --inner, or another protocol");
        return [.. Enumerable.Range(0, groups).Select(g =>
        {
            string[] test = [.. speakers.Where((_, i) => i % groups == g)];
            return Evaluation.Split.BySpeaker($"{g + 1}", utterances, ValidationSpeakers.Choose(utterances, test, random), test);
        })];
    }
}
