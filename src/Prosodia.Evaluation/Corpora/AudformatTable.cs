using System.Globalization;
using Parquet.Serialization;
using Prosodia.Audio;
using Prosodia.Evaluation.IO;

namespace Prosodia.Evaluation.Corpora;

/// <summary>The rows of a table of an audformat database, each cell as text.</summary>
internal static class AudformatTable
{
    /// <summary>Reads a table, whichever of its two forms is there.</summary>
    /// <param name="folder">The database.</param>
    /// <param name="name">The table.</param>
    /// <exception cref="InputException">It is not there in a form that can be read.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(string folder, string name)
    {
        var path = Path.Combine(folder, $"db.{name}");
        if (File.Exists(path + ".csv"))
            return OfCsv(path + ".csv");
        if (File.Exists(path + ".parquet"))
            return OfParquet(path + ".parquet");
        throw new InputException(
            path + ".csv",
            "does not exist, nor does the same as .parquet",
            "Download the table, or save the database with: db.save(folder, storage_format='csv')"
        );
    }

    /// <summary>The part of the file that a row means.</summary>
    public static AudioPart Part(IReadOnlyDictionary<string, string> row) =>
        new(Seconds(row.GetValueOrDefault("start", "")) ?? 0, Seconds(row.GetValueOrDefault("end", "")));

    /// <summary>
    /// A time as pandas writes it (<c>0 days 00:00:01.5</c>), or in seconds; null where there is none.
    /// </summary>
    private static double? Seconds(string text)
    {
        if (text.Length == 0 || text == "NaT")
            return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
            return seconds;
        var parts = text.Split(" days ", 2);
        var clock = parts[^1].Split(':');
        if (
            clock.Length == 3
            && clock.Select(c => Number(c)).ToArray() is var numbers
            && numbers.All(n => n is not null)
            && (parts.Length == 1 ? 0 : Number(parts[0])) is { } days
        )
            return (((days * 24) + numbers[0]) * 60 + numbers[1]) * 60 + numbers[2];
        return null;
        static double? Number(string digits) =>
            double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) ? n : null;
    }

    private static IReadOnlyDictionary<string, string>[] OfCsv(string path)
    {
        using var table = UserTable.Open(path, []);
        return
        [
            .. table
                .Rows()
                .Select(r => r.Problem is { } problem ? throw problem : table.Columns.ToDictionary(c => c, c => r[c])),
        ];
    }

    private static IReadOnlyDictionary<string, string>[] OfParquet(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var rows = ParquetSerializer.DeserializeUntypedAsync(file).GetAwaiter().GetResult().Data;
            return [.. rows.Select(row => row.ToDictionary(c => c.Key, c => Text(c.Key, c.Value)))];
        }
        catch (Exception e) when (e is Parquet.ParquetException or IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"cannot be read ({e.Message.TrimEnd('.')})", "Download the table again");
        }
    }

    /// <summary>A cell as text; times are nanoseconds there.</summary>
    private static string Text(string column, object? value) =>
        value switch
        {
            null => "",
            TimeSpan time => time.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            long nanoseconds when column is "start" or "end" => nanoseconds == long.MinValue
                ? ""
                : (nanoseconds / 1e9).ToString(CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };
}
