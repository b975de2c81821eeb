using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Protocols;

/// <summary>
/// The paper's other split (section IV-A): 80 % of the recordings train and 20 % test, stratified by emotion, five
/// times, so that each recording is the test once. The same speakers are in both parts.
/// </summary>
internal sealed class SpeakerDependent : IProtocol
{
    private const int Folds = 5,
        ValidationOneIn = 8; // an eighth of 80 % is a tenth of all

    /// <inheritdoc/>
    public string Name => "speaker-dependent";

    /// <inheritdoc/>
    public string Description =>
        "Five times 80 % of the recordings train and 20 % test, stratified by emotion; an eighth of the 80 % "
        + "chooses the epoch. Each recording is the test once.";

    /// <inheritdoc/>
    public string Note =>
        "The test speakers are also in the training set, so these figures say nothing about unseen speakers.";

    /// <inheritdoc/>
    public IReadOnlyList<Fold> Split(IReadOnlyList<Utterance> utterances, int seed)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        var random = new Random(seed);
        var fold = Deal(utterances, Folds, random);
        return
        [
            .. Enumerable
                .Range(0, Folds)
                .Select(f =>
                {
                    Utterance[] others = [.. utterances.Where(u => fold[u.Identity] != f)];
                    var part = Deal(others, ValidationOneIn, random);
                    return new Fold(
                        $"{f + 1}",
                        others.Where(u => part[u.Identity] != 0),
                        others.Where(u => part[u.Identity] == 0),
                        utterances.Where(u => fold[u.Identity] == f),
                        speakersDisjoint: false
                    );
                }),
        ];
    }

    /// <summary>Deals the recordings of each emotion like cards; copies of a recording stay together.</summary>
    private static Dictionary<string, int> Deal(IReadOnlyList<Utterance> utterances, int hands, Random random)
    {
        var hand = new Dictionary<string, int>();
        var next = 0;
        foreach (
            var emotion in utterances
                .DistinctBy(u => u.Identity)
                .GroupBy(u => u.Emotion)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
        )
        {
            string[] recordings = [.. emotion.OrderBy(u => u.Name, StringComparer.Ordinal).Select(u => u.Identity)];
            random.Shuffle(recordings);
            foreach (var recording in recordings)
                hand[recording] = next++ % hands;
        }
        return hand;
    }
}
