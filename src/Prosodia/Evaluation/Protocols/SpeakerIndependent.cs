using Prosodia.Corpora;

namespace Prosodia.Evaluation.Protocols;

/// <summary>The paper's split: each speaker is the test once, one other speaker validates, the rest trains (section IV-B).</summary>
public sealed class SpeakerIndependent : IProtocol
{
    /// <inheritdoc/>
    public string Name => "speaker-independent";

    /// <inheritdoc/>
    public string Description =>
        "Each speaker is the test once. One other speaker chooses the epoch, the rest trains. No speaker is in two parts.";

    /// <inheritdoc/>
    public IReadOnlyList<Split> Split(IReadOnlyList<Utterance> utterances, int seed)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        var circle = AtLeastThree(utterances);
        new Random(seed).Shuffle(circle);
        return [.. circle.Index()
            .OrderBy(s => s.Item, StringComparer.Ordinal)
            .Select(s => Evaluation.Split.BySpeaker(s.Item, utterances, [circle[(s.Index + 1) % circle.Length]], [s.Item]))];
    }

    /// <summary>The speakers in alphabetical order; a test, a validation and a training speaker are the least there must be.</summary>
    internal static string[] AtLeastThree(IReadOnlyList<Utterance> utterances)
    {
        string[] speakers = utterances.Speakers();
        return speakers.Length >= 3
            ? speakers
            : throw new InputException("the manifest", $"has {speakers.Length} speaker(s)",
                "A speaker-independent protocol needs at least 3: one to test, one to validate, one to train on");
    }
}
