using System.Globalization;

namespace Prosodia.Tests.Features;

/// <summary>Tables of numbers in <c>golden/</c>: a header, then rows of a name and numbers.</summary>
internal static class GoldenTable
{
    /// <summary>Reads a table; an empty cell is not a number.</summary>
    public static (string[] Columns, string[] Names, double[][] Values) Read(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "golden", file));
        string[][] rows = [.. lines.Skip(1).Select(l => l.Split(','))];
        return (
            lines[0].Split(',')[1..],
            [.. rows.Select(r => r[0])],
            [.. rows.Select(r => r[1..].Select(Number).ToArray())]
        );
    }

    /// <summary>Pearson's correlation of a column over the rows where it is a number.</summary>
    public static double Correlation(double[][] a, double[][] b, int column)
    {
        (double A, double B)[] pairs =
        [
            .. a.Zip(b, (x, y) => (x[column], y[column])).Where(p => double.IsFinite(p.Item1)),
        ];
        var (meanA, meanB) = (pairs.Average(p => p.A), pairs.Average(p => p.B));
        var both = pairs.Sum(p => (p.A - meanA) * (p.B - meanB));
        var own = Math.Sqrt(pairs.Sum(p => Math.Pow(p.A - meanA, 2)) * pairs.Sum(p => Math.Pow(p.B - meanB, 2)));
        return own == 0 ? 0 : both / own;
    }

    private static double Number(string cell) =>
        cell.Length == 0 ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture);
}
