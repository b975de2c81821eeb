using System.Text.RegularExpressions;

namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// TESS: two Canadian actresses, seven emotions, 2,800 words after "say the word". Source: Pichora-Fuller and Dupuis,
/// Toronto Emotional Speech Set, Scholars Portal Dataverse, 2020.
/// </summary>
internal static partial class Tess
{
    /// <summary>What manifests call the corpus.</summary>
    public const string Name = "TESS";

    /// <summary>
    /// Reads the corpus or any part of it; everything stands in the names, as in <c>OAF_back_angry.wav</c>.
    /// </summary>
    /// <exception cref="InputException">The folder cannot be read or holds no such recording.</exception>
    public static Manifest Read(string folder) => CorpusReader.Read(Name, folder, "such as OAF_back_angry.wav", Parse);

    /// <summary>What the name of a file says; null where it is not one of the corpus.</summary>
    public static Utterance? Parse(string path)
    {
        var name = FileName().Match(Path.GetFileNameWithoutExtension(path));
        if (!name.Success)
            return null;
        var older = name.Groups["speaker"].Value.StartsWith("O", StringComparison.OrdinalIgnoreCase);
        return new Utterance(
            path,
            older ? "OAF" : "YAF",
            name.Groups["emotion"].Value.ToLowerInvariant() switch
            {
                "disgust" => "disgusted",
                "fear" => "fearful",
                "ps" => "surprised", // pleasantly
                var other => other,
            }
        )
        {
            Sex = "female",
            Details =
            [
                new("age", older ? "64" : "26"),
                new(Manifest.TextColumn, name.Groups["word"].Value.ToLowerInvariant()),
            ],
        };
    }

    // one file of the corpus has OA for OAF
    [GeneratedRegex(
        @"^(?<speaker>OAF?|YAF)_(?<word>[a-z]+)_(?<emotion>angry|disgust|fear|happy|neutral|ps|sad)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex FileName();
}
