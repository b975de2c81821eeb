using System.Text.RegularExpressions;
using Prosodia.Audio;
using Prosodia.Evaluation.Corpora;
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
    private const string Lists = "the lists given",
        ListedPath = "listed_path";

    private readonly Dictionary<string, HashSet<string>> _listed = []; // by the file that was found for them

    /// <summary>What could not be used.</summary>
    public List<InputException> Problems { get; } = [];

    /// <summary>Whether anything but the sources was asked for.</summary>
    public bool HasOptions => column is not null || speaker is not null || audio is not null;

    /// <summary>Reads splits.</summary>
    /// <param name="sources">Files and folders; <c>PART=PATH</c> where the path doesn't say which part it is.</param>
    /// <exception cref="InputException">A source cannot be read, or is in no such form.</exception>
    public IReadOnlyList<AuditedSplit> Read(IReadOnlyList<string> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        AuditedSplit[] splits =
        [
            .. sources.SelectMany(Rows).GroupBy(r => r.Split, r => r.Row).Select(g => new AuditedSplit(g.Key, [.. g])),
        ];
        if (splits.Length == 0)
            throw Problems.FirstOrDefault()
                ?? new InputException(string.Join(", ", sources), "holds no split", "See: prosodia audit --help");
        return splits.FirstOrDefault(s => s.Parts.Count < 2) is { } single
            ? throw new InputException(
                single.Name,
                $"has one part only, {single.Parts[0]}"
                    + (Problems.Count > 0 ? $", and rows that cannot be used, such as {Problems[0].Input}" : ""),
                "Give the others, too: a table with all, a folder of all, or train=FILE test=FILE"
            )
            : [.. splits.Select(WithoutDoubtfulPaths)];
    }

    /// <summary>The rows of a source that can be used.</summary>
    private IEnumerable<(string Split, SplitRow Row)> Rows(string source)
    {
        var (part, path) = Named(source);
        if (path.Length == 0)
            throw new InputException(source, "names no file", "Write PART=PATH, for example: test=test.txt");
        if (!Path.Exists(path))
            throw InputException.From(path, new FileNotFoundException());
        if (File.Exists(path))
            OutputGuard.Reads(path);
        IEnumerable<(string Split, SplitRow Row)> rows = Directory.Exists(path)
            ? part is null
                ? Folder(path)
                : Recordings(path, part, Lists)
            : Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".jsonl" => EmoBoxList(path, part),
                ".csv" or ".tsv" => new SplitTable(path, column, part, Problems)
                    .Rows((recording, name, emotion) => Utterance(Beside(path, recording), name, emotion))
                    .Select(r => (part is null ? Title(path) : Lists, r)),
                _ => FileList(path, part ?? PartOf(path)),
            };
        foreach (var row in rows)
        {
            var u = row.Row.Utterance;
            var lacks =
                row.Row.Part.Length == 0 ? "is in no part"
                : u.Speaker.Length == 0 && u.Path.Length == 0 ? "has a row with neither path nor speaker"
                : null;
            if (lacks is null)
                yield return row;
            else
                Problems.Add(new InputException(u.Path.Length > 0 ? u.Path : path, lacks, "Fill it in"));
        }
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
        string[] lists = [.. FolderTree.Files(folder, Problems).Where(f => FoldList().IsMatch(Path.GetFileName(f)))];
        if (lists.Length > 0)
            return lists.SelectMany(l => EmoBoxList(l, null));
        var parts = Directory.GetDirectories(folder).Where(d => SplitPart.IsPart(Path.GetFileName(d))).ToArray();
        return parts.Length > 0
            ? parts
                .Order(StringComparer.Ordinal)
                .SelectMany(part => Recordings(part, SplitPart.Canonical(Path.GetFileName(part)), Title(folder)))
            : throw new InputException(
                folder,
                "holds neither JSON lines of folds nor folders train and test",
                "Give a table, a list a part (train=FILE test=FILE), or such a folder"
            );
    }

    /// <summary>
    /// The recordings below the folder of a part; folders within it are classes, where names say none.
    /// </summary>
    private IEnumerable<(string, SplitRow)> Recordings(string folder, string part, string split) =>
        FolderTree
            .Files(folder, Problems)
            .Where(SoundFormat.IsRecording)
            .Select(f =>
            {
                var utterance = Utterance(f, "", "");
                if (utterance.Emotion.Length == 0)
                    utterance = utterance with { Emotion = EmotionLabels.Adjective(FolderBetween(folder, f)) };
                return (split, new SplitRow(part, utterance));
            });

    private static string FolderBetween(string part, string file)
    {
        var inside = Path.GetRelativePath(part, Path.GetDirectoryName(file)!);
        return inside == "." ? "" : inside.Split(Path.DirectorySeparatorChar)[0];
    }

    /// <summary>EmoBox's lists: part, fold and corpus stand in their names.</summary>
    private IEnumerable<(string, SplitRow)> EmoBoxList(string file, string? part)
    {
        var name = FoldList().Match(Path.GetFileName(file));
        part ??= name.Success ? SplitPart.Canonical(name.Groups["split"].Value) : PartOf(file);
        var split = name.Success ? $"{name.Groups["corpus"].Value}, fold {name.Groups["fold"].Value}" : Lists;
        foreach (var entry in EmoBox.Entries(file, Problems))
            yield return (split, new SplitRow(part, Utterance(entry.Path, "", entry.Emotion)));
    }

    private IEnumerable<(string, SplitRow)> FileList(string file, string part) =>
        TextFile
            .ReadLines(file)
            .Select(l => l.Trim())
            .Where(l => l.Length > 0)
            .Select(l => (Lists, new SplitRow(part, Utterance(Beside(file, l), "", ""))));

    /// <summary>A recording with what its list says of it, and where that says nothing, its name.</summary>
    private Utterance Utterance(string path, string speakerName, string emotion)
    {
        var named = CorpusFormat.ByName(path);
        if (speakerName.Length == 0)
            speakerName = speaker?.Match(path) switch
            {
                null => named?.Speaker ?? "",
                { Success: true } match => match.Groups[match.Groups.Count > 1 ? 1 : 0].Value,
                _ => "",
            };
        var found = path.Length == 0 ? null : audio?.Find(path);
        if (found is not null && found != path)
            (_listed.TryGetValue(found, out var listed) ? listed : _listed[found] = []).Add(path);
        return new Utterance(
            found ?? path,
            speakerName,
            emotion.Length > 0 ? EmotionLabels.Adjective(emotion) : named?.Emotion ?? ""
        )
        {
            Sex = named?.Sex ?? "",
            Details =
            [
                .. named?.Details ?? [],
                .. found is null || found == path ? (KeyValuePair<string, string>[])[] : [new(ListedPath, path)],
            ],
        };
    }

    /// <summary>
    /// A file that was found by its name for several recordings belongs to one of them at most: which one is not known.
    /// </summary>
    private AuditedSplit WithoutDoubtfulPaths(AuditedSplit split) =>
        split with
        {
            Rows =
            [
                .. split.Rows.Select(r =>
                    _listed.TryGetValue(r.Utterance.Path, out var listed) && listed.Count > 1
                        ? r with
                        {
                            Utterance = r.Utterance with { Path = r.Utterance.Detail(ListedPath) },
                        }
                        : r
                ),
            ],
        };

    private static string Beside(string file, string path) =>
        path.Length == 0 || Path.IsPathRooted(path) ? path
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

    /// <summary>What a split is called: its file and the folder of that, since many are called split.csv.</summary>
    private static string Title(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return $"{Path.GetFileName(Path.GetDirectoryName(full))}/{Path.GetFileNameWithoutExtension(full)}";
    }

    [GeneratedRegex(@"^(?<corpus>.+)_(?<split>train|valid|test)_fold_(?<fold>\d+)\.jsonl$")]
    private static partial Regex FoldList();

    [GeneratedRegex(@"(?<![a-z])(train(ing)?|valid(ation)?|val|dev(el)?|test|eval)(?![a-z])", RegexOptions.IgnoreCase)]
    private static partial Regex PartWord();
}
