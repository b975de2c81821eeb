using System.Security.Cryptography;
using System.Text;
using Prosodia.Evaluation.IO;

namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// The rows of a manifest one at a time, so that a list of any length takes little memory: that by which repeated rows are known,
/// of so many recordings at most.
/// </summary>
public static class ManifestReader
{
    private const int MaxRemembered = 4_000_000; // 150 MB

    /// <summary>Reads the usable rows.</summary>
    /// <param name="file">The file, any <see cref="UserTable"/>.</param>
    /// <param name="problems">Where rows that cannot be used are added, each with why.</param>
    /// <param name="columns">For each of <c>path</c>, <c>speaker</c>, <c>sex</c>, <c>emotion</c> the file's name for it; null where it has these names.</param>
    /// <param name="mayRepeat">Whether a recording may be listed again: where nothing is learned from them, that harms nobody.</param>
    /// <exception cref="InputException">The file cannot be read, a column is missing, or no row is usable.</exception>
    public static IEnumerable<Utterance> Read(string file, ICollection<InputException> problems, IReadOnlyDictionary<string, string>? columns = null, bool mayRepeat = false)
    {
        ArgumentNullException.ThrowIfNull(problems);
        using var table = Open(file, columns ??= Manifest.FixedColumns.ToDictionary(c => c));
        string[] details = [.. DetailsOf(table, columns)];
        var folder = Path.GetDirectoryName(file) ?? "";
        var (seen, again) = (new HashSet<UInt128>(), new HashSet<UInt128>());
        var (usable, first) = (false, (InputException?)null);
        foreach (var row in table.Rows())
        {
            var utterance = Utterance(row, details, columns, folder, out var problem);
            if (utterance is not null && !mayRepeat && Key(utterance.Path) is var key && (seen.Count < MaxRemembered ? !seen.Add(key) : seen.Contains(key)))
            {
                if (!again.Add(key)) continue; // that it is repeated was reported
                problem = new InputException(row.Place, $"{utterance.Path} is listed again; its first row is used", "Remove the others");
                utterance = null;
            }
            if (problem is not null) problems.Add(problem);
            first ??= problem;
            if (utterance is null) continue;
            usable = true;
            OutputGuard.Mentions(utterance.Path);
            yield return utterance;
        }
        if (!usable) throw first ?? new InputException(file, "lists no recording", "Write it again with: prosodia import");
    }

    /// <summary>The further columns of a manifest, in their order.</summary>
    /// <exception cref="InputException">The file cannot be read, or a column is missing.</exception>
    public static IReadOnlyList<string> Details(string file, IReadOnlyDictionary<string, string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        using var table = Open(file, columns);
        return [.. DetailsOf(table, columns)];
    }

    private static UserTable Open(string file, IReadOnlyDictionary<string, string> columns) =>
        UserTable.Open(file, [.. Manifest.FixedColumns.Where(c => c != "sex").Select(c => columns.GetValueOrDefault(c, c))],
            "Rename a column, or say which it is with: prosodia import csv FILE --columns path=...,speaker=...,emotion=...");

    private static IEnumerable<string> DetailsOf(UserTable table, IReadOnlyDictionary<string, string> columns) =>
        table.Columns.Except(columns.Values, StringComparer.OrdinalIgnoreCase);

    private static Utterance? Utterance(UserRow row, string[] details, IReadOnlyDictionary<string, string> columns, string folder, out InputException? problem)
    {
        string Field(string column) => columns.TryGetValue(column, out var name) ? row[name] : "";
        var empty = Manifest.FixedColumns.FirstOrDefault(c => c != "sex" && Field(c).Length == 0);
        problem = row.Problem ?? (empty is not null ? new InputException(row.Place, $"has no {empty}", "Fill it in or remove the row")
            : Field("path").Contains('\0', StringComparison.Ordinal) ? new InputException(row.Place, "has a path that no file can have", "Correct it or remove the row") : null);
        if (problem is not null) return null;

        var path = Path.Combine(folder, Separated(Field("path"), folder)); // named as the user named the manifest: from here, or in full
        return new Utterance(Path.IsPathRooted(path) ? Path.GetFullPath(path) : Path.GetRelativePath(".", path), Field("speaker"), Field("emotion"))
        {
            Sex = Field("sex"),
            Details = [.. details.Select(h => KeyValuePair.Create(h, row[h]))],
        };
    }

    /// <summary>A path with this system's separators, where it was written on Windows and names a file so.</summary>
    private static string Separated(string path, string folder)
    {
        if (Path.DirectorySeparatorChar == '\\' || !path.Contains('\\', StringComparison.Ordinal) || File.Exists(Path.Combine(folder, path))) return path;
        return path.Replace('\\', '/');
    }

    /// <summary>Sixteen bytes of a path's SHA-256, which no two paths share.</summary>
    private static UInt128 Key(string path) => BitConverter.ToUInt128(SHA256.HashData(Encoding.UTF8.GetBytes(path)));
}
