using Prosodia.Audio;
using Prosodia.Evaluation.IO;

namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// What the readers of corpora share: going through a folder by file names, whose case and ending don't matter.
/// </summary>
internal static class CorpusReader
{
    private static readonly HashSet<string> Lossless = [".wav", ".flac", ".aiff", ".aif", ".sph"];

    /// <summary>Reads every recording below a folder whose name the corpus knows.</summary>
    /// <param name="corpus">The corpus's name, for errors.</param>
    /// <param name="folder">Where the corpus lies.</param>
    /// <param name="pattern">How its files are named, for errors.</param>
    /// <param name="parse">The utterance of a path, or null when the file's name isn't one of the corpus.</param>
    /// <exception cref="InputException">The folder cannot be read or holds no such file.</exception>
    public static Manifest Read(string corpus, string folder, string pattern, Func<string, Utterance?> parse)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var utterances = new List<Utterance>();
        var problems = new List<InputException>();
        foreach (var file in FolderTree.Files(folder, problems))
        {
            if (parse(file) is { } utterance)
            {
                if (SoundFormat.IsRecording(file))
                    utterances.Add(
                        utterance with
                        {
                            Details = [new(Manifest.CorpusColumn, corpus), .. utterance.Details],
                        }
                    );
                else
                    problems.Add(
                        new InputException(
                            file,
                            $"has the name of a recording of {corpus} but no sound that is known",
                            "Convert it to WAV"
                        )
                    );
            }
            else if (SoundFormat.HasExtension(file))
                problems.Add(
                    new InputException(
                        file,
                        $"is not named as {corpus} names its recordings ({pattern})",
                        "It is left out"
                    )
                );
        }
        if (utterances.Count == 0)
            throw new InputException(
                folder,
                $"holds no recording of {corpus} ({pattern})",
                "Give the folder of the corpus"
            );
        return Once(new Manifest(corpus, utterances, problems));
    }

    /// <summary>
    /// The rows of a table that goes with a corpus, in its folder, in one of that, or in the one above where recordings
    /// have a folder of their own. Empty where there is none.
    /// </summary>
    /// <exception cref="InputException">It cannot be read or has no such column.</exception>
    public static IReadOnlyList<UserRow> Rows(string folder, string name, params string[] columns)
    {
        string[] folders = [folder, .. Directory.GetDirectories(folder).Order(StringComparer.Ordinal), $"{folder}/.."];
        var file = folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
        return file is null ? [] : UserTable.ReadAll(file, columns);
    }

    /// <summary>
    /// <see cref="Rows"/> by their first column, without an extension and in upper case; the first of several.
    /// </summary>
    /// <exception cref="InputException">It cannot be read or has no such column.</exception>
    public static IReadOnlyDictionary<string, UserRow> Table(string folder, string name, params string[] columns) =>
        Rows(folder, name, columns).DistinctBy(row => Key(row[columns[0]])).ToDictionary(row => Key(row[columns[0]]));

    /// <summary>The name of a recording as tables are looked up by.</summary>
    public static string Key(string cell) => Path.GetFileNameWithoutExtension(cell).ToUpperInvariant();

    /// <summary>
    /// Takes each recording once. A corpus names a recording by what is said in it, so a name that occurs again is a
    /// copy, as in archives that hold the corpus twice, or a different version of the same recording.
    /// </summary>
    private static Manifest Once(Manifest all)
    {
        var problems = all.Problems.ToList();
        var (once, copies, coded, example) = (new List<Utterance>(), 0, 0, "");
        foreach (
            var same in all.Utterances.GroupBy(
                u => $"{u.Speaker}/{Path.GetFileNameWithoutExtension(u.Path)}",
                StringComparer.OrdinalIgnoreCase
            )
        )
        {
            var first = same.OrderBy(u => Coding(u.Path)).First();
            once.Add(first);
            foreach (var other in same.Where(u => u != first))
            {
                if (Coding(other.Path) > Coding(first.Path))
                {
                    coded++;
                    continue;
                }
                if (Difference(first.Path, other.Path) is { } problem)
                {
                    problems.Add(problem);
                    continue;
                }
                if (copies++ == 0)
                    example = $"{first.Path} and {other.Path}";
            }
        }
        return all with
        {
            Utterances = [.. once.OrderBy(u => u.Path, StringComparer.Ordinal)],
            Problems = problems,
            Warnings =
            [
                .. copies == 0
                    ? (string[])[]
                    : [$"{copies} files are copies of others, such as {example}; each recording is used once"],
                .. coded == 0
                    ? (string[])[]
                    : [$"{coded} files are coded versions of others; of each recording, the lossless one is used"],
            ],
        };
    }

    /// <summary>How much coding has taken from a file, by its extension: nothing, or something.</summary>
    private static int Coding(string path) => Lossless.Contains(Path.GetExtension(path).ToLowerInvariant()) ? 0 : 1;

    /// <summary>Why a file is no copy of another one; null where it is.</summary>
    private static InputException? Difference(string first, string other)
    {
        try
        {
            return Sha256Hash.OfFile(other) == Sha256Hash.OfFile(first)
                ? null
                : new InputException(
                    other,
                    $"has the name of {first} and other content",
                    "It is left out; remove one of the two"
                );
        }
        catch (InputException problem)
        {
            return problem;
        }
    }
}
