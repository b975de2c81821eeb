using Prosodia.Evaluation.IO;

namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// The utterances of a corpus, kept as a CSV file that a person can edit: columns <c>path</c> (relative to the file's
/// folder, or absolute), <c>speaker</c>, <c>sex</c>, <c>emotion</c>, then anything else; <c>start</c> and
/// <c>end</c>, in seconds, say which part of the file is meant.
/// </summary>
/// <param name="Name">What reports call the corpus: the file's name without its extension.</param>
/// <param name="Utterances">The usable rows, in the order of the file.</param>
/// <param name="Problems">The rows that cannot be used, each with why.</param>
internal sealed record Manifest(
    string Name,
    IReadOnlyList<Utterance> Utterances,
    IReadOnlyList<InputException> Problems
)
{
    /// <summary>The column that says which corpus a recording is of, where that is known.</summary>
    public const string CorpusColumn = "corpus";

    /// <summary>The column that says in which session of a corpus of dialogues a recording was made.</summary>
    public const string SessionColumn = "session";

    /// <summary>The column that says the language that is spoken.</summary>
    public const string LanguageColumn = "language";

    /// <summary>The column that says how or where it was recorded: a room, a microphone, a line.</summary>
    public const string ConditionColumn = "condition";

    /// <summary>The column that says what is said.</summary>
    public const string TextColumn = "text";

    /// <summary>The column that says which part of an official split a recording is in.</summary>
    public const string SplitColumn = "split";

    /// <summary>What was odd although all of it could be used.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The columns of every manifest, in their order; only <c>sex</c> may be missing.</summary>
    public static IReadOnlyList<string> FixedColumns { get; } = ["path", "speaker", "sex", "emotion"];

    /// <summary>The columns of the part of the file that a row means.</summary>
    public static IReadOnlyList<string> PartColumns { get; } = ["start", "end"];

    /// <summary>The emotions that occur, in alphabetical order: the classes of every table and matrix.</summary>
    public IReadOnlyList<string> Emotions => Utterances.Emotions();

    /// <summary>The speakers that occur, in alphabetical order.</summary>
    public IReadOnlyList<string> Speakers => Utterances.Speakers();

    /// <summary>Reads a manifest.</summary>
    /// <param name="file">The file; any <see cref="UserTable"/>.</param>
    /// <param name="columns">For each of <c>path</c>, <c>speaker</c>, <c>sex</c>, <c>emotion</c> the file's name for
    /// it; null where it has these names.</param>
    /// <exception cref="InputException">The file cannot be read, a column is missing, or no row is usable.</exception>
    public static Manifest Read(string file, IReadOnlyDictionary<string, string>? columns = null)
    {
        var problems = new List<InputException>();
        using var reader = ManifestReader.Open(file, columns);
        Utterance[] utterances = [.. reader.Rows(problems)];
        return new Manifest(Path.GetFileNameWithoutExtension(file), utterances, problems)
        {
            Warnings = [.. reader.Warnings],
        };
    }

    /// <summary>Writes the manifest, paths relative to its folder; the file appears complete or not at all.</summary>
    /// <param name="file">The file.</param>
    /// <param name="keepsMissing">Whether paths of files that are not there stay as they are.</param>
    public void Write(string file, bool keepsMissing = false) =>
        Write(
            file,
            [.. Utterances.SelectMany(u => u.Details).Select(d => d.Key).Distinct()],
            Utterances,
            Utterances.Any(u => !u.Part.IsWhole),
            keepsMissing
        );

    /// <summary>Writes a manifest, paths relative to its folder; the file appears complete or not at all.</summary>
    /// <param name="file">The file.</param>
    /// <param name="details">Columns beside the fixed ones.</param>
    /// <param name="utterances">Its rows, which are written as they come.</param>
    /// <param name="parts">Whether rows are parts of files.</param>
    /// <param name="keepsMissing">Whether paths of files that are not there stay as they are.</param>
    public static void Write(
        string file,
        IReadOnlyList<string> details,
        IEnumerable<Utterance> utterances,
        bool parts = false,
        bool keepsMissing = false
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        CsvFile.Write(
            file,
            utterances
                .Select<Utterance, IEnumerable<object?>>(u =>
                    [
                        keepsMissing && !File.Exists(u.Path)
                            ? u.Path
                            : Path.GetRelativePath(folder, Path.GetFullPath(u.Path)).Replace('\\', '/'),
                        u.Speaker,
                        u.Sex,
                        u.Emotion,
                        .. parts ? PartOf(u) : [],
                        .. details.Select(u.Detail),
                    ]
                )
                .Prepend([.. FixedColumns, .. parts ? PartColumns : [], .. details])
        );
    }

    /// <summary>Where an utterance begins and ends in its file, in seconds; empty for the whole of it.</summary>
    public static object?[] PartOf(Utterance utterance) =>
        utterance.Part is { IsWhole: false } part ? [part.Start, part.End] : [null, null];
}
