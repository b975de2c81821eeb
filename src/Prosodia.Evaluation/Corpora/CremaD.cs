using System.Globalization;
using System.Text.RegularExpressions;
using Prosodia.Evaluation.IO;

namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// CREMA-D: 91 North American actors of many ages and origins, six emotions, 7,442 recordings. The manifest has the
/// emotion that was meant and, where the corpus's tables are there, what raters perceived in the voice alone, the face
/// alone and both: <c>perceived</c>, the emotion that most chose; <c>intensity</c>, 0 to 100, the mean over all; and
/// their votes. Source: Cao et al., CREMA-D, IEEE Transactions on Affective Computing 5(4), 2014.
/// </summary>
internal static partial class CremaD
{
    /// <summary>What manifests call the corpus.</summary>
    public const string Name = "CREMA-D";

    private const string Actors = "VideoDemographics.csv",
        Majorities = "summaryTable.csv",
        Votes = "tabulatedVotes.csv";
    private const string Codes = "ADFHNS";

    // what raters were given: how tables name it, how manifests do, and where its rows are numbered from
    private static readonly (string InTables, string Set, int From)[] Parts =
    [
        ("Voice", "", 100_000),
        ("Face", "face", 200_000),
        ("MultiModal", "both", 300_000),
    ];

    /// <summary>Reads the corpus or any part of it, with what its tables say of actors and votes.</summary>
    /// <exception cref="InputException">The folder or a table cannot be read, or the folder holds no such
    /// recording.</exception>
    public static Manifest Read(string folder)
    {
        var manifest = CorpusReader.Read(Name, folder, "such as 1006_IEO_HAP_LO.wav", Parse);
        var actors = CorpusReader.Table(folder, Actors, "ActorID", "Age", "Sex");
        var majorities = CorpusReader.Table(folder, Majorities, "FileName", "VoiceVote", "VoiceLevel");
        var votes = CorpusReader
            .Rows(folder, Votes, "fileName", "meanEmoResp")
            .ToLookup(r => CorpusReader.Key(r["fileName"]));
        return manifest with
        {
            Utterances =
            [
                .. manifest.Utterances.Select(u =>
                {
                    var name = CorpusReader.Key(u.Path);
                    var actor = actors.GetValueOrDefault(u.Speaker);
                    return u with
                    {
                        Sex = actor?["Sex"].ToLowerInvariant() ?? "",
                        Details =
                        [
                            .. u.Details,
                            .. actor is null
                                ? (IEnumerable<KeyValuePair<string, string>>)[]
                                : [new("age", actor["Age"])],
                            .. majorities.TryGetValue(name, out var majority) ? Perceived(majority) : [],
                            .. Rated([.. votes[name]]),
                        ],
                    };
                }),
            ],
        };
    }

    /// <summary>What most raters perceived; several emotions where as many chose each.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Perceived(UserRow row) =>
        from part in Parts
        let chosen = row[part.InTables + "Vote"]
            .Split(':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        where chosen.Length > 0
        from column in new KeyValuePair<string, string>[]
        {
            new(
                NameOf("perceived", part.Set),
                string.Join(Ratings.And, chosen.Select(c => Emotion(c.ToUpperInvariant())))
            ),
            new(NameOf("perceived", part.Set) + "_level", row[part.InTables + "Level"]),
        }
        select column;

    /// <summary>The intensity and the votes of each part.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Rated(IReadOnlyList<UserRow> rows)
    {
        var parts = Parts
            .Select(p => (p.Set, Row: rows.FirstOrDefault(r => IsOf(r, p.From))))
            .Where(p => p.Row is not null)
            .ToArray();
        return
        [
            .. parts.Select(p => KeyValuePair.Create(NameOf("intensity", p.Set), p.Row!["meanEmoResp"])),
            .. from part in parts
            from code in Codes
            select KeyValuePair.Create(Ratings.ColumnOf(Emotion($"{code}"), part.Set), part.Row![$"{code}"]),
        ];
    }

    private static bool IsOf(UserRow row, int from) =>
        int.TryParse(row[""], CultureInfo.InvariantCulture, out var number)
        && number > from
        && number <= from + 100_000;

    private static string NameOf(string what, string set) => set.Length == 0 ? what : $"{what}_{set}";

    /// <summary>What the name of a file says; null where it is not one of the corpus.</summary>
    public static Utterance? Parse(string path)
    {
        var name = FileName().Match(Path.GetFileNameWithoutExtension(path).ToUpperInvariant());
        return name.Success
            ? new Utterance(path, name.Groups["actor"].Value, Emotion(name.Groups["emotion"].Value))
            {
                Details =
                [
                    new(Manifest.TextColumn, name.Groups["sentence"].Value),
                    new(
                        "acted_intensity",
                        name.Groups["intensity"].Value switch
                        {
                            "LO" => "low",
                            "MD" => "medium",
                            "HI" => "high",
                            _ => "unspecified",
                        }
                    ),
                ],
            }
            : null;
    }

    private static string Emotion(string code) =>
        code[..1] switch
        {
            "A" => "angry",
            "D" => "disgusted",
            "F" => "fearful",
            "H" => "happy",
            "S" => "sad",
            _ => "neutral",
        };

    // one file of the corpus has X for XX
    [GeneratedRegex(
        @"^(?<actor>1\d{3})_(?<sentence>[A-Z]{3})_(?<emotion>ANG|DIS|FEA|HAP|NEU|SAD)_(?<intensity>LO|MD|HI|XX?)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex FileName();
}
