using System.Text.RegularExpressions;
using Prosodia.Audio;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.IO;
using Prosodia.Evaluation.Protocols;

namespace Prosodia.Evaluation.Audit;

/// <summary>
/// Reads splits in the forms in which they are published: tables with a column that says the part or the fold, EmoBox's
/// JSON lines, folders <c>train</c> and <c>test</c>, lists of files.
/// </summary>
/// <param name="column">The column of tables that says the part; null for the first of the usual names.</param>
/// <param name="speaker">What names the speaker in a path: the first group, or all that matches; null for the corpora
/// that are known by their file names.</param>
/// <param name="audio">Where recordings are looked for whose paths are not there; null for nowhere.</param>
internal sealed partial class SplitReader(string? column, Regex? speaker, RecordingFinder? audio)
{
    private static readonly string[] PartColumns = [Manifest.SplitColumn, "fold", "part", "partition", "subset", "set"],
        PathColumns = ["path", "file", "filename", "file_name", "wav", "audio"],
        SpeakerColumns = ["speaker", "speaker_id", "spk", "actor"],
        EmotionColumns = ["emotion", "label", "emo", "class"],
        SentenceColumns = [Manifest.TextColumn, "sentence", "utterance_text", "transcription"];

    /// <summary>What could not be used.</summary>
    public List<InputException> Problems { get; } = [];

    /// <summary>Reads splits.</summary>
    /// <param name="sources">Files and folders; <c>PART=PATH</c> where the path doesn't say which part it is.</param>
    /// <exception cref="InputException">A source cannot be read, or is in no such form.</exception>
    public IReadOnlyList<AuditedSplit> Read(IReadOnlyList<string> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var rows = sources
            .SelectMany(Rows)
            .GroupBy(r => r.Split, r => r.Row)
            .Select(g => new AuditedSplit(g.Key, [.. g]))
            .ToArray();
        if (rows.Length == 0)
            throw Problems.FirstOrDefault()
                ?? new InputException(string.Join(", ", sources), "holds no split", "See: prosodia audit --help");
        return rows.FirstOrDefault(s => s.Parts.Count < 2) is { } single
            ? throw new InputException(
                single.Name,
                $"has one part only, {single.Parts[0]}",
                "Give the others, too: a table with all, a folder of all, or train=FILE test=FILE"
            )
            : rows;
    }

