using System.Text.Json;
using System.Text.RegularExpressions;

namespace Prosodia.Evaluation.Corpora;

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
        var emotions = Emotions(file);
        var split = SplitName().Match(Path.GetFileNameWithoutExtension(file)).Groups["split"].Value;
        foreach (var (number, line) in TextFile.ReadLines(file).Index().Where(l => l.Item.Length > 0))
        {
            var place = $"{file}, line {number + 1}";
            try
            {
                using var row = JsonDocument.Parse(line);
                var (wav, label) = (Text(row, "wav"), Text(row, "emo"));
                if (Found(file, wav) is not { } path)
                    throw new InputException(place, $"names {wav}, which is not there", "It is left out");
                var name = speaker?.Match(wav) switch
                {
                    null => CorpusFormat.SpeakerOf(path),
                    { Success: true } match => match.Groups[match.Groups.Count > 1 ? 1 : 0].Value,
                    _ => "",
                };
                if (name.Length == 0)
                    throw new InputException(
                        place,
                        $"does not say who speaks in {wav}",
                        "Say which part of the path names the speaker with --speaker REGEX"
                    );
                utterances.Add(
                    new Utterance(path, name, EmotionLabels.Adjective(emotions.GetValueOrDefault(label, label)))
                    {
                        Details =
                        [
                            new(Manifest.CorpusColumn, Text(row, "dataset")),
                            .. split.Length > 0
                                ? [KeyValuePair.Create("split", split)]
                                : Array.Empty<KeyValuePair<string, string>>(),
                        ],
                    }
                );
            }
            catch (JsonException)
            {
                problems.Add(new InputException(place, "is no JSON", "Download the list again"));
            }
            catch (InputException problem)
            {
                problems.Add(problem);
            }
        }
        return utterances.Count > 0
            ? new Manifest(Path.GetFileNameWithoutExtension(file), utterances, problems)
            : throw problems.FirstOrDefault()
                ?? new InputException(file, "is empty", "Give a list such as data/emodb/emodb.jsonl");
    }

    private static string Text(JsonDocument row, string name) =>
        row.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
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
