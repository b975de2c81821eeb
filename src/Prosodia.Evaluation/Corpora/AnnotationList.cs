using System.Globalization;
using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.IO;
using Prosodia.Formats;
using static System.FormattableString;

namespace Prosodia.Evaluation.Corpora;

/// <summary>A labeled stretch of a recording.</summary>
/// <param name="Path">The recording.</param>
/// <param name="Channel">Its channel, from 1; 0 averages all.</param>
/// <param name="Start">Where it begins, in seconds.</param>
/// <param name="End">Where it ends, after that.</param>
/// <param name="Speaker">Who speaks.</param>
/// <param name="Emotion">How it sounds.</param>
/// <param name="Place">Where the annotation stands, for warnings.</param>
internal sealed record Annotation(
    string Path,
    int Channel,
    double Start,
    double End,
    string Speaker,
    string Emotion,
    string Place
);

/// <summary>Annotations as they were read from a file.</summary>
/// <param name="Annotations">Those that can be used.</param>
/// <param name="Problems">Those that can't, each with why.</param>
/// <param name="Warnings">What was changed or left aside.</param>
internal sealed record AnnotationList(
    IReadOnlyList<Annotation> Annotations,
    IReadOnlyList<InputException> Problems,
    IReadOnlyList<string> Warnings
)
{
    private const double MaxSeconds = 1e9;

    /// <summary>Reads a .csv or a .TextGrid.</summary>
    /// <param name="file">The file; a TextGrid's recording lies next to it under the same name.</param>
    /// <param name="tiers">Of a TextGrid, the tiers to read; null for those whose labels are emotions.</param>
    /// <exception cref="InputException">The file can't be read; the message says why.</exception>
    public static AnnotationList Read(string file, IReadOnlyCollection<string>? tiers = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return Path.GetExtension(file).Equals(".TextGrid", StringComparison.OrdinalIgnoreCase)
            ? FromTextGrid(file, tiers)
            : FromTable(file);
    }

    private static AnnotationList FromTable(string file)
    {
        var (annotations, problems) = (new List<Annotation>(), new List<InputException>());
        using var table = UserTable.Open(file, ["path", "channel", "start_s", "end_s", "speaker", "answer"]);
        foreach (var row in table.Rows())
        {
            try
            {
                annotations.Add(FromRow(row, Path.GetDirectoryName(file) ?? ""));
            }
            catch (InputException problem)
            {
                problems.Add(problem);
            }
        }
        return new AnnotationList(annotations, problems, []);
    }

    private static Annotation FromRow(UserRow row, string folder)
    {
        if (row.Problem is { } problem)
            throw problem;
        var (channel, start, end) = (
            row["channel"].Length == 0 ? 0 : row.Number("channel"),
            row.Number("start_s"),
            row.Number("end_s")
        );
        if (!(start >= 0 && end > start && end < MaxSeconds))
            throw new InputException(
                row.Place,
                $"goes from {row["start_s"]} to {row["end_s"]} s",
                "Let it begin at 0 or later, and end after that"
            );
        if (channel != Math.Floor(channel) || channel is < 0 or > WavFormat.MaxChannels)
            throw new InputException(
                row.Place,
                $"has '{row["channel"]}' as channel",
                "Write 0 for all, or a number from 1"
            );
        if (row["path"].Length == 0)
            throw new InputException(row.Place, "has no path", "Fill it in or remove the row");
        var (here, beside) = (row["path"], Path.Combine(folder, row["path"]));
        if (
            File.Exists(here)
            && File.Exists(beside)
            && !FilePath.Comparer.Equals(FilePath.Resolve(here), FilePath.Resolve(beside))
        )
            throw new InputException(
                row.Place,
                $"names {row["path"]}, which is both in the working folder and next to the table",
                "Write its full path"
            );
        return new Annotation(
            File.Exists(here) ? here : beside,
            (int)channel,
            start,
            end,
            row["speaker"],
            row["answer"],
            row.Place
        );
    }

    private static AnnotationList FromTextGrid(string file, IReadOnlyCollection<string>? tiers)
    {
        var recording = RecordingOf(file);
        var name = Path.GetFileNameWithoutExtension(file);
        var (annotations, problems, warnings) = (
            new List<Annotation>(),
            new List<InputException>(),
            new List<string>()
        );
        var read = TextGrid.Read(file);
        foreach (var points in read.Where(i => i.Start == i.End).GroupBy(i => i.Tier))
            warnings.Add(
                $"{file}: tier '{points.Key}' has {points.Count()} labeled points, which have no length; they "
                    + "are left out"
            );
        foreach (var interval in Chosen(file, [.. read.Where(i => i.Start != i.End)], tiers, warnings))
        {
            var place = Invariant($"{file}, tier {interval.Tier}, '{interval.Label}' from {interval.Start:0.000} s");
            if (interval.Start < 0 && interval.End > 0)
                warnings.Add($"{place}: begins before the recording; it is used from 0 s");
            var start = Math.Max(0, interval.Start);
            if (!(interval.End > start && interval.End < MaxSeconds))
            {
                problems.Add(
                    new InputException(place, Invariant($"ends at {interval.End:0.000} s"), "Correct it in Praat")
                );
                continue;
            }
            var channel =
                TextGrid.IsEmotionTier(interval.Tier)
                && int.TryParse(
                    interval.Tier.Split(' ')[^1],
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var number
                )
                    ? number
                    : 0;
            annotations.Add(
                new Annotation(
                    Path.GetRelativePath(".", recording),
                    channel,
                    start,
                    interval.End,
                    channel > 0 ? $"{name}-{channel}" : name,
                    interval.Label,
                    place
                )
            );
        }
        return new AnnotationList(annotations, problems, warnings);
    }

    /// <summary>The intervals of the tiers that were asked for, or else of those that hold emotions.</summary>
    private static IEnumerable<TextGridInterval> Chosen(
        string file,
        IReadOnlyList<TextGridInterval> intervals,
        IReadOnlyCollection<string>? tiers,
        List<string> warnings
    )
    {
        var byTier = intervals.GroupBy(i => i.Tier).ToDictionary(g => g.Key, g => g.ToArray());
        string Named(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"'{n}'"));
        if (tiers is { Count: > 0 })
        {
            if (tiers.FirstOrDefault(t => !byTier.ContainsKey(t)) is { } missing)
                throw new InputException(
                    file,
                    $"has no label in a tier '{missing}'; its tiers with labels are {Named(byTier.Keys)}",
                    "Choose one of them with --tier"
                );
            return tiers.Distinct().SelectMany(t => byTier[t]);
        }
        string[] chosen =
        [
            .. byTier
                .Where(t => TextGrid.IsEmotionTier(t.Key) || EmotionLabels.AreEmotions(t.Value.Select(i => i.Label)))
                .Select(t => t.Key),
        ];
        string[] others = [.. byTier.Keys.Except(chosen)];
        if (chosen.Length == 0 && others.Length > 0)
            throw new InputException(
                file,
                $"has no tier whose labels are emotions, but {Named(others)}",
                "Say which tier holds them with --tier NAME"
            );
        if (others.Length > 0)
            warnings.Add(
                $"{file}: read the tier(s) {Named(chosen)}; the labels of {Named(others)} are no emotions "
                    + "(--tier NAME chooses others)"
            );
        return chosen.SelectMany(t => byTier[t]);
    }

    /// <summary>The recording that a TextGrid is about: the one of exactly its name, next to it.</summary>
    private static string RecordingOf(string file)
    {
        var (folder, name) = (Path.GetDirectoryName(Path.GetFullPath(file))!, Path.GetFileNameWithoutExtension(file));
        if (!Directory.Exists(folder))
            throw InputException.From(file, new DirectoryNotFoundException());
        string[] files;
        try
        {
            files = Directory.GetFiles(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(folder, e);
        }
        string[] of = [.. files.Where(f => BelongsTo(f, name, StringComparison.Ordinal))];
        if (of.Length == 0)
            of = [.. files.Where(f => BelongsTo(f, name, StringComparison.OrdinalIgnoreCase))];
        return of switch
        {
            [var only] => only,
            [] => throw new InputException(
                file,
                "has no recording next to it",
                $"Put the recording there as {name}.wav"
            ),
            _ => throw new InputException(
                file,
                "has several recordings next to it: "
                    + $"{string.Join(", ", of.Select(Path.GetFileName).Order(StringComparer.Ordinal))}",
                "Leave the one that it is about"
            ),
        };
    }

    private static bool BelongsTo(string file, string name, StringComparison comparison) =>
        SoundFormat.HasExtension(file)
        && (
            Path.GetFileNameWithoutExtension(file).Equals(name, comparison)
            || Path.GetFileName(file).Equals(name, comparison)
        );
}
