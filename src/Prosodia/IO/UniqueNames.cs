namespace Prosodia.IO;

/// <summary>
/// Names of output files, each of which is given once, also where file systems don't tell upper from lower case.
/// </summary>
internal sealed class UniqueNames
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The first of some names that isn't taken yet, or else the last one with a number.</summary>
    public string Take(params IReadOnlyList<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        var free = candidates.FirstOrDefault(_taken.Add);
        for (var n = 2; free is null; n++)
            if (_taken.Add($"{candidates[^1]}-{n}"))
                free = $"{candidates[^1]}-{n}";
        return free;
    }
}
