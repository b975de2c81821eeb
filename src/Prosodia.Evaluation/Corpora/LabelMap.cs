using Prosodia.Evaluation.IO;

namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// What corpora that call emotions differently have in common: a CSV file with the columns <c>emotion</c> and
/// <c>label</c>, and <c>corpus</c> (a manifest's name) where a row holds for one corpus only. A row without a label
/// leaves the emotion out; emotions without a row keep their names.
/// </summary>
internal sealed class LabelMap
{
    private readonly Dictionary<(string Corpus, string Emotion), string> _labels = [];

    private LabelMap() { }

    /// <summary>All emotions keep their names.</summary>
    public static LabelMap Unchanged { get; } = new();

    /// <summary>Reads a map.</summary>
    /// <exception cref="InputException">The file cannot be read, lacks a column, or gives an emotion two
    /// labels.</exception>
    public static LabelMap Read(string file)
    {
        var map = new LabelMap();
        foreach (var row in UserTable.ReadAll(file, "emotion", "label"))
        {
            var key = (row["corpus"], row["emotion"]);
            if (row["emotion"].Length == 0)
                throw new InputException(row.Place, "has no emotion", "Fill it in or remove the row");
            if (!map._labels.TryAdd(key, row["label"]) && map._labels[key] != row["label"])
                throw new InputException(
                    row.Place,
                    $"calls {row["emotion"]} both {map._labels[key]} and {row["label"]}",
                    "Leave one row an emotion"
                );
        }
        return map;
    }

    /// <summary>What an emotion of a corpus is called; empty where it is left out.</summary>
    public string Of(string corpus, string emotion) =>
        _labels.TryGetValue((corpus, emotion), out var own) ? own : _labels.GetValueOrDefault(("", emotion), emotion);
}
