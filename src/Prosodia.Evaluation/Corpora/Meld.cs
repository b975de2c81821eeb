using Prosodia.Evaluation.IO;

namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// MELD: utterances of the television series Friends, seven emotions, clips with video. Source: Poria et al., MELD: A
/// Multimodal Multi-Party Dataset for Emotion Recognition in Conversations, ACL 2019.
/// </summary>
internal static class Meld
{
    /// <summary>What manifests call the corpus.</summary>
    public const string Name = "MELD";

    /// <summary>How the names of its tables end.</summary>
    public const string Labels = "_sent_emo.csv";

    private static readonly (string Split, string Folder)[] Splits =
    [
        ("train", "train_splits"),
        ("dev", "dev_splits_complete"),
        ("test", "output_repeated_splits_test"),
    ];

    /// <summary>
    /// Reads those of the three tables that are there. A clip may be the published one or sound made of it, in a folder
    /// of the published name or of the split's (<c>train</c>, <c>dev</c>, <c>test</c>).
    /// </summary>
    /// <exception cref="InputException">The folder or a table cannot be read, or no clip can be used.</exception>
    public static Manifest Read(string folder)
    {
        var tree = new LabeledTree(Name, folder);
        var tables = Splits.Where(s => tree.Has(s.Split + Labels)).ToArray();
        if (tables.Length == 0)
            tree.Table(Splits[0].Split + Labels);
        foreach (var (split, published) in tables)
        foreach (
            var row in UserTable.ReadAll(
                tree.Table(split + Labels),
                "Dialogue_ID",
                "Utterance_ID",
                "Speaker",
                "Emotion"
            )
        )
        {
            var clip = $"dia{row["Dialogue_ID"]}_utt{row["Utterance_ID"]}";
            tree.Add(
                tree.Has($"{published}/{clip}") ? $"{published}/{clip}" : $"{split}/{clip}",
                row.Place,
                path => new Utterance(path, row["Speaker"], EmotionLabels.Adjective(row["Emotion"]))
                {
                    Details =
                    [
                        new("split", split),
                        new(Manifest.SessionColumn, $"{split}-{row["Dialogue_ID"]}"),
                        new(Manifest.TextColumn, row["Utterance"]),
                    ],
                }
            );
        }
        return tree.ToManifest();
    }
}
