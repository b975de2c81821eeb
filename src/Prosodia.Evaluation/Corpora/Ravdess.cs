using System.Globalization;
using System.Text.RegularExpressions;

namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// The speech of RAVDESS: 24 North American actors, eight emotions, 1,440 recordings.
/// Source: Livingstone and Russo, PLoS ONE 13(5), 2018.
/// </summary>
internal static partial class Ravdess
{
    /// <summary>What manifests call the corpus.</summary>
    public const string Name = "RAVDESS";

    private static readonly string[] Emotions =
    [
        "neutral",
        "calm",
        "happy",
        "sad",
        "angry",
        "fearful",
        "disgusted",
        "surprised",
    ];

    /// <summary>
    /// Reads the corpus or any part of it; everything stands in the names, as in <c>03-01-06-01-02-01-12.wav</c>.
    /// </summary>
    /// <exception cref="InputException">The folder cannot be read or holds no such recording.</exception>
    public static Manifest Read(string folder) =>
        CorpusReader.Read(Name, folder, "such as 03-01-06-01-02-01-12.wav", Parse);

    /// <summary>What the name of a file says; null where it is not one of the corpus.</summary>
    public static Utterance? Parse(string path)
    {
        var name = FileName().Match(Path.GetFileNameWithoutExtension(path));
        if (!name.Success)
            return null;
        var actor = name.Groups["actor"].Value;
        return new Utterance(path, actor, Emotions[name.Groups["emotion"].Value[0] - '1'])
        {
            Sex = int.Parse(actor, CultureInfo.InvariantCulture) % 2 == 1 ? "male" : "female",
            Details =
            [
                new("acted_intensity", name.Groups["intensity"].Value == "1" ? "normal" : "strong"),
                // "... are talking by the door", "... are sitting by the door"
                new(Manifest.TextColumn, name.Groups["statement"].Value == "1" ? "kids" : "dogs"),
                new("repetition", name.Groups["repetition"].Value),
            ],
        };
    }

    // modality 03 is audio only, channel 01 is speech; song and video are other parts of RAVDESS
    [GeneratedRegex(
        @"^03-01-0(?<emotion>[1-8])-0(?<intensity>[12])-0(?<statement>[12])-0(?<repetition>[12])-"
            + @"(?<actor>0[1-9]|1\d|2[0-4])$"
    )]
    private static partial Regex FileName();
}
