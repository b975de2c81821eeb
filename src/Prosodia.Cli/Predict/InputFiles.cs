using Prosodia.Corpora;

namespace Prosodia.Cli.Predict;

/// <summary>The recordings that a user means with files, folders, patterns and manifests.</summary>
internal static class InputFiles
{
    private static readonly HashSet<string> AudioExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".wav", ".wave", ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".wma", ".aiff", ".aif", ".au", ".amr", ".webm", ".mp4", ".mkv", ".mov", ".avi", ".3gp", ".mpg", ".mpeg",
    };

    /// <summary>The recordings, in the order of the inputs, those of a folder by name; and what could not be found.</summary>
    public static (IReadOnlyList<string> Files, IReadOnlyList<InputException> Problems) Find(IReadOnlyList<string> inputs)
    {
        var (files, problems) = (new List<string>(), new List<InputException>());
        foreach (var input in inputs)
        {
            try
            {
                if (Directory.Exists(input)) files.AddRange(Found(input, Audio(input)));
                else if (File.Exists(input) && !input.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)) files.Add(input);
                else if (IsPattern(input)) files.AddRange(Found(input, Matching(input)));
                else if (File.Exists(input))
                {
                    var manifest = Manifest.Read(input);
                    problems.AddRange(manifest.Problems);
                    files.AddRange(manifest.Utterances.Select(u => u.Path));
                }
                else throw new InputException(input, "does not exist", "Give recordings, folders, manifests (.csv), patterns such as 'calls/*.wav', or - for standard input");
            }
            catch (InputException problem)
            {
                problems.Add(problem);
            }
        }
        return (files, problems);
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
