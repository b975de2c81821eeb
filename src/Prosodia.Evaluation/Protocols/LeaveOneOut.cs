using Prosodia.Evaluation.Corpora;

namespace Prosodia.Evaluation.Protocols;

/// <summary>
/// Each value of a column of the manifest is the test once: what a model knows about a corpus, a language, a session or
/// a recording condition that it was not trained on.
/// </summary>
/// <param name="what">What the values are, as in <c>leave-one-language-out</c>.</param>
/// <param name="column">The column.</param>
/// <param name="mayShareSpeakers">Whether a speaker may have recordings of several values: what the test
/// speakers say in others is left out then; otherwise all that they say is tested.</param>
internal sealed class LeaveOneOut(string what, string column, bool mayShareSpeakers = false) : IProtocol
{
    /// <summary>What leaving corpora out is called.</summary>
    public const string Corpus = "leave-one-corpus-out";

    /// <inheritdoc/>
    public string Name => $"leave-one-{what}-out";

    /// <inheritdoc/>
    public string Description =>
        $"Each {what} is the test once. One in five of the speakers of the others chooses the epoch, the rest trains. "
        + (mayShareSpeakers ? $"What the test speakers say in another {what} is left out. " : "")
        + $"No speaker and no {what} is in training and test.";

    /// <inheritdoc/>
    public IReadOnlyList<Fold> Split(IReadOnlyList<Utterance> utterances, int seed)
    {
        ArgumentNullException.ThrowIfNull(utterances);
        if (utterances.FirstOrDefault(u => u.Detail(column).Length == 0) is { } without)
            throw new InputException(
                without.Name,
                $"has no {column} in the manifest",
                (column == Manifest.CorpusColumn ? "Give several manifests, or add" : "Add")
                    + $" a column '{column}', or choose another protocol"
            );
        var random = new Random(seed);
        var values = utterances.GroupBy(u => u.Detail(column)).OrderBy(g => g.Key, StringComparer.Ordinal).ToArray();
        if (values.Length < 2)
            throw new InputException(
                $"{Name}, column '{column}'",
                $"there is only one {what}: {values.FirstOrDefault()?.Key}",
                "Give recordings of another one"
            );
        return
        [
            .. values.Select(value =>
            {
                var speakers = value.ToArray().Speakers();
                Utterance[] left = mayShareSpeakers
                    ? [.. utterances.Where(u => u.Detail(column) == value.Key || !speakers.Contains(u.Speaker))]
                    : [.. utterances];
                return Fold.BySpeaker(value.Key, left, ValidationSpeakers.Choose(left, speakers, random), speakers);
            }),
        ];
    }
}
