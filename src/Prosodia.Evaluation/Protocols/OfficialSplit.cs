using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Protocols;

/// <summary>
/// The split that a corpus is published with, in the column <c>split</c> of its manifest: <c>train</c>, <c>dev</c> (or
/// <c>valid</c>) and one or more whose names begin with <c>test</c>. Without a validation part, one in five of the
/// training speakers chooses the epoch.
/// </summary>
internal sealed class OfficialSplit : IProtocol
{
    /// <inheritdoc/>
    public string Name => "official";

    /// <inheritdoc/>
    public string Description =>
        "The split that the corpus is published with: its training part trains, its development part, or one in five "
        + "of the training speakers, chooses the epoch, each of its test parts is the test.";

    /// <inheritdoc/>
    public string Note => "Whether a speaker is in two parts is the split's matter; ./prosodia audit says so.";

    /// <inheritdoc/>
    public IReadOnlyList<Fold> Split(IReadOnlyList<Utterance> utterances, int seed)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        var parts = utterances.ToLookup(u => SplitPart.Canonical(u.Detail(Manifest.SplitColumn)));
        var tests = parts
            .Select(p => p.Key)
            .Where(p => p.StartsWith(SplitPart.Test, StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (tests.Length == 0 || !parts.Contains(SplitPart.Train))
            throw new InputException(
                "the manifest",
                $"has no {(tests.Length == 0 ? SplitPart.Test : SplitPart.Train)} in its column "
                    + $"'{Manifest.SplitColumn}', which has: "
                    + string.Join(", ", parts.Select(p => p.Key.Length == 0 ? "nothing" : p.Key).Take(10)),
                "Fill it in with train, dev and test, or choose another protocol"
            );
        Utterance[] train = [.. parts[SplitPart.Train]],
            validation = [.. parts[SplitPart.Validation]];
        if (validation.Length == 0)
        {
            var chosen = ValidationSpeakers.Choose(train, [], new Random(seed));
            validation = [.. train.Where(u => chosen.Contains(u.Speaker))];
            train = [.. train.Where(u => !chosen.Contains(u.Speaker))];
        }
        return [.. tests.Select(test => new Fold(test, train, validation, parts[test], speakersDisjoint: false))];
    }
}
