using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Protocols;

namespace Prosodia.Evaluation.Audit;

/// <summary>A recording in a part of a split.</summary>
/// <param name="Part">The part: <c>train</c>, <c>validation</c>, <c>test</c>, or the fold of a
/// cross-validation.</param>
/// <param name="Utterance">The recording; speaker and emotion are empty where nothing says them.</param>
internal sealed record SplitRow(string Part, Utterance Utterance);

/// <summary>A corpus that is divided into parts, of which none should know another.</summary>
/// <param name="Name">What reports call it.</param>
/// <param name="Rows">Its recordings in the order of their list; one that is in two parts has two rows.</param>
internal sealed record AuditedSplit(string Name, IReadOnlyList<SplitRow> Rows)
{
    /// <summary>The parts, training first, test last.</summary>
    public IReadOnlyList<string> Parts =>
        [.. Rows.Select(r => r.Part).Distinct().OrderBy(Rank).ThenBy(p => p, StringComparer.Ordinal)];

    /// <summary>The recordings of a part.</summary>
    public IEnumerable<Utterance> Of(string part) => Rows.Where(r => r.Part == part).Select(r => r.Utterance);

    private static int Rank(string part) =>
        part switch
        {
            SplitPart.Train => 0,
            SplitPart.Validation => 1,
            SplitPart.Test => 3,
            _ => 2,
        };
}
