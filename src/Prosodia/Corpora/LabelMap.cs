using System.Globalization;
using CsvHelper;

namespace Prosodia.Corpora;

/// <summary>
/// What corpora that call emotions differently have in common: a CSV file with the columns <c>emotion</c> and <c>label</c>,
/// and <c>corpus</c> (a manifest's name) where a row holds for one corpus only. A row without a label leaves the emotion
/// out; emotions without a row keep their names.
/// </summary>
public sealed class LabelMap
{
    private readonly Dictionary<(string Corpus, string Emotion), string> _labels = [];

    private LabelMap()
    {
    }

    /// <summary>All emotions keep their names.</summary>
    public static LabelMap Unchanged { get; } = new();

    /// <summary>Reads a map.</summary>
    /// <exception cref="InputException">The file cannot be read, lacks a column, or gives an emotion two labels.</exception>
    public static LabelMap Read(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        var map = new LabelMap();
        try
        {
            using var csv = new CsvReader(new StreamReader(file), CultureInfo.InvariantCulture);
            string[] header = csv.Read() && csv.ReadHeader() ? csv.HeaderRecord! : [];
            if (!header.Contains("emotion") || !header.Contains("label"))
                throw new InputException(file, $"needs the columns emotion and label; it has: {string.Join(", ", header)}", "Name its columns so");
            while (csv.Read())
            {
                var corpus = header.Contains("corpus") ? csv.GetField("corpus")!.Trim() : "";
                string emotion = csv.GetField("emotion")!.Trim(), label = csv.GetField("label")!.Trim();
                if (!map._labels.TryAdd((corpus, emotion), label) && map._labels[(corpus, emotion)] != label)
                    throw new InputException(file, $"calls {emotion} both {map._labels[(corpus, emotion)]} and {label}", "Leave one row an emotion");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(file, e);
        }
        catch (CsvHelperException)
        {
            throw new InputException(file, "is no CSV with the columns emotion and label", "Write it with a line emotion,label and one line an emotion");
        }
        return map;
    }

    /// <summary>What an emotion of a corpus is called; empty where it is left out.</summary>
    public string Of(string corpus, string emotion) =>
        _labels.TryGetValue((corpus, emotion), out var own) ? own : _labels.GetValueOrDefault(("", emotion), emotion);
}
