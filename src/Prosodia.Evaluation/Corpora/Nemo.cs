using System.Text.RegularExpressions;

namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// nEMO: nine Polish actors in ordinary rooms, six emotions, 4,481 recordings. Source: Christop, nEMO: Dataset of
/// Emotional Speech in Polish, LREC-COLING 2024.
/// </summary>
internal static partial class Nemo
{
    /// <summary>What manifests call the corpus.</summary>
    public const string Name = "nEMO";

    private const string Recordings = "data.tsv";

    /// <summary>Reads the corpus or any part of it, with what its table says of speakers and sentences.</summary>
    /// <exception cref="InputException">The folder or the table cannot be read, or the folder holds no such
    /// recording.</exception>
    public static Manifest Read(string folder)
    {
        var manifest = CorpusReader.Read(Name, folder, "such as KS0_sadness_38.wav", Parse);
        var table = CorpusReader.Table(folder, Recordings, "file_id", "normalized_text", "gender", "age");
        return manifest with
        {
            Utterances =
            [
                .. manifest.Utterances.Select(u =>
                    table.GetValueOrDefault(Path.GetFileNameWithoutExtension(u.Path).ToUpperInvariant()) is { } row
                        ? u with
                        {
                            Sex = row["gender"].ToLowerInvariant(),
                            Details =
                            [
                                .. u.Details,
                                new("age", row["age"]),
                                new(Manifest.TextColumn, row["normalized_text"]),
                            ],
                        }
                        : u
                ),
            ],
        };
    }

    /// <summary>What the name of a file says; null where it is not one of the corpus.</summary>
    public static Utterance? Parse(string path)
    {
        var name = FileName().Match(Path.GetFileNameWithoutExtension(path));
        return name.Success
            ? new Utterance(
                path,
                name.Groups["speaker"].Value.ToUpperInvariant(),
                EmotionLabels.Adjective(name.Groups["emotion"].Value)
            )
            : null;
    }

    [GeneratedRegex(
        @"^(?<speaker>[A-Z]{2}\d)_(?<emotion>anger|fear|happiness|neutral|sadness|surprised)_\d+$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex FileName();
}
