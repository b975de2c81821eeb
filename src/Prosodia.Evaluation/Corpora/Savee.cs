using System.Text.RegularExpressions;

namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// SAVEE: four English men, seven emotions, 480 recordings, a folder a speaker. Source: Haq and Jackson,
/// Speaker-dependent Audio-visual Emotion Recognition, AVSP 2009.
/// </summary>
internal static partial class Savee
{
    /// <summary>What manifests call the corpus.</summary>
    public const string Name = "SAVEE";

    /// <summary>
    /// Reads the corpus or any part of it, named as in <c>DC/a01.wav</c> or <c>DC_a01.wav</c>.
    /// </summary>
    /// <exception cref="InputException">The folder cannot be read or holds no such recording.</exception>
    public static Manifest Read(string folder) => CorpusReader.Read(Name, folder, "such as DC/a01.wav", Parse);

    private static Match Match(string path) =>
        FileName().Match($"{Path.GetFileName(Path.GetDirectoryName(path))}/{Path.GetFileNameWithoutExtension(path)}");

    /// <summary>What the name of a file says; null where it is not one of the corpus.</summary>
    public static Utterance? Parse(string path)
    {
        var name = Match(path);
        return name.Success
            ? new Utterance(
                path,
                name.Groups["speaker"].Value.ToUpperInvariant(),
                name.Groups["emotion"].Value.ToLowerInvariant() switch
                {
                    "a" => "angry",
                    "d" => "disgusted",
                    "f" => "fearful",
                    "h" => "happy",
                    "sa" => "sad",
                    "su" => "surprised",
                    _ => "neutral",
                }
            )
            {
                Sex = "male",
                Details = [new(Manifest.TextColumn, name.Groups["emotion"].Value + name.Groups["sentence"].Value)],
            }
            : null;
    }

    [GeneratedRegex(
        @"(?:^|/)(?<speaker>DC|JE|JK|KL)[/_](?<emotion>a|d|f|h|n|sa|su)(?<sentence>\d\d)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex FileName();
}