    private IEnumerable<(string Split, SplitRow Row)> Rows(string source)
    {
        var (part, path) = Named(source);
        if (Directory.Exists(path))
            return part is not null
                ? Recordings(path).Select(f => (Title(Path.GetDirectoryName(path)), Row(part, Utterance(f, "", ""))))
                : Folder(path);
        if (!File.Exists(path))
            throw InputException.From(path, new FileNotFoundException());
        OutputGuard.Reads(path);
        var rows = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".jsonl" => EmoBoxList(path, part),
            ".csv" or ".tsv" => Table(path, part),
            _ => FileList(path, part ?? PartOf(path)),
        };
        return rows.ToArray();
    }

    /// <summary>PART=PATH, unless a file has this name.</summary>
    private static (string? Part, string Path) Named(string source)
    {
        var at = source.IndexOf('=', StringComparison.Ordinal);
        return at <= 0 || Path.Exists(source)
            ? (null, source)
            : (SplitPart.Canonical(source[..at]), source[(at + 1)..]);
    }

    private IEnumerable<(string, SplitRow)> Folder(string folder)
    {
        string[] lists =
        [
            .. FolderTree.Files(folder, Problems).Where(f => f.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase)),
        ];
        if (lists.Length > 0)
            return lists.Where(l => FoldList().IsMatch(Path.GetFileName(l))).SelectMany(l => EmoBoxList(l, null));
        var parts = Directory.GetDirectories(folder).Where(d => SplitPart.IsPart(Path.GetFileName(d))).ToArray();
        return parts.Length > 0
            ? parts
                .Order(StringComparer.Ordinal)
                .SelectMany(part =>
                    Recordings(part)
                        .Select(f =>
                            (
                                Title(folder),
                                Row(
                                    SplitPart.Canonical(Path.GetFileName(part)),
                                    Utterance(f, "", LabelBetween(part, f))
                                )
                            )
                        )
                )
            : throw new InputException(
                folder,
                "holds neither JSON lines of folds nor folders train and test",
                "Give a table, a list a part (train=FILE test=FILE), or such a folder"
            );
    }

    private IEnumerable<string> Recordings(string folder) =>
        FolderTree.Files(folder, Problems).Where(SoundFormat.IsRecording);

    /// <summary>
    /// The name of the folder that a recording is in, below that of the part: its class, in many
    /// corpora.
    /// </summary>
    private static string LabelBetween(string part, string file)
    {
        var inside = Path.GetRelativePath(part, Path.GetDirectoryName(file)!);
        return inside == "." ? "" : inside.Split(Path.DirectorySeparatorChar)[0];
    }

    /// <summary>EmoBox's lists: part, fold and corpus stand in their names.</summary>
    private IEnumerable<(string, SplitRow)> EmoBoxList(string file, string? part)
    {
        var name = FoldList().Match(Path.GetFileName(file));
        part ??= name.Success ? SplitPart.Canonical(name.Groups["split"].Value) : PartOf(file);
        var split = name.Success ? $"{name.Groups["corpus"].Value}, fold {name.Groups["fold"].Value}" : Title(file);
        foreach (var entry in EmoBox.Entries(file, Problems))
            yield return (split, Row(part, Utterance(entry.Path, "", entry.Emotion, entry.Place)));
    }

    private IEnumerable<(string, SplitRow)> FileList(string file, string part) =>
        TextFile
            .ReadLines(file)
            .Select(l => l.Trim())
            .Where(l => l.Length > 0)
            .Select(l =>
                (Title(Path.GetDirectoryName(Path.GetFullPath(file))), Row(part, Utterance(Beside(file, l), "", "")))
            );

    private IEnumerable<(string, SplitRow)> Table(string file, string? part)
    {
        using var table = UserTable.Open(file, []);
        string? Column(params string[] names) =>
            names.FirstOrDefault(n => table.Columns.Contains(n, StringComparer.OrdinalIgnoreCase));
        var parts = column is null ? Column(PartColumns) : Column(column);
        var (paths, speakers) = (Column(PathColumns), Column(SpeakerColumns));
        if (part is null && parts is null)
            throw new InputException(
                file,
                $"has no column that says the part; its columns are: {string.Join(", ", table.Columns)}",
                "Name it with --column, divide it with --protocol or --folds, or give train=FILE test=FILE"
            );
        if (paths is null && speakers is null)
            throw new InputException(file, "has neither paths nor speakers", "Give it a column path or speaker");
        string[] known = [.. new[] { parts, paths, speakers }.OfType<string>()];
        var (emotions, sentences) = (Column(EmotionColumns), Column(SentenceColumns));
        foreach (var row in table.Rows())
        {
            if (row.Problem is { } problem)
            {
                Problems.Add(problem);
                continue;
            }
            string Cell(string? name) => name is null ? "" : row[name];
            var path = Cell(paths);
            var utterance = Utterance(
                path.Length > 0 ? Beside(file, path) : "",
                Cell(speakers),
                Cell(emotions),
                row.Place
            );
            yield return (
                Title(file),
                Row(
                    part ?? SplitPart.Canonical(Cell(parts)),
                    utterance with
                    {
                        Sex = row["sex"].Length > 0 ? row["sex"] : utterance.Sex,
                        Part = AudioPartOf(row),
                        Details =
                        [
                            .. sentences is null
                                ? utterance.Details
                                : utterance
                                    .Details.Where(d => d.Key != Manifest.TextColumn)
                                    .Append(new(Manifest.TextColumn, Cell(sentences))),
                            .. table
                                .Columns.Except([.. known, .. Manifest.FixedColumns, .. Manifest.PartColumns])
                                .Where(c => c != sentences && c != emotions)
                                .Select(c => KeyValuePair.Create(c, row[c])),
                        ],
                    }
                )
            );
        }
    }

    private static AudioPart AudioPartOf(UserRow row) =>
        row["start"].Length == 0 && row["end"].Length == 0
            ? default
            : new AudioPart(
                row["start"].Length > 0 ? row.Number("start") : 0,
                row["end"].Length > 0 ? row.Number("end") : null
            );

    private static SplitRow Row(string part, Utterance utterance) => new(part, utterance);

    /// <summary>A recording with what its list says of it, and where that says nothing, its name.</summary>
    private Utterance Utterance(string path, string speakerName, string emotion, string place = "")
    {
        var named = CorpusFormat.ByName(path);
        if (speakerName.Length == 0)
            speakerName = speaker?.Match(path) switch
            {
                null => named?.Speaker ?? "",
                { Success: true } match => match.Groups[match.Groups.Count > 1 ? 1 : 0].Value,
                _ => "",
            };
        if (speakerName.Length == 0 && path.Length == 0)
            Problems.Add(new InputException(place, "has neither path nor speaker", "It is left out"));
        return new Utterance(
            path.Length == 0 ? "" : audio?.Find(path) ?? path,
            speakerName,
            emotion.Length > 0 ? EmotionLabels.Adjective(emotion) : named?.Emotion ?? ""
        )
        {
            Sex = named?.Sex ?? "",
            Details = named?.Details ?? [],
        };
    }

    private static string Beside(string file, string path) =>
        Path.IsPathRooted(path) ? path
        : Path.Combine(Path.GetDirectoryName(file) ?? "", path) is var beside && File.Exists(beside) ? beside
        : path;

    private static string PartOf(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return PartWord().Match(name) is { Success: true } match
            ? SplitPart.Canonical(match.Value)
            : throw new InputException(
                file,
                "does not say which part of a split it is",
                $"Give it as PART=PATH, for example: test={file}"
            );
    }

    private static string Title(string? path) =>
        path is null or "" ? "split" : Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(path));

    [GeneratedRegex(@"^(?<corpus>.+)_(?<split>train|valid|test)_fold_(?<fold>\d+)\.jsonl$")]
    private static partial Regex FoldList();

    [GeneratedRegex(@"(?<![a-z])(train(ing)?|valid(ation)?|val|dev(el)?|test|eval)(?![a-z])", RegexOptions.IgnoreCase)]
    private static partial Regex PartWord();
}
