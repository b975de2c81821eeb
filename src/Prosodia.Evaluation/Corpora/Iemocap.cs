using System.Text.RegularExpressions;
using Prosodia.Audio;

namespace Prosodia.Evaluation.Corpora;

/// <summary>Which dialogues of IEMOCAP to read.</summary>
internal enum IemocapStyle
{
    /// <summary>All dialogues.</summary>
    All,

    /// <summary>Improvised scenes only.</summary>
    Improvised,

    /// <summary>Scripted plays only.</summary>
    Scripted,
}

/// <summary>
/// IEMOCAP in its release's layout, reduced to the four classes of the literature: angry, happy, neutral, sad.
/// Source: Busso et al., IEMOCAP, Language Resources and Evaluation 42, 2008.
/// </summary>
internal static partial class Iemocap
{
    /// <summary>What manifests call the corpus.</summary>
    public const string Name = "IEMOCAP";

    /// <summary>Reads <c>SessionN/dialog/EmoEvaluation/*.txt</c> and finds each utterance's WAV file.</summary>
    /// <param name="folder">The folder that holds Session1 to Session5.</param>
    /// <param name="excitedIsHappy">True merges <c>exc</c> into happy (5,531 utterances), false leaves it out
    /// (4,490).</param>
    /// <param name="style">Which dialogues.</param>
    /// <param name="isWhole">Whether utterances of other emotions, or of none that raters agree on, are kept.</param>
    /// <exception cref="InputException">The folder cannot be read or holds no utterance of these classes.</exception>
    public static Manifest Read(
        string folder,
        bool excitedIsHappy = true,
        IemocapStyle style = IemocapStyle.All,
        bool isWhole = false
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var utterances = new List<Utterance>();
        var problems = new List<InputException>();
        var files = FolderTree.Files(folder, problems);
        var recordings = files
            .Where(SoundFormat.HasExtension)
            .Where(f => Path.GetRelativePath(folder, f).Contains("sentences", StringComparison.OrdinalIgnoreCase))
            .GroupBy(f => Path.GetFileNameWithoutExtension(f), StringComparer.OrdinalIgnoreCase)
            .ToDictionary(g => g.Key, g => g.First(), StringComparer.OrdinalIgnoreCase);
        // a release that is there twice is read once
        var labels = new Dictionary<string, (string Emotion, string File)>(StringComparer.OrdinalIgnoreCase);
        foreach (var evaluation in files.Where(IsEvaluation))
        {
            var session = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(evaluation)))!;
            foreach (var (label, raters) in Labeled(TextFile.ReadLines(evaluation)))
            {
                var (name, labeled) = (label.Groups["name"].Value, label.Groups["emotion"].Value);
                if (!labels.TryAdd(name, (labeled, evaluation)))
                {
                    if (labels[name] is var first && first.Emotion != labeled)
                        problems.Add(
                            new InputException(
                                evaluation,
                                $"labels {name} '{labeled}', which {first.File} labels '{first.Emotion}'",
                                "The first label is used; remove the wrong one"
                            )
                        );
                    continue;
                }
                var improvised = name.Contains("impro", StringComparison.Ordinal);
                if ((Emotion(labeled, excitedIsHappy) ?? (isWhole ? Other(labeled) : null)) is not { } emotion)
                    continue;
                if (style != IemocapStyle.All && improvised != (style == IemocapStyle.Improvised))
                    continue;

                var path = Path.Combine(session, "sentences", "wav", name[..name.LastIndexOf('_')], name + ".wav");
                if (recordings.TryGetValue(name, out var recording))
                    utterances.Add(Describe(recording, name, emotion, improvised, label, Said(raters, excitedIsHappy)));
                else
                    problems.Add(
                        new InputException(
                            path,
                            $"is missing, though {Path.GetFileName(evaluation)} labels it",
                            "Unpack that session again"
                        )
                    );
            }
        }
        if (utterances.Count == 0)
            throw problems.FirstOrDefault()
                ?? new InputException(
                    folder,
                    "holds no labeled utterance of IEMOCAP",
                    "Give the release's folder, the one with Session1 to Session5"
                );
        return new Manifest(Name, [.. utterances.OrderBy(u => u.Path, StringComparer.Ordinal)], problems);
    }

    private static bool IsEvaluation(string path) =>
        Path.GetFileName(path).StartsWith("Ses", StringComparison.OrdinalIgnoreCase)
        && Path.GetExtension(path).Equals(".txt", StringComparison.OrdinalIgnoreCase)
        && Path.GetFileName(Path.GetDirectoryName(path))!.Equals("EmoEvaluation", StringComparison.OrdinalIgnoreCase);

    /// <summary>Who speaks in a recording, without its emotion; null where its name is not one of the corpus.</summary>
    public static Utterance? ByName(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return UtteranceName().IsMatch(name) ? Describe(path, name, "") : null;
    }

    private static Utterance Describe(string path, string name, string emotion)
    {
        var male = name[name.LastIndexOf('_') + 1] == 'M'; // who speaks, not who wears the markers
        return new Utterance(path, name[..5] + (male ? 'M' : 'F'), emotion) { Sex = male ? "male" : "female" };
    }

    /// <summary>The label lines, each with the lines of its raters below it.</summary>
    private static IEnumerable<(Match Label, IReadOnlyList<Match> Raters)> Labeled(IEnumerable<string> lines)
    {
        var (label, raters) = ((Match?)null, new List<Match>());
        foreach (var line in lines)
        {
            if (LabelLine().Match(line) is { Success: true } next)
            {
                if (label is not null)
                    yield return (label, raters);
                (label, raters) = (next, []);
            }
            else if (RaterLine().Match(line) is { Success: true } rater)
                raters.Add(rater);
        }
        if (label is not null)
            yield return (label, raters);
    }

    /// <summary>
    /// What each rater said. What speakers said of themselves (raters F and M) is no vote on how they sound.
    /// </summary>
    private static Rating[] Said(IReadOnlyList<Match> lines, bool excitedIsHappy) =>
        [
            .. lines
                .Where(l => l.Groups["rater"].Value.StartsWith('E'))
                .GroupBy(l => l.Groups["rater"].Value)
                .Select(rater => new Rating(
                    rater.Key,
                    [
                        .. rater
                            .SelectMany(l => l.Groups["category"].Captures)
                            .Select(c => EmotionLabels.Adjective(c.Value))
                            .Select(c => c == "excited" && excitedIsHappy ? "happy" : c)
                            .Distinct(),
                    ],
                    [
                        .. from line in rater
                        from value in new[] { ("valence", "v"), ("arousal", "a"), ("dominance", "d") }
                        let number = line.Groups[value.Item2].Value
                        where number.Length > 0
                        select KeyValuePair.Create(value.Item1, number),
                    ]
                )),
        ];

    private static Utterance Describe(
        string path,
        string name,
        string emotion,
        bool improvised,
        Match label,
        Rating[] ratings
    ) =>
        Describe(path, name, emotion) with
        {
            Details =
            [
                new(Manifest.CorpusColumn, Name),
                new(Manifest.SessionColumn, name[3..5]),
                new("style", improvised ? "improvised" : "scripted"),
                new("valence", label.Groups["v"].Value),
                new("arousal", label.Groups["a"].Value),
                new("dominance", label.Groups["d"].Value),
                .. Ratings.Columns(ratings),
            ],
        };

    private static string? Emotion(string label, bool excitedIsHappy) =>
        label switch
        {
            "ang" => "angry",
            "hap" => "happy",
            "exc" when excitedIsHappy => "happy",
            "neu" => "neutral",
            "sad" => "sad",
            _ => null,
        };

    private static string Other(string label) =>
        label switch
        {
            "dis" => "disgusted",
            "exc" => "excited",
            "fea" => "fearful",
            "fru" => "frustrated",
            "sur" => "surprised",
            "oth" => "other",
            _ => EmotionLabels.NoAgreement,
        };

    [GeneratedRegex(@"^Ses0[1-5][FM]_\w+_[FM]\d{3}$")]
    private static partial Regex UtteranceName();

    [GeneratedRegex(
        @"^\[[\d.]+ - [\d.]+\]\t(?<name>Ses0[1-5][FM]_\w+_[FM]\d{3})\t(?<emotion>[a-z]{3})\t\[(?<v>[\d.]+), "
            + @"(?<a>[\d.]+), (?<d>[\d.]+)\]"
    )]
    private static partial Regex LabelLine();

    [GeneratedRegex(
        @"^(C-(?<rater>\w+):\s*((?<category>[A-Za-z][A-Za-z ]*?)\s*;\s*)+|"
            + @"A-(?<rater>\w+):\s*val\s*(?<v>[\d.]*)\s*;\s*act\s*(?<a>[\d.]*)\s*;\s*dom\s*(?<d>[\d.]*)\s*;)"
    )]
    private static partial Regex RaterLine();
}
