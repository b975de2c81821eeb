using Prosodia.Audio;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.IO;
using Prosodia.Evaluation.Protocols;

namespace Prosodia.Evaluation.Audit;

/// <summary>A table of a split, of ours or of others: its columns have one of several usual names.</summary>
/// <param name="file">The table.</param>
/// <param name="column">The column that says the part; null for the first of the usual names.</param>
/// <param name="part">The part of all rows; null where the column says it.</param>
/// <param name="problems">Where rows that cannot be used are added.</param>
internal sealed class SplitTable(string file, string? column, string? part, ICollection<InputException> problems)
{
    private static readonly string[] PartColumns = [Manifest.SplitColumn, "fold", "part", "partition", "subset", "set"],
        PathColumns = ["path", "file", "filename", "file_name", "wav", "audio"],
        SpeakerColumns = ["speaker", "speaker_id", "spk", "actor"],
        EmotionColumns = ["emotion", "label", "emo", "class"],
        SentenceColumns = [Manifest.TextColumn, "sentence", "utterance_text", "transcription"];

    /// <summary>The rows.</summary>
    /// <param name="utterance">The recording of a path, a speaker and an emotion, each empty where the table says
    /// none.</param>
    /// <exception cref="InputException">The table cannot be read or lacks a column.</exception>
    public IEnumerable<SplitRow> Rows(Func<string, string, string, Utterance> utterance)
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
            throw new InputException(
                file,
                $"has neither paths nor speakers; its columns are: {string.Join(", ", table.Columns)}",
                $"Call one of them {string.Join(", ", PathColumns)}, or {string.Join(", ", SpeakerColumns)}"
            );
        var (emotions, sentences) = (Column(EmotionColumns), Column(SentenceColumns));
        string[] known =
        [
            .. new[] { parts, paths, speakers, emotions, sentences }.OfType<string>(),
            .. Manifest.FixedColumns,
            .. Manifest.PartColumns,
        ];
        string[] others = [.. table.Columns.Except(known, StringComparer.OrdinalIgnoreCase)];
        foreach (var row in table.Rows())
        {
            string Cell(string? name) => name is null ? "" : row[name];
            if (row.Problem is { } problem)
                problems.Add(problem);
            else if (TimesOf(row) is { } times)
            {
                var found = utterance(Cell(paths), Cell(speakers), Cell(emotions));
                KeyValuePair<string, string>[] said = sentences is null
                    ? []
                    : [new(Manifest.TextColumn, Cell(sentences))];
                // what the table says is more than what a name does
                KeyValuePair<string, string>[] own =
                [
                    .. said,
                    .. others.Select(c => KeyValuePair.Create(c.ToLowerInvariant(), row[c])),
                ];
                yield return new SplitRow(
                    part ?? SplitPart.Canonical(Cell(parts)),
                    found with
                    {
                        Sex = row["sex"].Length > 0 ? row["sex"] : found.Sex,
                        Part = times,
                        Details = [.. own, .. found.Details.Where(d => own.All(o => o.Key != d.Key))],
                    }
                );
            }
        }
    }

    /// <summary>The part of the file that a row means; null where its times cannot be used.</summary>
    private AudioPart? TimesOf(UserRow row)
    {
        try
        {
            double? Seconds(string name) => row[name].Length > 0 ? row.Number(name) : null;
            var times = new AudioPart(Seconds(Manifest.PartColumns[0]) ?? 0, Seconds(Manifest.PartColumns[1]));
            if (times.Start >= 0 && times.Start < (times.End ?? double.PositiveInfinity))
                return times;
            problems.Add(new InputException(row.Place, "ends before it starts", "Correct start and end, in seconds"));
        }
        catch (InputException problem)
        {
            problems.Add(problem);
        }
        return null;
    }
}
