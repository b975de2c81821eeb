using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.IO;
using Prosodia.Evaluation.Protocols;

namespace Prosodia.Evaluation.Audit;

/// <summary>The folds of a manifest as splits.</summary>
internal static class ProtocolSplits
{
    /// <summary>The folds that a protocol makes, each a split.</summary>
    /// <exception cref="InputException">The manifest cannot be divided so.</exception>
    public static IReadOnlyList<AuditedSplit> Of(Manifest manifest, IProtocol protocol, int seed)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        return
        [
            .. protocol
                .Split(manifest.Utterances, seed)
                .Select(fold => new AuditedSplit(
                    $"{manifest.Name}, fold {fold.Name}",
                    [
                        .. fold.Train.Select(u => new SplitRow(SplitPart.Train, u)),
                        .. fold.Validation.Select(u => new SplitRow(SplitPart.Validation, u)),
                        .. fold.Test.Select(u => new SplitRow(SplitPart.Test, u)),
                    ]
                )),
        ];
    }

    /// <summary>The folds of a table with the columns <c>fold</c> and <c>speaker</c>, also where they leak.</summary>
    /// <exception cref="InputException">The table cannot be read.</exception>
    public static AuditedSplit OfFolds(Manifest manifest, string file)
    {
        var folds = UserTable.ReadAll(file, "fold", "speaker").ToLookup(r => r["speaker"], r => r["fold"]);
        return new AuditedSplit(
            $"{manifest.Name}, {Path.GetFileName(file)}",
            [
                .. manifest.Utterances.SelectMany(u =>
                    folds[u.Speaker].Distinct().Select(fold => new SplitRow($"fold {fold}", u))
                ),
            ]
        );
    }
}
