using Prosodia.Evaluation.IO;

namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// MSP-Podcast: turns of speech from podcasts, rated by many people; primary emotions, arousal, valence and dominance.
/// Source: Lotfian and Busso, Building Naturalistic Emotionally Balanced Speech Corpus by Retrieving Emotional Speech
/// from Existing Podcast Recordings, IEEE Transactions on Affective Computing 10(4), 2019.
/// </summary>
internal static class MspPodcast
{
    /// <summary>What manifests call the corpus.</summary>
    public const string Name = "MSP-Podcast";

    /// <summary>The table that has the consensus of its raters.</summary>
    public const string Labels = "labels_consensus.csv";

    private static readonly string[] Sexes = ["female", "male"];
    private static readonly (string Column, string Detail)[] Details =
    [
        ("Split_Set", "split"),
        ("EmoAct", "arousal"),
        ("EmoVal", "valence"),
        ("EmoDom", "dominance"),
    ];

    /// <summary>
    /// Reads a release by its table of labels. Turns whose raters agree on no emotion, or on another one, are left out.
    /// </summary>
    /// <exception cref="InputException">The folder or the table cannot be read, or no turn can be used.</exception>
    public static Manifest Read(string folder)
    {
        var tree = new LabeledTree(Name, folder);
        var withoutEmotion = 0;
        foreach (var row in UserTable.ReadAll(tree.Table(Labels), "FileName", "EmoClass", "SpkrID"))
        {
            if (Emotion(row["EmoClass"]) is not { } emotion)
            {
                withoutEmotion++;
                continue;
            }
            tree.Add(
                row["FileName"],
                row.Place,
                path => new Utterance(path, row["SpkrID"], emotion)
                {
                    Sex = Sexes.FirstOrDefault(s => s.Equals(row["Gender"], StringComparison.OrdinalIgnoreCase), ""),
                    Details =
                    [
                        .. Details.Select(d => KeyValuePair.Create(d.Detail, row[d.Column])).Where(d => d.Value != ""),
                    ],
                }
            );
        }
        if (withoutEmotion > 0)
            tree.Warn($"{withoutEmotion} turns have no primary emotion that raters agree on; they are left out");
        return tree.ToManifest();
    }

    private static string? Emotion(string code) =>
        code.ToUpperInvariant() switch
        {
            "A" => "angry",
            "C" => "contempt",
            "D" => "disgusted",
            "F" => "fearful",
            "H" => "happy",
            "N" => "neutral",
            "S" => "sad",
            "U" => "surprised",
            _ => null,
        };
}
