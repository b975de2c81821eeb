using System.IO.Enumeration;
using Prosodia.Audio;
using Prosodia.Evaluation.Corpora;

namespace Prosodia.Cli.Predict;

/// <summary>The recordings that a user means with files, folders, patterns and manifests.</summary>
internal static class InputFiles
{
    private static readonly string[] ManifestExtensions = [".csv", ".tsv"];

    /// <summary>
    /// The recordings, in the order of the inputs, those of a folder by name; a manifest's as it is read, so that it
    /// may list any number, and some again.
    /// </summary>
    /// <param name="inputs">What the user gave.</param>
    /// <param name="problems">Where what could not be found is added.</param>
    /// <param name="speakers">Where the speakers that manifests name are noted, by recording; null for nowhere.</param>
    /// <param name="sources">Where these are noted with their manifest, since other people may have the same names in
    /// others.</param>
    public static IEnumerable<string> Find(
        IEnumerable<string> inputs,
        ICollection<InputException> problems,
        IDictionary<string, string>? speakers = null,
        IDictionary<string, string>? sources = null
    )
    {
        foreach (var input in inputs)
        {
            using var files = Files(input, problems, speakers, sources).GetEnumerator();
            while (Next(files, input, problems))
                yield return files.Current;
        }
    }

    private static bool Next(IEnumerator<string> files, string input, ICollection<InputException> problems)
    {
        try
        {
            return files.MoveNext();
        }
        catch (InputException problem)
        {
            if (!problems.Contains(problem))
                problems.Add(problem); // a manifest without a usable row has reported it
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(InputException.From(input, e));
            return false;
        }
    }

    private static IEnumerable<string> Files(
        string input,
        ICollection<InputException> problems,
        IDictionary<string, string>? speakers,
        IDictionary<string, string>? sources
    )
    {
        var files =
            Directory.Exists(input) ? Found(input, FolderTree.Files(input, problems).Where(SoundFormat.IsRecording))
            : File.Exists(input)
                ? IsManifest(input) ? Listed(input, problems, speakers, sources)
                    : [input]
            : IsPattern(input) ? Found(input, Matching(input, problems))
            : throw new InputException(
                input,
                "does not exist",
                "Give recordings, folders, manifests (.csv), patterns such as 'calls/*.wav', or - for standard input"
            );
        foreach (var file in files)
            yield return file;
    }

    private static IEnumerable<string> Listed(
        string manifest,
        ICollection<InputException> problems,
        IDictionary<string, string>? speakers,
        IDictionary<string, string>? sources
    )
    {
        foreach (var utterance in ManifestReader.Read(manifest, problems, mayRepeat: true))
        {
            if (!utterance.Part.IsWhole)
            {
                problems.Add(
                    new InputException(
                        utterance.Name,
                        $"is a part of a recording in {manifest}, and predict answers for whole ones",
                        "Leave out the columns start and end: longer recordings are divided into turns"
                    )
                );
                continue;
            }
            if (utterance.Speaker.Length > 0)
            {
                speakers?.TryAdd(utterance.Path, utterance.Speaker);
                sources?.TryAdd(utterance.Path, $"{utterance.Speaker} of {manifest}");
            }
            yield return utterance.Path;
        }
    }

    public static bool IsManifest(string input) =>
        ManifestExtensions.Contains(Path.GetExtension(input), StringComparer.OrdinalIgnoreCase);

    private static bool IsPattern(string input) =>
        input.Contains('*', StringComparison.Ordinal) || input.Contains('?', StringComparison.Ordinal);

    /// <summary>
    /// Files of a pattern whose last part has wildcards; <c>**</c> before it stands for folders within folders.
    /// </summary>
    private static IEnumerable<string> Matching(string pattern, ICollection<InputException> problems)
    {
        var folder = Path.GetDirectoryName(pattern) ?? "";
        var deep = Path.GetFileName(folder) == "**";
        if (deep)
            folder = Path.GetDirectoryName(folder) ?? "";
        if (IsPattern(folder))
            throw new InputException(
                pattern,
                "has wildcards in a folder's name",
                "Put them into the last part, after ** for folders within folders: 'calls/**/*.wav'"
            );
        if (folder.Length > 0 && !Directory.Exists(folder))
            throw new InputException(pattern, $"there is no folder {folder}", "Check the path");
        var found = deep
            ? FolderTree.Files(folder.Length > 0 ? folder : ".", problems)
            : Directory.EnumerateFiles(folder.Length > 0 ? folder : ".");
        var matching = found.Where(f =>
            FileSystemName.MatchesSimpleExpression(
                Path.GetFileName(pattern),
                Path.GetFileName(f),
                ignoreCase: OperatingSystem.IsWindows()
            )
        );
        return folder.Length > 0 ? matching : matching.Select(f => Path.GetRelativePath(".", f));
    }

    private static string[] Found(string input, IEnumerable<string> files)
    {
        string[] sorted = [.. files.Order(StringComparer.Ordinal)];
        return sorted.Length > 0
            ? sorted
            : throw new InputException(
                input,
                "holds no recording",
                "Expected audio or video files such as .wav, .mp3, .flac, .m4a, .mp4"
            );
    }
}
