using Prosodia.Audio;
using Prosodia.Evaluation.IO;

namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// The rows of a manifest one at a time, so that a list of any length takes little memory: that by which repeated rows
/// are known, of so many recordings at most. The file is read once, so that it may be a pipe.
/// </summary>
internal sealed class ManifestReader : IDisposable
{
    private const int MaxRemembered = 4_000_000; // 150 MB
    private const int MaxSpeakers = 100_000,
        MaxWarnings = 100;

    private readonly string _file,
        _folder;
    private readonly IReadOnlyDictionary<string, string> _columns;
    private readonly UserTable _table;
    private readonly string[] _details; // as the table calls them
    private readonly Dictionary<string, string> _emotions = new(StringComparer.OrdinalIgnoreCase);

    // without leading zeros, as first spelled
    private readonly Dictionary<string, string> _speakers = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<(string Column, string Name)> _reported = [];
    private readonly List<string> _warnings = [];

    private ManifestReader(string file, IReadOnlyDictionary<string, string> columns)
    {
        (_file, _folder, _columns) = (file, Path.GetDirectoryName(file) ?? "", columns);
        _table = UserTable.Open(
            file,
            [.. Manifest.FixedColumns.Where(c => c != "sex").Select(c => columns.GetValueOrDefault(c, c))],
            "Rename a column, or say which it is with: prosodia import csv FILE --columns "
                + "path=...,speaker=...,emotion=..."
        );
        _details =
        [
            .. _table
                .Columns.Except(columns.Values, StringComparer.OrdinalIgnoreCase)
                .Except(Manifest.PartColumns, StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>
    /// The further columns of the manifest, in their order; one that has the name of a fixed column is called
    /// original_NAME.
    /// </summary>
    public IReadOnlyList<string> Details => [.. _details.Select(NameOf)];

    /// <summary>Whether each row is what one rater said, so that those of a recording become one.</summary>
    public bool HasRaters => _table.Columns.Contains(RaterRows.Column, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether rows may be parts of files.</summary>
    public bool HasParts => _table.Columns.Intersect(Manifest.PartColumns, StringComparer.OrdinalIgnoreCase).Any();

    /// <summary>What was odd about the rows read so far although they could be used.</summary>
    public IReadOnlyCollection<string> Warnings => _warnings;

    /// <summary>Opens a manifest and reads its header.</summary>
    /// <param name="file">The file, any <see cref="UserTable"/>.</param>
    /// <param name="columns">For each of <c>path</c>, <c>speaker</c>, <c>sex</c>, <c>emotion</c> the file's name for
    /// it; null where it has these names.</param>
    /// <exception cref="InputException">The file cannot be read, or a column is missing.</exception>
    public static ManifestReader Open(string file, IReadOnlyDictionary<string, string>? columns = null) =>
        new(file, columns ?? Manifest.FixedColumns.ToDictionary(c => c));

    /// <summary>Reads the usable rows of a manifest.</summary>
    /// <param name="file">The file, any <see cref="UserTable"/>.</param>
    /// <param name="problems">Where rows that cannot be used are added, each with why.</param>
    /// <param name="mayRepeat">Whether a recording may be listed again.</param>
    /// <exception cref="InputException">The file cannot be read, a column is missing, or no row is usable.</exception>
    public static IEnumerable<Utterance> Read(string file, ICollection<InputException> problems, bool mayRepeat = false)
    {
        using var reader = Open(file);
        foreach (var utterance in reader.Rows(problems, mayRepeat))
            yield return utterance;
    }

    /// <summary>Reads the usable rows.</summary>
    /// <param name="problems">Where rows that cannot be used are added, each with why.</param>
    /// <param name="mayRepeat">Whether a recording may be listed again: where nothing is learned from them, that harms
    /// nobody.</param>
    /// <exception cref="InputException">The file cannot be read on, or no row is usable.</exception>
    public IEnumerable<Utterance> Rows(ICollection<InputException> problems, bool mayRepeat = false)
    {
        ArgumentNullException.ThrowIfNull(problems);
        return HasRaters && !mayRepeat ? Joined(problems) : Read(problems, mayRepeat).Select(r => r.Row);
    }

    private IEnumerable<Utterance> Joined(ICollection<InputException> problems)
    {
        var own = new List<InputException>();
        var any = false;
        foreach (var utterance in RaterRows.Join(Read(problems, mayRepeat: true), own))
        {
            any = true;
            yield return utterance;
        }
        foreach (var problem in own)
            problems.Add(problem);
        if (!any)
            throw own.FirstOrDefault() ?? new InputException(_file, "lists no rating", "Write one a row");
    }

    private IEnumerable<(Utterance Row, string Place)> Read(ICollection<InputException> problems, bool mayRepeat)
    {
        var (seen, again) = (new HashSet<UInt128>(), new HashSet<UInt128>());
        var (usable, first) = (false, (InputException?)null);
        foreach (var row in _table.Rows())
        {
            var utterance = Utterance(row, out var problem);
            if (
                utterance is not null
                && !mayRepeat
                && Sha256Hash.KeyOf(utterance.Name) is var key
                && (seen.Count < MaxRemembered ? !seen.Add(key) : seen.Contains(key))
            )
            {
                if (!again.Add(key))
                    continue; // that it is repeated was reported
                problem = new InputException(
                    row.Place,
                    $"{utterance.Name} is listed again; its first row is used",
                    "Remove the others"
                );
                utterance = null;
            }
            if (problem is not null)
                problems.Add(problem);
            first ??= problem;
            if (utterance is null)
                continue;
            usable = true;
            OutputGuard.Mentions(utterance.Path);
            yield return (utterance, row.Place);
        }
        if (!usable)
            throw first ?? new InputException(_file, "lists no recording", "Write it again with: prosodia import");
    }

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();

    private static string NameOf(string detail) =>
        Manifest.FixedColumns.Contains(detail, StringComparer.OrdinalIgnoreCase) ? "original_" + detail
        : detail.Equals(RaterRows.Column, StringComparison.OrdinalIgnoreCase) ? RaterRows.Column
        : detail;

    private Utterance? Utterance(UserRow row, out InputException? problem)
    {
        string Field(string column) => _columns.TryGetValue(column, out var name) ? row[name] : "";
        var empty = Manifest.FixedColumns.FirstOrDefault(c => c != "sex" && Field(c).Length == 0);
        problem =
            row.Problem
            ?? (
                empty is not null ? new InputException(row.Place, $"has no {empty}", "Fill it in or remove the row")
                : Field("path").Contains('\0', StringComparison.Ordinal)
                    ? new InputException(row.Place, "has a path that no file can have", "Correct it or remove the row")
                : null
            );
        var part = problem is null ? Part(row, out problem) : default;
        if (problem is not null)
            return null;

        CompareSpeaker(Field("speaker"), row.Place);
        // named as the user named the manifest: from here, or in full
        var path = Path.Combine(_folder, Separated(Field("path")));
        return new Utterance(
            Path.IsPathRooted(path) ? Path.GetFullPath(path) : Path.GetRelativePath(".", path),
            Field("speaker"),
            Spelled(Field("emotion"), row.Place)
        )
        {
            Part = part,
            Sex = Field("sex"),
            Details = [.. _details.Select(h => KeyValuePair.Create(NameOf(h), row[h]))],
        };
    }

    /// <summary>The part of the file that a row means; all of it where it has no times.</summary>
    private AudioPart Part(UserRow row, out InputException? problem)
    {
        problem = null;
        double? Seconds(string column) => row[column].Length > 0 ? row.Number(column) : null;
        try
        {
            var part = new AudioPart(Seconds(Manifest.PartColumns[0]) ?? 0, Seconds(Manifest.PartColumns[1]));
            if (part.Start >= 0 && part.Start < (part.End ?? double.PositiveInfinity))
                return part;
            problem = new InputException(
                row.Place,
                $"goes from {row[Manifest.PartColumns[0]]} to {row[Manifest.PartColumns[1]]} s",
                "Give start and end in seconds, the start first; leave both empty for the whole recording"
            );
        }
        catch (InputException number)
        {
            problem = number;
        }
        return default;
    }

    /// <summary>
    /// An emotion as it is spelled where it occurs first: the case of letters makes no other class of it.
    /// </summary>
    private string Spelled(string emotion, string place)
    {
        if (_emotions.TryAdd(emotion, emotion) || _emotions[emotion] == emotion)
            return emotion;
        Warn("emotion", emotion, $"{place}: '{emotion}' is taken for '{_emotions[emotion]}', as it is spelled above");
        return _emotions[emotion];
    }

    /// <summary>
    /// Warns of speakers whose names are so similar that they may be one person, who would then be in training and
    /// test.
    /// </summary>
    private void CompareSpeaker(string speaker, string place)
    {
        var name = speaker.TrimStart('0');
        if (!_speakers.TryGetValue(name, out var first))
        {
            if (_speakers.Count < MaxSpeakers)
                _speakers.Add(name, speaker);
        }
        else if (first != speaker)
        {
            Warn(
                "speaker",
                speaker,
                $"{place}: speakers '{first}' and '{speaker}' are counted as two, although they differ in case "
                    + "or leading zeros only; give one person one name"
            );
        }
    }

    /// <summary>Warns once of a name in a column.</summary>
    private void Warn(string column, string name, string warning)
    {
        if (_warnings.Count < MaxWarnings && _reported.Add((column, name)))
            _warnings.Add(warning);
    }

    /// <summary>
    /// A path with this system's separators, where it was written on Windows and names no file otherwise.
    /// </summary>
    private string Separated(string path)
    {
        if (
            Path.DirectorySeparatorChar == '\\'
            || !path.Contains('\\', StringComparison.Ordinal)
            || File.Exists(Path.Combine(_folder, path))
        )
            return path;
        return path.Replace('\\', '/');
    }
}
