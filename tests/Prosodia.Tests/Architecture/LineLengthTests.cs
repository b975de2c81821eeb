using Xunit;

namespace Prosodia.Tests.Architecture;

/// <summary>
/// No line of code is longer than 120 columns: the formatter breaks most, but no strings and no scripts.
/// </summary>
public sealed class LineLengthTests
{
    private const int MaxColumns = 120;

    private static readonly string[] Folders = ["src", "tests/Prosodia.Tests", "benchmarks", "build", "deploy"];
    private static readonly string[] Extensions =
    [
        "",
        ".cs",
        ".csproj",
        ".css",
        ".html",
        ".js",
        ".liquid",
        ".props",
        ".proto",
        ".py",
        ".targets",
        ".yml",
    ];

    [Fact]
    public void No_line_is_longer_than_120_columns()
    {
        var files = Folders
            .SelectMany(f =>
                Directory.EnumerateFiles(Path.Combine(TestData.Repository, f), "*", SearchOption.AllDirectories)
            )
            .Concat(Directory.EnumerateFiles(TestData.Repository))
            .Where(f => Extensions.Contains(Path.GetExtension(f)))
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "golden"));
        var tooLong =
            from file in files
            from line in File.ReadLines(file).Index()
            where line.Item.Length > MaxColumns
            select $"{Path.GetRelativePath(TestData.Repository, file)}:{line.Index + 1}";
        Assert.Empty(tooLong);
    }
}
