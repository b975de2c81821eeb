using Prosodia.Corpora;

namespace Prosodia.Cli.Predict;

/// <summary>The recordings that a user means with files, folders, patterns and manifests.</summary>
internal static class InputFiles
{
    private static readonly HashSet<string> AudioExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".wav", ".wave", ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".wma", ".aiff", ".aif", ".au", ".amr", ".webm", ".mp4", ".mkv", ".mov", ".avi", ".3gp", ".mpg", ".mpeg",
    };

    /// <summary>The recordings, in the order of the inputs, those of a folder by name; a manifest's as it is read, so that it may list any number, and some again.</summary>
    /// <param name="inputs">What the user gave.</param>
    /// <param name="problems">Where what could not be found is added.</param>
    public static IEnumerable<string> Find(IEnumerable<string> inputs, ICollection<InputException> problems)
    {
        foreach (var input in inputs)
        {
            using var files = Files(input, problems).GetEnumerator();
            while (Next(files, problems)) yield return files.Current;
        }
    }

    private static bool Next(IEnumerator<string> files, ICollection<InputException> problems)
    {
        try
        {
            return files.MoveNext();
        }
        catch (InputException problem)
        {
            if (!problems.Contains(problem)) problems.Add(problem); // a manifest without a usable row has told of it
            return false;
        }
    }

    private static IEnumerable<string> Files(string input, ICollection<InputException> problems)
    {
        var files = Directory.Exists(input) ? Found(input, Audio(input))
            : File.Exists(input) ? input.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? ManifestRows.Read(input, problems, mayRepeat: true).Select(u => u.Path) : [input]
            : IsPattern(input) ? Found(input, Matching(input))
            : throw new InputException(input, "does not exist", "Give recordings, folders, manifests (.csv), patterns such as 'calls/*.wav', or - for standard input");
        foreach (var file in files) yield return file;
    }

    private static IEnumerable<string> Audio(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true }).Where(f => AudioExtensions.Contains(Path.GetExtension(f)));

    private static bool IsPattern(string input) => input.Contains('*', StringComparison.Ordinal) || input.Contains('?', StringComparison.Ordinal);

    /// <summary>Files of a pattern whose last part has wildcards; <c>**</c> before it stands for folders within folders.</summary>
    private static IEnumerable<string> Matching(string pattern)
    {
        var folder = Path.GetDirectoryName(pattern) ?? "";
        var deep = Path.GetFileName(folder) == "**";
        if (deep) folder = Path.GetDirectoryName(folder) ?? "";
        if (IsPattern(folder)) throw new InputException(pattern, "has wildcards in a folder's name", "Put them into the last part, after ** for folders within folders: 'calls/**/*.wav'");
        if (folder.Length > 0 && !Directory.Exists(folder)) throw new InputException(pattern, $"there is no folder {folder}", "Check the path");
        var found = Directory.EnumerateFiles(folder.Length > 0 ? folder : ".", Path.GetFileName(pattern), new EnumerationOptions { RecurseSubdirectories = deep });
        return folder.Length > 0 ? found : found.Select(f => Path.GetRelativePath(".", f));
    }

    private static string[] Found(string input, IEnumerable<string> files)
    {
        string[] sorted = [.. files.Order(StringComparer.Ordinal)];
        return sorted.Length > 0 ? sorted : throw new InputException(input, "holds no recording", $"Expected files such as {string.Join(", ", AudioExtensions.Take(6))}");
    }
}
