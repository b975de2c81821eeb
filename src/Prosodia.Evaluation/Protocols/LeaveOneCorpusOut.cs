using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Protocols;

/// <summary>
/// Each of several corpora is the test once: what a model knows about recordings made elsewhere by others.
/// </summary>
internal sealed class LeaveOneCorpusOut : IProtocol
{
    /// <summary>What it is called.</summary>
    public const string ProtocolName = "leave-one-corpus-out";

    /// <inheritdoc/>
    public string Name => ProtocolName;

    /// <inheritdoc/>
    public string Description =>
        "Each corpus is the test once. One in five of the other corpora's speakers chooses the epoch, the rest "
        + "trains. No speaker and no corpus is in training and test.";

    /// <inheritdoc/>
    public IReadOnlyList<Fold> Split(IReadOnlyList<Utterance> utterances, int seed)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        var random = new Random(seed);
        var corpora = utterances
            .GroupBy(u => u.Detail(Manifest.CorpusColumn))
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .ToArray();
        return corpora.Length > 1
            ?
            [
                .. corpora.Select(corpus =>
                {
                    var test = corpus.ToArray().Speakers();
                    return Fold.BySpeaker(
                        corpus.Key,
                        utterances,
                        ValidationSpeakers.Choose(utterances, test, random),
                        test
                    );
                }),
            ]
            : throw new InputException(ProtocolName, "needs two corpora at least", "Give several manifests");
    }
}
