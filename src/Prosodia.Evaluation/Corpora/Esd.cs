using System.Globalization;
using System.Text.RegularExpressions;

namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// ESD: ten Mandarin and ten English speakers, five emotions of 350 sentences each, 35,000 recordings. Source: Zhou et
/// al., Emotional Voice Conversion: Theory, Databases and ESD, Speech Communication 137, 2022.
/// </summary>
internal static partial class Esd
{
    /// <summary>What manifests call the corpus.</summary>
    public const string Name = "ESD";

    private const int Sentences = 350,
        MandarinSpeakers = 10;

    private static readonly string[] Emotions = ["neutral", "angry", "happy", "sad", "surprised"];

    /// <summary>
    /// Reads the corpus or any part of it; everything stands in the names, as in <c>0011_000351.wav</c>: of each
    /// speaker, the first 350 are neutral, the next angry, and so on.
    /// </summary>
    /// <exception cref="InputException">The folder cannot be read or holds no such recording.</exception>
    public static Manifest Read(string folder) => CorpusReader.Read(Name, folder, "such as 0011_000351.wav", Parse);

    /// <summary>What the name of a file says; null where it is not one of the corpus.</summary>
    public static Utterance? Parse(string path)
    {
        var name = FileName().Match(Path.GetFileNameWithoutExtension(path));
        if (!name.Success)
            return null;
        var number = int.Parse(name.Groups["number"].Value, CultureInfo.InvariantCulture) - 1;
        var speaker = name.Groups["speaker"].Value;
        return number >= 0 && number < Sentences * Emotions.Length
            ? new Utterance(path, speaker, Emotions[number / Sentences])
            {
                Details =
                [
                    new(
                        "language",
                        int.Parse(speaker, CultureInfo.InvariantCulture) <= MandarinSpeakers ? "Mandarin" : "English"
                    ),
                    new(Manifest.TextColumn, $"{number % Sentences + 1}"),
                ],
            }
            : null;
    }

    [GeneratedRegex(@"^(?<speaker>00(?:0[1-9]|1\d|20))_(?<number>\d{6})$")]
    private static partial Regex FileName();
}
