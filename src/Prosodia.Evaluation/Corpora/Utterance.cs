using Prosodia.Audio;

namespace Prosodia.Evaluation.Corpora;

/// <summary>One recording of one person and what is known about it: a row of a manifest.</summary>
/// <param name="Path">The audio file; absolute, or relative to the working folder.</param>
/// <param name="Speaker">Who speaks; the same text for the same person throughout a manifest.</param>
/// <param name="Emotion">The label, for example <c>angry</c>.</param>
internal sealed record Utterance(string Path, string Speaker, string Emotion)
{
    /// <summary>Which part of the file it is; by default all of it.</summary>
    public AudioPart Part { get; init; }

    /// <summary>
    /// What tells it from all other utterances: its path, and of a part of a file, its times as a media fragment
    /// (<c>call.wav#t=12.5,15</c>).
    /// </summary>
    public string Name => Path + Part;

    /// <summary><c>male</c>, <c>female</c>, or empty where the corpus doesn't tell.</summary>
    public string Sex { get; init; } = "";

    /// <summary>What else the corpus tells (text, intensity, session, ...), in the order of its columns.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Details { get; init; } = [];

    /// <summary>What a further column says; empty where it says nothing.</summary>
    public string Detail(string column) => Details.FirstOrDefault(d => d.Key == column).Value ?? "";

    /// <summary>
    /// SHA-256 of the file's bytes once it has been read, and of a part of a file, of that and its times; empty before.
    /// </summary>
    public string Sha256 { get; init; } = "";

    /// <summary>Length of the recording once it has been read; 0 before.</summary>
    public double Seconds { get; init; }

    /// <summary>
    /// What makes two utterances the same recording: their content where it is known, else their path.
    /// </summary>
    public string Identity => Sha256.Length > 0 ? Sha256 : System.IO.Path.GetFullPath(Path) + Part;
}

/// <summary>What occurs among utterances, in alphabetical order.</summary>
internal static class UtteranceLists
{
    /// <summary>The emotions: the classes of every table and matrix.</summary>
    public static string[] Emotions(this IEnumerable<Utterance> utterances) => Occurring(utterances, u => u.Emotion);

    /// <summary>The speakers.</summary>
    public static string[] Speakers(this IEnumerable<Utterance> utterances) => Occurring(utterances, u => u.Speaker);

    private static string[] Occurring(IEnumerable<Utterance> utterances, Func<Utterance, string> of) =>
        [.. utterances.Select(of).Distinct().Order(StringComparer.Ordinal)];
}
