using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Protocols;

/// <summary>Each speaker is the test once; one in five of the others validates, the rest trains.</summary>
internal sealed class LeaveOneSpeakerOut : IProtocol
{
    /// <inheritdoc/>
    public string Name => "leave-one-speaker-out";

    /// <inheritdoc/>
    public string Description =>
        "Each speaker is the test once. One in five of the other speakers chooses the epoch, the rest trains. No "
        + "speaker is in two parts.";

    /// <inheritdoc/>
    public IReadOnlyList<Fold> Split(IReadOnlyList<Utterance> utterances, int seed)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        var random = new Random(seed);
        return
        [
            .. SpeakerIndependent
                .AtLeastThree(utterances)
                .Select(test =>
                    Fold.BySpeaker(test, utterances, ValidationSpeakers.Choose(utterances, [test], random), [test])
                ),
        ];
    }
}
