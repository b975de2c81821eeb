using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Prosodia.Corpora;

/// <summary>
/// The utterances of a corpus, kept as a CSV file that a person can edit: columns <c>path</c> (relative to the file's
/// folder, or absolute), <c>speaker</c>, <c>sex</c>, <c>emotion</c>, then anything else.
/// </summary>
/// <param name="Name">What reports call the corpus: the file's name without its extension.</param>
/// <param name="Utterances">The usable rows, in the order of the file.</param>
/// <param name="Problems">The rows that cannot be used, each with why.</param>
public sealed record Manifest(string Name, IReadOnlyList<Utterance> Utterances, IReadOnlyList<InputException> Problems)
{
    /// <summary>The column that says which corpus a recording is of, where that is known.</summary>
    public const string CorpusColumn = "corpus";

    /// <summary>The column that says in which session of a corpus of dialogues a recording was made.</summary>
    public const string SessionColumn = "session";

    /// <summary>The columns of every manifest, in their order; only <c>sex</c> may be missing.</summary>
    public static IReadOnlyList<string> FixedColumns { get; } = ["path", "speaker", "sex", "emotion"];

    /// <summary>The emotions that occur, in alphabetical order: the classes of every table and matrix.</summary>
    public IReadOnlyList<string> Emotions => Utterances.Emotions();

    /// <summary>The speakers that occur, in alphabetical order.</summary>
    public IReadOnlyList<string> Speakers => Utterances.Speakers();

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="InputException">The file cannot be read, a column is missing, or no row is usable.</exception>
    public static Manifest Read(string file) => Read(file, FixedColumns.ToDictionary(c => c, c => c));

    /// <summary>Reads any CSV file whose columns have other names.</summary>
    /// <param name="file">The file; its delimiter may be a comma, a semicolon or a tab.</param>
    /// <param name="columns">For each of <c>path</c>, <c>speaker</c>, <c>sex</c>, <c>emotion</c> the file's name for it.</param>
    /// <exception cref="InputException">The file cannot be read, a column is missing, or no row is usable.</exception>
    public static Manifest Read(string file, IReadOnlyDictionary<string, string> columns)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        ArgumentNullException.ThrowIfNull(columns);
        var utterances = new List<Utterance>();
        var problems = new List<InputException>();
        try
        {
            using var reader = new StreamReader(file);
            using var csv = new CsvReader(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                DetectDelimiter = true,
                DetectDelimiterValues = [",", ";", "\t"],
                TrimOptions = TrimOptions.Trim,
                PrepareHeaderForMatch = header => header.Header.ToLowerInvariant(),
                MissingFieldFound = null,
                BadDataFound = null,
            });
            var header = csv.Read() && csv.ReadHeader() ? csv.HeaderRecord! : [];
            RequireColumns(file, header, columns);
            var folder = Path.GetDirectoryName(file) ?? "";
            var seen = new HashSet<string>();
            while (csv.Read())
            {
                var row = $"{file}, line {csv.Parser.RawRow}";
                if (ReadRow(csv, header, columns, folder, row, out var problem) is not { } utterance) problems.Add(problem!);
                else if (seen.Add(utterance.Path)) utterances.Add(utterance);
                else problems.Add(new InputException(row, $"{utterance.Path} is listed twice", "Remove one of the rows"));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(file, e);
        }
        catch (CsvHelperException e)
        {
            throw new InputException(file, $"is no readable CSV ({e.Message.Split('\n')[0].Trim().TrimEnd('.')})", "Write it again with: prosodia import");
        }

        if (utterances.Count == 0)
            throw problems.FirstOrDefault() ?? new InputException(file, "lists no recording", "Write it again with: prosodia import");
        return new Manifest(Path.GetFileNameWithoutExtension(file), utterances, problems);
    }

    /// <summary>Writes the manifest, paths relative to its folder; the file appears complete or not at all.</summary>
    public void Write(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        string[] details = [.. Utterances.SelectMany(u => u.Details).Select(d => d.Key).Distinct()];
        CsvFile.Write(file, Utterances
            .Select<Utterance, IEnumerable<object?>>(u =>
            [
                Path.GetRelativePath(folder, Path.GetFullPath(u.Path)).Replace('\\', '/'), u.Speaker, u.Sex, u.Emotion,
                .. details.Select(u.Detail),
            ])
            .Prepend(FixedColumns.Concat(details)));
    }

    private static Utterance? ReadRow(CsvReader csv, string[] header, IReadOnlyDictionary<string, string> columns, string folder,
        string row, out InputException? problem)
    {
        string Field(string column) => columns.TryGetValue(column, out var name) ? csv.GetField(name.ToLowerInvariant()) ?? "" : "";
        var empty = FixedColumns.FirstOrDefault(c => c != "sex" && Field(c).Length == 0);
        problem = empty is not null ? new InputException(row, $"has no {empty}", "Fill it in or remove the row")
            : Field("path").Contains('\0', StringComparison.Ordinal) ? new InputException(row, "has a path that no file can have", "Correct it or remove the row") : null;
        if (problem is not null) return null;

        var named = columns.Values.Select(c => c.ToLowerInvariant()).ToHashSet();
        var path = Path.Combine(folder, Field("path")); // named as the user named the manifest: from here, or in full
        return new Utterance(Path.IsPathRooted(path) ? Path.GetFullPath(path) : Path.GetRelativePath(".", path), Field("speaker"), Field("emotion"))
        {
            Sex = Field("sex"),
            Details = [.. header.Where(h => h.Length > 0 && !named.Contains(h.ToLowerInvariant()))
                .Select(h => KeyValuePair.Create(h, csv.GetField(h.ToLowerInvariant()) ?? ""))],
        };
    }

    private static void RequireColumns(string file, string[] header, IReadOnlyDictionary<string, string> columns)
    {
        foreach (var column in FixedColumns.Where(c => c != "sex"))
        {
            var name = columns.GetValueOrDefault(column, column);
            if (!header.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new InputException(file, $"has no column '{name}'; its columns are: {string.Join(", ", header)}",
                    "Rename a column, or say which it is with: prosodia import csv FILE --columns path=...,speaker=...,emotion=...");
        }
    }
}
