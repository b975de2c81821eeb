using System.Text.RegularExpressions;

namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// The Berlin Database of Emotional Speech: ten German actors, seven emotions, 535 recordings.
/// Source: Burkhardt et al., A Database of German Emotional Speech, Interspeech 2005.
/// </summary>
internal static partial class EmoDb
{
    /// <summary>What manifests call the corpus.</summary>
    public const string Name = "EMO-DB";

    private static readonly HashSet<string> MaleSpeakers = ["03", "10", "11", "12", "15"];

    /// <summary>
    /// Reads the corpus or any part of it; emotion and speaker stand in the names, as in <c>03a01Fa.wav</c>.
    /// </summary>
    /// <exception cref="InputException">The folder cannot be read or holds no such recording.</exception>
    public static Manifest Read(string folder) => CorpusReader.Read(Name, folder, "such as 03a01Fa.wav", Parse);

    /// <summary>What the name of a file says; null where it is not one of the corpus.</summary>
    public static Utterance? Parse(string path)
    {
        var name = FileName().Match(Path.GetFileNameWithoutExtension(path));
        if (!name.Success)
            return null;
        var speaker = name.Groups["speaker"].Value;
        return new Utterance(path, speaker, Emotion(name.Groups["emotion"].Value.ToUpperInvariant()))
        {
            Sex = MaleSpeakers.Contains(speaker) ? "male" : "female",
            Details =
            [
                new(Manifest.TextColumn, name.Groups["text"].Value.ToLowerInvariant()),
                new("version", name.Groups["version"].Value.ToLowerInvariant()),
            ],
        };
    }

    // The letters stand for the German words: Wut, Langeweile, Ekel, Angst, Freude, Trauer, neutral.
    private static string Emotion(string letter) =>
        letter switch
        {
            "W" => "angry",
            "L" => "bored",
            "E" => "disgusted",
            "A" => "fearful",
            "F" => "happy",
            "T" => "sad",
            _ => "neutral",
        };

    [GeneratedRegex(
        @"^(?<speaker>03|08|09|1[0-6])(?<text>[ab]\d\d)(?<emotion>[WLEAFTN])(?<version>[a-z]?)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex FileName();
}
