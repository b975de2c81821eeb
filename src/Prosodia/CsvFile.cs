using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Prosodia;

/// <summary>CSV files as all of them are written: UTF-8, commas, line feeds, complete or not at all; and small ones that users write.</summary>
internal static class CsvFile
{
    /// <summary>Reads a table of a user: each row's texts by column.</summary>
    /// <param name="file">The file.</param>
    /// <param name="columns">Columns that it must have; it may have others.</param>
    /// <exception cref="InputException">The file cannot be read, is no CSV, or lacks a column.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(string file, params string[] columns)
    {
        var needed = string.Join(" and ", columns);
        try
        {
            using var csv = new CsvReader(new StreamReader(file), CultureInfo.InvariantCulture);
            string[] header = csv.Read() && csv.ReadHeader() ? csv.HeaderRecord! : [];
            if (columns.Except(header).Any())
                throw new InputException(file, $"needs the columns {needed}; it has: {string.Join(", ", header)}", "Name its columns so");
            var rows = new List<IReadOnlyDictionary<string, string>>();
            while (csv.Read()) rows.Add(header.Distinct().ToDictionary(column => column, column => csv.GetField(column)!.Trim()));
            return rows;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw InputException.From(file, e);
        }
        catch (CsvHelperException)
        {
            throw new InputException(file, $"is no CSV with the columns {needed}", $"Write it with a first line {string.Join(',', columns)}");
        }
    }

    public static void Write(string file, IEnumerable<IEnumerable<object?>> rows) => AtomicFile.Write(file, stream =>
    {
        using var csv = new CsvWriter(new StreamWriter(stream), new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" });
        foreach (var row in rows)
        {
            foreach (var value in row) csv.WriteField(value);
            csv.NextRecord();
        }
    });
}
