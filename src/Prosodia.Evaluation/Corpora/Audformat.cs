using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Prosodia.Evaluation.Corpora;

using Row = IReadOnlyDictionary<string, string>;
using Yaml = IReadOnlyDictionary<object, object?>;

/// <summary>
/// A database in audEERING's format: <c>db.yaml</c> says what its tables hold; a table has a row a file (<c>file</c>)
/// or a part of one (<c>file</c>, <c>start</c>, <c>end</c>). Source: the specification of audformat,
/// audeering.github.io/audformat.
/// </summary>
internal sealed class Audformat
{
    /// <summary>The file that describes a database.</summary>
    public const string Header = "db.yaml";

    private const string Emotion = "emotion", // schemes, and columns of these names without a scheme
        Speaker = "speaker";
    private static readonly string[] Consensus = ["gold", "consensus", "majority", "mean"]; // as databases call it
    private static readonly string[] Sexes = ["gender", "sex"];
    private static readonly Yaml Empty = new Dictionary<object, object?>();

    private readonly string _folder,
        _header;
    private readonly Yaml _database;
    private readonly Dictionary<string, IReadOnlyList<Row>> _rows = [];

    private Audformat(string folder)
    {
        (_folder, _header) = (folder, Path.Combine(folder, Header));
        try
        {
            _database =
                new DeserializerBuilder().Build().Deserialize<Dictionary<object, object?>>(TextFile.Read(_header))
                ?? Empty;
        }
        catch (YamlException e)
        {
            throw new InputException(
                _header,
                $"is no YAML ({e.Message.Split('\n')[0].TrimEnd('.')})",
                "Download the database again"
            );
        }
    }

    /// <summary>
    /// Reads the tables that have a column of emotions, with what the database says of speakers. What several tables
    /// label keeps its first label; what has no speaker is left out.
    /// </summary>
    /// <exception cref="InputException">The folder or a table cannot be read, or no recording has an emotion and a
    /// speaker.</exception>
    public static Manifest Read(string folder) => new Audformat(folder).Read();

    private Manifest Read()
    {
        string[] tables = [.. Map(_database, "tables").Keys.Select(k => $"{k}")];
        (string Table, string Emotions, string? Speakers)[] labeled =
        [
            .. tables.Select(t => (t, ColumnOf(t, Emotion)!, ColumnOf(t, Speaker))).Where(t => t.Item2 is not null),
        ];
        if (labeled.Length == 0)
            throw new InputException(
                _header,
                $"describes no table with a column of the scheme '{Emotion}'",
                "Write a table of your own and read it with: prosodia import csv"
            );
        var speakers = SpeakersOfFiles(tables);
        var rated = tables.SelectMany(Rated).ToLookup(r => r.Name, r => r.Details);
        var (seen, utterances, problems, unnamed) = (
            new HashSet<string>(),
            new List<Utterance>(),
            new List<InputException>(),
            0
        );
        foreach (var (table, emotions, speakersOfRows) in labeled)
        foreach (var row in Rows(table))
        {
            var emotion = row.GetValueOrDefault(emotions, "");
            if (EmotionLabels.IsNone(emotion))
                continue;
            var speaker = speakersOfRows is null ? "" : row.GetValueOrDefault(speakersOfRows, "");
            if (speaker.Length == 0 && !speakers.TryGetValue(row["file"], out speaker!))
            {
                unnamed++;
                continue;
            }
            var utterance = new Utterance(Path.Combine(_folder, row["file"]), speaker, EmotionLabels.Adjective(emotion))
            {
                Part = AudformatTable.Part(row),
                Sex = Sexes.Select(s => OfSpeaker(speaker, s)).FirstOrDefault(s => s.Length > 0, ""),
                Details =
                [
                    .. Details(table, speaker)
                        .Concat(rated[NameOf(row)].SelectMany(r => r))
                        .Where(d => d.Value.Length > 0),
                ],
            };
            if (!seen.Add(utterance.Name))
                continue;
            if (File.Exists(utterance.Path))
                utterances.Add(utterance);
            else
                problems.Add(
                    new InputException(utterance.Path, $"does not exist; {table} labels it", "It is left out")
                );
        }
        if (utterances.Count == 0)
            throw problems.FirstOrDefault()
                ?? new InputException(
                    _folder,
                    unnamed > 0 ? "does not say who speaks in any recording" : "has no labeled recording",
                    "Write a table of your own and read it with: prosodia import csv"
                );
        return new Manifest(Name, [.. utterances.OrderBy(u => u.Name, StringComparer.Ordinal)], problems)
        {
            Warnings = unnamed == 0 ? [] : [$"of {unnamed} recordings no speaker is known; they are left out"],
        };
    }

    private string Name => Text(_database, "name") is { Length: > 0 } name ? name : Path.GetFileName(_folder);

    private IEnumerable<KeyValuePair<string, string>> Details(string table, string speaker) =>
        [
            new(Manifest.CorpusColumn, Name),
            new("age", OfSpeaker(speaker, "age")),
            new("language", OfSpeaker(speaker, "language")),
            new("split", Text(Map(Map(_database, "tables"), table), "split_id")),
        ];

