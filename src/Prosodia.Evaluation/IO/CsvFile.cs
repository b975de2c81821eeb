using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Prosodia.Evaluation.IO;

/// <summary>CSV files as the program writes all of them: UTF-8, commas, line feeds, complete or not at all.</summary>
internal static class CsvFile
{
    public static void Write(string file, IEnumerable<IEnumerable<object?>> rows) =>
        OutputFile.Write(
            file,
            stream =>
            {
                using var csv = new CsvWriter(
                    new StreamWriter(stream),
                    new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" }
                );
                foreach (var row in rows)
                {
                    foreach (var value in row)
                        csv.WriteField(value);
                    csv.NextRecord();
                }
            }
        );
}
