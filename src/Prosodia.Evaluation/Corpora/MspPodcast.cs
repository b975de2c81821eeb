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

    private const string EachRating = "labels_detailed.csv";

    private static readonly string[] Sexes = ["female", "male"];
    private static readonly (string Column, string Detail)[] Details =
    [
        ("Split_Set", "split"),
        ("EmoAct", "arousal"),
        ("EmoVal", "valence"),
        ("EmoDom", "dominance"),
    ];

    /// <summary>
    /// Reads a release by its table of labels, with what each rater said where that table is there. Turns whose raters
    /// agree on no emotion, or on another one, are left out.
    /// </summary>
    /// <exception cref="InputException">The folder or the table cannot be read, or no turn can be used.</exception>
    public static Manifest Read(string folder) => Read(folder, isWhole: false);

    /// <inheritdoc cref="Read(string)"/>
    /// <param name="folder">The release.</param>
    /// <param name="isWhole">Whether turns of other emotions, or of none that raters agree on, are kept.</param>
    public static Manifest Read(string folder, bool isWhole)
    {
        var tree = new LabeledTree(Name, folder);
        var withoutEmotion = 0;
        var ratings = RatingsOf(tree);
        foreach (var row in UserTable.ReadAll(tree.Table(Labels), "FileName", "EmoClass", "SpkrID"))
        {
            if ((Emotion(row["EmoClass"]) ?? (isWhole ? EmotionLabels.NoAgreement : null)) is not { } emotion)
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
                        .. Values(row, Details),
                        .. Ratings.Columns(ratings.GetValueOrDefault(CorpusReader.Key(row["FileName"]), [])),
                    ],
                }
            );
        }
        if (withoutEmotion > 0)
            tree.Warn($"{withoutEmotion} turns have no primary emotion that raters agree on; they are left out");
        return tree.ToManifest();
    }

    private static Dictionary<string, IReadOnlyList<Rating>> RatingsOf(LabeledTree tree)
    {
        if (!tree.Has(EachRating))
            return [];
        return UserTable
            .ReadAll(tree.Table(EachRating), "FileName", "EmoClass_Major")
            .GroupBy(r => CorpusReader.Key(r["FileName"]))
            .ToDictionary(
                g => g.Key,
                g =>
                    (IReadOnlyList<Rating>)
                        [
                            // thousands of people rated, a few each turn: which of these it was is enough
                            .. g.Select(
                                (row, i) =>
                                    new Rating(
                                        $"{i + 1}",
                                        [Emotion(row["EmoClass_Major"]) ?? Word(row["EmoClass_Major"])],
                                        [.. Values(row, Details[1..])]
                                    )
                            ),
                        ]
            );
    }

    /// <summary>A category in words; of others, which raters describe, the first word.</summary>
    private static string Word(string category) => EmotionLabels.Adjective(category.Split('-', ' ')[0]);

    private static IEnumerable<KeyValuePair<string, string>> Values(
        UserRow row,
        IEnumerable<(string Column, string Detail)> of
    ) => of.Select(d => KeyValuePair.Create(d.Detail, row[d.Column])).Where(d => d.Value.Length > 0);

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