    private Dictionary<string, string> SpeakersOfFiles(IEnumerable<string> tables)
    {
        var speakers = new Dictionary<string, string>();
        foreach (var table in tables)
            if (ColumnOf(table, Speaker) is { } column)
                foreach (var row in Rows(table).Where(r => r.GetValueOrDefault(column, "").Length > 0))
                    speakers.TryAdd(row["file"], row[column]);
        return speakers;
    }

    /// <summary>
    /// What the rows of a table say in numbers, such as arousal, and what each of several raters
    /// says.
    /// </summary>
    private IEnumerable<(string Name, IEnumerable<KeyValuePair<string, string>> Details)> Rated(string table)
    {
        var columns = Columns(table);
        string[] names = [.. columns.Keys.Select(c => $"{c}")];
        string[] emotions = [.. names.Where(c => SchemeOf(columns, c) == Emotion && IsOfRater(columns, c))];
        var numbers = names.Where(c => IsNumber(columns, c)).GroupBy(c => SchemeOf(columns, c)).ToArray();
        if ((emotions.Length < 2 && numbers.Length == 0) || !HasFiles(table))
            yield break;
        foreach (var row in Rows(table))
        {
            Rating[] ratings =
            [
                .. from column in emotions.Length < 2 ? [] : emotions
                let emotion = row.GetValueOrDefault(column, "")
                where !EmotionLabels.IsNone(emotion)
                select new Rating(RaterOf(columns, column), [EmotionLabels.Adjective(emotion)], []),
            ];
            yield return (
                NameOf(row),
                [.. numbers.SelectMany(scheme => Numbers(row, columns, [.. scheme])), .. Ratings.Columns(ratings)]
            );
        }
    }

    /// <summary>A number: what all agree on, or the mean over raters; and what each of several says.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Numbers(Row row, Yaml columns, string[] of)
    {
        if (of is [var only])
            return [new(only, row.GetValueOrDefault(only, ""))];
        var scheme = SchemeOf(columns, of[0]);
        string[] raters = [.. of.Where(c => IsOfRater(columns, c))];
        double[] values = [.. raters.Select(c => DecimalNumber.Parse(row.GetValueOrDefault(c, ""))).OfType<double>()];
        var agreed = of.Except(raters).Select(c => row.GetValueOrDefault(c, "")).FirstOrDefault(v => v.Length > 0);
        return
        [
            new(scheme, agreed ?? (values.Length > 0 ? Ratings.Number(values.Average()) : "")),
            .. raters.Select(c => KeyValuePair.Create($"{scheme}:{RaterOf(columns, c)}", row.GetValueOrDefault(c, ""))),
        ];
    }

    /// <summary>Whether a column is what one rater said, and not what was made of several.</summary>
    private static bool IsOfRater(Yaml columns, string column) =>
        RaterOf(columns, column) is { Length: > 0 } rater
        && !Consensus.Any(c => rater.Contains(c, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the rows of a table are files or parts of them, and not speakers or the like.</summary>
    private bool HasFiles(string table) => Rows(table) is [var first, ..] && first.ContainsKey("file");

    private bool IsNumber(Yaml columns, string column) =>
        Text(Map(Map(_database, "schemes"), SchemeOf(columns, column)), "dtype") is "float" or "int"
        && SchemeOf(columns, column) != Speaker;

    private string NameOf(Row row) =>
        new Utterance(Path.Combine(_folder, row["file"]), "", "") { Part = AudformatTable.Part(row) }.Name;

    private static string RaterOf(Yaml columns, string column) => Text(Map(columns, column), "rater_id");

    private static string SchemeOf(Yaml columns, string column) =>
        Text(Map(columns, column), "scheme_id") is { Length: > 0 } scheme ? scheme : column;

    private static bool Has(Yaml columns, string column, string scheme) => SchemeOf(columns, column) == scheme;

    private Yaml Columns(string table) => Map(Map(Map(_database, "tables"), table), "columns");

    /// <summary>The column of a table that has a scheme; null where it has none.</summary>
    private string? ColumnOf(string table, string scheme)
    {
        var columns = Columns(table);
        return columns
            .Keys.Select(c => $"{c}")
            .OrderBy(c => c == scheme ? 0 : 1)
            .FirstOrDefault(c => Has(columns, c, scheme));
    }

    /// <summary>
    /// What the labels of the scheme of speakers say of one, or the table that it names; empty where they don't.
    /// </summary>
    private string OfSpeaker(string speaker, string what) =>
        Map(Map(_database, "schemes"), Speaker).GetValueOrDefault("labels") switch
        {
            Yaml labels => Text(Map(labels, speaker), what),
            string table => Rows(table)
                .FirstOrDefault(r => r.GetValueOrDefault(Speaker) == speaker)
                ?.GetValueOrDefault(what)
                ?? "",
            _ => "",
        };

    private IReadOnlyList<Row> Rows(string table) =>
        _rows.TryGetValue(table, out var rows) ? rows : _rows[table] = AudformatTable.Read(_folder, table);

    private static Yaml Map(Yaml yaml, string key) => yaml.GetValueOrDefault(key) as Yaml ?? Empty;

    private static string Text(Yaml yaml, string key) => yaml.GetValueOrDefault(key) as string ?? "";
}
