using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.IO;
using Prosodia.Evaluation.Protocols;

namespace Prosodia.Evaluation.Audit;

/// <summary>The folds of a manifest as splits.</summary>
internal static class ProtocolSplits
{
    /// <summary>The folds that a protocol makes, each a split.</summary>
    /// <param name="manifest">The corpus.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="seed">Of the folds.</param>
    /// <param name="problems">Where speakers are added that the protocol has no place for.</param>
    /// <exception cref="InputException">The manifest cannot be divided so.</exception>
    public static IReadOnlyList<AuditedSplit> Of(
        Manifest manifest,
        IProtocol protocol,
        int seed,
        ICollection<InputException> problems
    )
    {
        ArgumentNullException.ThrowIfNull(protocol);
        var refused = new HashSet<string>();
        foreach (var speaker in manifest.Speakers)
            if (protocol.Refuses(speaker) is { } problem)
            {
                refused.Add(speaker);
                problems.Add(problem);
            }
        return
        [
            .. protocol
                .Split([.. manifest.Utterances.Where(u => !refused.Contains(u.Speaker))], seed)
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
    /// <param name="manifest">The corpus.</param>
    /// <param name="file">The table.</param>
    /// <param name="problems">Where speakers are added that are in no fold.</param>
    /// <exception cref="InputException">The table cannot be read, or has no two folds with speakers of the
    /// manifest.</exception>
    public static AuditedSplit OfFolds(Manifest manifest, string file, ICollection<InputException> problems)
    {
        var folds = UserTable.ReadAll(file, "fold", "speaker").ToLookup(r => r["speaker"], r => r["fold"]);
        foreach (var speaker in manifest.Speakers.Where(s => !folds.Contains(s)))
            problems.Add(
                new InputException(
                    file,
                    $"has no fold for speaker {speaker} of the manifest",
                    "Names must be the same to the letter; spreadsheets drop leading zeros unless the column is text"
                )
            );
        var split = new AuditedSplit(
            $"{manifest.Name}, {Path.GetFileName(file)}",
            [.. manifest.Utterances.SelectMany(u => folds[u.Speaker].Distinct().Select(fold => new SplitRow(fold, u)))]
        );
        return split.Parts.Count > 1
            ? split
            : throw new InputException(
                file,
                $"puts the speakers of {manifest.Name} into {split.Parts.Count} fold(s)",
                "Correct the names of speakers or folds"
            );
    }
}
