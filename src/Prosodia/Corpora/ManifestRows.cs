using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Prosodia.Corpora;

/// <summary>
/// The rows of a manifest one at a time, so that a list of any length takes little memory: that by which rows that come again are known, of so many
/// recordings at most.
/// </summary>
public static class ManifestRows
{
    private const int MostRemembered = 4_000_000; // 150 MB

    /// <summary>Reads the usable rows.</summary>
    /// <param name="file">The file; its delimiter may be a comma, a semicolon or a tab.</param>
    /// <param name="problems">Where rows that cannot be used are added, each with why.</param>
    /// <param name="columns">For each of <c>path</c>, <c>speaker</c>, <c>sex</c>, <c>emotion</c> the file's name for it; null where it has these names.</param>
    /// <param name="mayRepeat">Whether a recording may be listed again: where nothing is learnt from them, that harms nobody.</param>
    /// <exception cref="InputException">The file cannot be read, a column is missing, or no row is usable.</exception>
    public static IEnumerable<Utterance> Read(string file, ICollection<InputException> problems, IReadOnlyDictionary<string, string>? columns = null, bool mayRepeat = false)
    {
        ArgumentNullException.ThrowIfNull(problems);
        using var csv = Open(file, columns ??= Manifest.FixedColumns.ToDictionary(c => c), out var details);
        var folder = Path.GetDirectoryName(file) ?? "";
        var (seen, again) = (new HashSet<UInt128>(), new HashSet<UInt128>());
        var (usable, first) = (false, (InputException?)null);
        while (Next(csv, file))
        {
            var row = $"{file}, line {csv.Parser.RawRow}";
            var utterance = ReadRow(csv, details, columns, folder, row, out var problem);
            if (utterance is not null && !mayRepeat && Key(utterance.Path) is var key && (seen.Count < MostRemembered ? !seen.Add(key) : seen.Contains(key)))
            {
                if (!again.Add(key)) continue; // that it comes again was told
                problem = new InputException(row, $"{utterance.Path} is listed again; its first row is used", "Remove the others");
                utterance = null;
            }
            if (problem is not null) problems.Add(problem);
            first ??= problem;
            if (utterance is null) continue;
            usable = true;
            yield return utterance;
        }
        if (!usable) throw first ?? new InputException(file, "lists no recording", "Write it again with: prosodia import");
    }

    /// <summary>The further columns of a manifest, in their order.</summary>
    /// <exception cref="InputException">The file cannot be read, or a column is missing.</exception>
    public static IReadOnlyList<string> Details(string file, IReadOnlyDictionary<string, string> columns)
    {
        using var csv = Open(file, columns, out var details);
        return details;
    }

    private static CsvReader Open(string file, IReadOnlyDictionary<string, string> columns, out string[] details)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        ArgumentNullException.ThrowIfNull(columns);
        try
        {
            var csv = new CsvReader(new StreamReader(file), new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                DetectDelimiter = true,
                DetectDelimiterValues = [",", ";", "\t"],
                TrimOptions = TrimOptions.Trim,
                PrepareHeaderForMatch = header => header.Header.ToLowerInvariant(),
                MissingFieldFound = null,
                BadDataFound = null,
            });
            string[] header = Next(csv, file) && csv.ReadHeader() ? csv.HeaderRecord! : [];
            RequireColumns(file, header, columns);
            var named = columns.Values.ToHashSet(StringComparer.OrdinalIgnoreCase);
            details = [.. header.Where(h => h.Length > 0 && !named.Contains(h))];
            return csv;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(file, e);
        }
    }

    private static bool Next(CsvReader csv, string file)
    {
        try
        {
            return csv.Read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(file, e);
        }
        catch (CsvHelperException e)
        {
            throw new InputException(file, $"is no readable CSV ({e.Message.Split('\n')[0].Trim().TrimEnd('.')})", "Write it again with: prosodia import");
        }
    }

    private static Utterance? ReadRow(CsvReader csv, string[] details, IReadOnlyDictionary<string, string> columns, string folder, string row, out InputException? problem)
    {
        string Field(string column) => columns.TryGetValue(column, out var name) ? csv.GetField(name.ToLowerInvariant()) ?? "" : "";
        var empty = Manifest.FixedColumns.FirstOrDefault(c => c != "sex" && Field(c).Length == 0);
        problem = empty is not null ? new InputException(row, $"has no {empty}", "Fill it in or remove the row")
            : Field("path").Contains('\0', StringComparison.Ordinal) ? new InputException(row, "has a path that no file can have", "Correct it or remove the row") : null;
        if (problem is not null) return null;

        var path = Path.Combine(folder, Field("path")); // named as the user named the manifest: from here, or in full
        return new Utterance(Path.IsPathRooted(path) ? Path.GetFullPath(path) : Path.GetRelativePath(".", path), Field("speaker"), Field("emotion"))
        {
            Sex = Field("sex"),
            Details = [.. details.Select(h => KeyValuePair.Create(h, csv.GetField(h.ToLowerInvariant()) ?? ""))],
        };
    }

    /// <summary>Sixteen bytes of a path's SHA-256, which no two paths share.</summary>
    private static UInt128 Key(string path) => BitConverter.ToUInt128(SHA256.HashData(Encoding.UTF8.GetBytes(path)));

    private static void RequireColumns(string file, string[] header, IReadOnlyDictionary<string, string> columns)
    {
        foreach (var column in Manifest.FixedColumns.Where(c => c != "sex"))
        {
            var name = columns.GetValueOrDefault(column, column);
            if (!header.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new InputException(file, $"has no column '{name}'; its columns are: {string.Join(", ", header)}",
                    "Rename a column, or say which it is with: prosodia import csv FILE --columns path=...,speaker=...,emotion=...");
        }
    }
}
