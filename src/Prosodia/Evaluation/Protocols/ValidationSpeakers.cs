using Prosodia.Corpora;

namespace Prosodia.Evaluation.Protocols;

/// <summary>Sets aside one in five of the speakers that aren't tested, by turns of either sex, to choose the epoch by.</summary>
internal static class ValidationSpeakers
{
    private const int OneIn = 5;

    public static IReadOnlyCollection<string> Choose(IReadOnlyList<Utterance> utterances, IReadOnlyCollection<string> test, Random random)
    {
        var speakers = utterances.Where(u => !test.Contains(u.Speaker)).DistinctBy(u => u.Speaker)
            .OrderBy(u => u.Speaker, StringComparer.Ordinal).ToArray();
        random.Shuffle(speakers);
        var inTurns = speakers.GroupBy(u => u.Sex)
            .SelectMany(sex => sex.Select((u, turn) => (u.Speaker, turn)))
            .OrderBy(s => s.turn)
            .Select(s => s.Speaker);
        return [.. inTurns.Take((int)Math.Ceiling((double)speakers.Length / OneIn))];
    }
}
