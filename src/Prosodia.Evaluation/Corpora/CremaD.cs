using System.Text.RegularExpressions;
using Prosodia.Evaluation.IO;

namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// CREMA-D: 91 North American actors of many ages and origins, six emotions, 7,442 recordings. The manifest has the
/// emotion that was meant; the column <c>perceived</c> has the one that most listeners heard in the voice alone, where
/// the corpus's tables are there. Source: Cao et al., CREMA-D, IEEE Transactions on Affective Computing 5(4), 2014.
/// </summary>
internal static partial class CremaD
{
    /// <summary>What manifests call the corpus.</summary>
    public const string Name = "CREMA-D";

    private const string Actors = "VideoDemographics.csv",
        Votes = "summaryTable.csv";

    /// <summary>Reads the corpus or any part of it, with what its tables say of actors and votes.</summary>
    /// <exception cref="InputException">The folder or a table cannot be read, or the folder holds no such
    /// recording.</exception>
    public static Manifest Read(string folder)
    {
        var manifest = CorpusReader.Read(Name, folder, "such as 1006_IEO_HAP_LO.wav", Parse);
        var actors = CorpusReader.Table(folder, Actors, "ActorID", "Age", "Sex");
        var votes = CorpusReader.Table(folder, Votes, "FileName", "VoiceVote", "VoiceLevel");
        return manifest with
        {
            Utterances =
            [
                .. manifest.Utterances.Select(u =>
                {
                    var actor = actors.GetValueOrDefault(u.Speaker);
                    var vote = votes.GetValueOrDefault(Path.GetFileNameWithoutExtension(u.Path).ToUpperInvariant());
                    return u with
                    {
                        Sex = actor?["Sex"].ToLowerInvariant() ?? "",
                        Details =
                        [
                            .. u.Details,
                            .. actor is null
                                ? (IEnumerable<KeyValuePair<string, string>>)[]
                                : [new("age", actor["Age"])],
                            .. vote is null ? [] : Perceived(vote),
                        ],
                    };
                }),
            ],
        };
    }

    /// <summary>What listeners heard; several emotions where as many heard each.</summary>
    private static KeyValuePair<string, string>[] Perceived(UserRow vote)
    {
        var heard = vote["VoiceVote"]
            .Split(':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return heard.Length == 0
            ? []
            :
            [
                new("perceived", string.Join('+', heard.Select(h => Emotion(h.ToUpperInvariant())))),
                new("perceived_level", vote["VoiceLevel"]),
            ];
    }

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
                        "intensity",
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
