using System.Text.Json;
using System.Text.RegularExpressions;

namespace Prosodia.Evaluation.Corpora;

/// <summary>A recording in a list of EmoBox.</summary>
/// <param name="Place">The list and the line, for errors.</param>
/// <param name="Path">The recording as the list names it.</param>
/// <param name="Emotion">Its label, as a word where the map beside the list has one.</param>
/// <param name="Corpus">What EmoBox calls its corpus.</param>
internal sealed record EmoBoxEntry(string Place, string Path, string Emotion, string Corpus);

/// <summary>
/// The JSON lines of EmoBox: of each recording of a corpus, its path and its label, of which <c>label_map.json</c>
/// beside makes an emotion. They don't say who speaks; the names of the files do. Source: Ma et al., EmoBox:
/// Multilingual Multi-corpus Speech Emotion Recognition Toolkit and Benchmark, Interspeech 2024.
/// </summary>
internal static partial class EmoBox
{
    private const string LabelMap = "label_map.json";

    /// <summary>Reads a list, of a whole corpus or of one part of a fold.</summary>
    /// <param name="file">The list, <c>data/CORPUS/CORPUS.jsonl</c> or <c>.../fold_1/CORPUS_test_fold_1.jsonl</c>; the
    /// paths in it are relative to one of the folders above it.</param>
    /// <param name="speaker">What names the speaker in a path: the first group, or all that matches; null for the
    /// corpora that <see cref="CorpusFormat"/> knows by their file names.</param>
    /// <exception cref="InputException">The list cannot be read or has no recording that can be used.</exception>
    public static Manifest Read(string file, Regex? speaker)
    {
        var (utterances, problems) = (new List<Utterance>(), new List<InputException>());
        var split = SplitName().Match(Path.GetFileNameWithoutExtension(file)).Groups["split"].Value;
        foreach (var entry in Entries(file, problems))
        {
            var path = Found(file, entry.Path);
            var name = speaker?.Match(entry.Path) switch
            {
                null => CorpusFormat.SpeakerOf(entry.Path),
                { Success: true } match => match.Groups[match.Groups.Count > 1 ? 1 : 0].Value,
                _ => "",
            };
            if (path is null)
                problems.Add(
                    new InputException(entry.Place, $"names {entry.Path}, which is not there", "It is left out")
                );
            else if (name.Length == 0)
                problems.Add(
                    new InputException(
                        entry.Place,
                        $"does not say who speaks in {entry.Path}",
                        "Say which part of the path names the speaker with --speaker REGEX"
                    )
                );
            else
                utterances.Add(
                    new Utterance(path, name, EmotionLabels.Adjective(entry.Emotion))
                    {
                        Details =
                        [
                            new(Manifest.CorpusColumn, entry.Corpus),
                            .. split.Length > 0
                                ? [KeyValuePair.Create(Manifest.SplitColumn, split)]
                                : Array.Empty<KeyValuePair<string, string>>(),
                        ],
                    }
                );
        }
        return utterances.Count > 0
            ? new Manifest(Path.GetFileNameWithoutExtension(file), utterances, problems)
            : throw problems.FirstOrDefault()
                ?? new InputException(file, "is empty", "Give a list such as data/emodb/emodb.jsonl");
    }

    /// <summary>What a list says, whether its recordings are there or not.</summary>
    /// <param name="file">The list.</param>
    /// <param name="problems">Where lines that are no JSON are added.</param>
    public static IEnumerable<EmoBoxEntry> Entries(string file, ICollection<InputException> problems)
    {
        var emotions = Emotions(file);
        foreach (var (number, line) in TextFile.ReadLines(file).Index().Where(l => l.Item.Length > 0))
        {
            var place = $"{file}, line {number + 1}";
            EmoBoxEntry? entry = null;
            try
            {
                using var row = JsonDocument.Parse(line);
                var label = Text(row, "emo");
                entry = new(place, Text(row, "wav"), emotions.GetValueOrDefault(label, label), Text(row, "dataset"));
            }
            catch (JsonException)
            {
                problems.Add(new InputException(place, "is no JSON", "Download the list again"));
            }
            if (entry is not null)
                yield return entry;
        }
    }

    private static string Text(JsonDocument row, string name) =>
        row.RootElement.ValueKind == JsonValueKind.Object
        && row.RootElement.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new JsonException(name);

    /// <summary>The words for labels; empty where there is no map.</summary>
    private static Dictionary<string, string> Emotions(string file)
    {
        var folders = Above(file).Take(2); // that of the list, or of the corpus where the list is of a fold
        if (folders.Select(f => Path.Combine(f, LabelMap)).FirstOrDefault(File.Exists) is not { } map)
            return [];
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(TextFile.Read(map)) ?? [];
        }
        catch (JsonException)
        {
            throw new InputException(map, "maps no labels to words", "Download it again");
        }
    }

    private static string? Found(string file, string wav) =>
        Above(file).Select(f => Path.Combine(f, wav)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> Above(string file)
    {
        for (var f = Path.GetDirectoryName(Path.GetFullPath(file)); f is not null; f = Path.GetDirectoryName(f))
            yield return f;
    }

    [GeneratedRegex("_(?<split>train|valid|test)_fold_\\d+$")]
    private static partial Regex SplitName();
}
