using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Protocols;

/// <summary>
/// The paper's split (section IV-B): one speaker tests, another validates, the rest trains; five times.
/// </summary>
/// <param name="allSpeakers">True where each speaker is to be the test once, which takes longer where there are more
/// than five.</param>
internal sealed class SpeakerIndependent(bool allSpeakers = false) : IProtocol
{
    /// <summary>The name on the command line.</summary>
    public const string PlainName = "speaker-independent";

    private const int Folds = 5;

    /// <inheritdoc/>
    public string Name => allSpeakers ? $"{PlainName}, all speakers" : PlainName;

    /// <inheritdoc/>
    public string Description =>
        (
            allSpeakers
                ? "Each speaker is the test once. "
                : "Five speakers, drawn by the seed, are the test in turn (all where there are no more). "
        ) + "One other speaker chooses the epoch, the rest trains. No speaker is in two parts.";

    /// <inheritdoc/>
    public IReadOnlyList<Fold> Split(IReadOnlyList<Utterance> utterances, int seed)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        var circle = AtLeastThree(utterances);
        new Random(seed).Shuffle(circle);
        return
        [
            .. circle
                .Index()
                .Take(allSpeakers ? circle.Length : Folds)
                .OrderBy(s => s.Item, StringComparer.Ordinal)
                .Select(s => Fold.BySpeaker(s.Item, utterances, [circle[(s.Index + 1) % circle.Length]], [s.Item])),
        ];
    }

    /// <summary>
    /// The speakers in alphabetical order; a test, a validation and a training speaker are the least there must be.
    /// </summary>
    internal static string[] AtLeastThree(IReadOnlyList<Utterance> utterances)
    {
        string[] speakers = utterances.Speakers();
        return speakers.Length >= 3
            ? speakers
            : throw new InputException(
                "the manifest",
                $"has {speakers.Length} speaker(s)",
                "A speaker-independent protocol needs at least 3: one to test, one to validate, one to train on"
            );
    }
}
