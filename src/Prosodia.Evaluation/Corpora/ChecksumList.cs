namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// How a copy of a corpus compares with the published files. Lists hold names as in the checksum list.
/// </summary>
/// <param name="Unaltered">How many files are byte for byte the published ones.</param>
/// <param name="Altered">Files whose content differs.</param>
/// <param name="Missing">Published files that are not there.</param>
/// <param name="Extra">Files that are there and were never published.</param>
internal sealed record CorpusVerification(
    int Unaltered,
    IReadOnlyList<string> Altered,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Extra
);

/// <summary>
/// A list of SHA-256 sums as <c>sha256sum</c> writes it: sum, two characters, path; files are matched by name.
/// </summary>
internal sealed class ChecksumList
{
    private readonly Dictionary<string, string> _sumByName;

    private ChecksumList(Dictionary<string, string> sumByName) => _sumByName = sumByName;

    /// <summary>Reads a list.</summary>
    /// <param name="file">The list.</param>
    /// <param name="belongs">Whether a name is of the corpus at hand; a list may cover several.</param>
    /// <exception cref="InputException">The file cannot be read, or a line is no checksum.</exception>
    public static ChecksumList Read(string file, Func<string, bool> belongs)
    {
        ArgumentNullException.ThrowIfNull(belongs);
        var sums = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (i, line) in TextFile.ReadLines(file).Index())
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (line.Length < 67 || !line[..64].All(char.IsAsciiHexDigit) || line[64] != ' ')
                throw new InputException(
                    file,
                    $"line {i + 1} is no SHA-256 sum with a file name",
                    "Give a list as sha256sum writes it"
                );
            var name = Path.GetFileName(line[66..].Trim().Replace('\\', '/'));
            if (belongs(name))
                sums[name] = line[..64].ToLowerInvariant();
        }
        return new ChecksumList(sums);
    }

    /// <summary>Hashes the files and compares.</summary>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public CorpusVerification Verify(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var unaltered = 0;
        List<string> altered = [],
            extra = [];
        var missing = _sumByName.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var path in paths)
        {
            var name = Path.GetFileName(path);
            missing.Remove(name);
            if (!_sumByName.TryGetValue(name, out var sum))
                extra.Add(name);
            else if (Sha256Hash.OfFile(path) == sum)
                unaltered++;
            else
                altered.Add(name);
        }
        return new CorpusVerification(unaltered, altered, [.. missing.Order(StringComparer.Ordinal)], extra);
    }
}
