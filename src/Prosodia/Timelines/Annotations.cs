using System.Globalization;
using System.Runtime.InteropServices;
using Prosodia.Audio;
using Prosodia.Corpora;
using Prosodia.Recognition;

namespace Prosodia.Timelines;

/// <summary>A labelled stretch of a recording.</summary>
/// <param name="Path">The recording.</param>
/// <param name="Channel">Its channel, from 1; 0 averages all.</param>
/// <param name="Start">Where it begins, in seconds.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Speaker">Who speaks.</param>
/// <param name="Emotion">How it sounds.</param>
public sealed record Annotation(string Path, int Channel, double Start, double End, string Speaker, string Emotion);

/// <summary>
/// Timelines that someone has corrected, in a table as <c>predict --format csv</c> writes it or in Praat: each labelled stretch becomes a
/// recording of its own, so that a corpus grows out of what was recognised. Stretches without an emotion are left out.
/// </summary>
public static class Annotations
{
    private const double MostSeconds = 1e9;

    private static readonly HashSet<string> NoEmotion = ["", .. Enum.GetValues<Answer>().Where(a => a != Answer.Emotion).Select(a => new EmotionEstimate(a, "", 0, []).Label)];

    /// <summary>Cuts the labelled stretches out of their recordings.</summary>
    /// <param name="file">A .csv or a .TextGrid; the latter's recording lies beside it under the same name.</param>
    /// <param name="folder">Where the stretches are written, as WAV of 16 kHz.</param>
    /// <exception cref="InputException">The file can't be read, or holds no labelled stretch that can be cut out.</exception>
    public static Manifest Cut(string file, string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var labelled = Read(file).Where(a => !NoEmotion.Contains(a.Emotion)).ToArray();
        var (utterances, problems) = (new List<Utterance>(), new List<InputException>());
        string[] paths = [.. labelled.Select(a => a.Path).Distinct()];
        foreach (var recording in labelled.GroupBy(a => (a.Path, a.Channel)))
        {
            // recordings of one name from several folders are numbered
            var name = Path.GetFileNameWithoutExtension(recording.Key.Path);
            if (paths.Count(p => Path.GetFileNameWithoutExtension(p) == name) > 1) name += $"-{Array.IndexOf(paths, recording.Key.Path) + 1}";
            try
            {
                utterances.AddRange(Cut(recording.Key.Path, recording.Key.Channel, [.. recording.OrderBy(a => a.Start)], Path.Combine(folder, $"{name}-{recording.Key.Channel}"), problems.Add));
            }
            catch (InputException problem)
            {
                problems.Add(problem);
            }
        }
        if (utterances.Count == 0) throw problems.FirstOrDefault() ?? new InputException(file, "labels no stretch with an emotion", "Write emotions into its column 'answer', or as labels in Praat");
        return new Manifest(Path.GetFileNameWithoutExtension(file), utterances, problems);
    }

    /// <summary>Reads what was annotated.</summary>
    /// <exception cref="InputException">The file can't be read; the message says why.</exception>
    public static IReadOnlyList<Annotation> Read(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return Path.GetExtension(file).Equals(".TextGrid", StringComparison.OrdinalIgnoreCase) ? FromTextGrid(file) : FromTable(file);
    }

    private static IReadOnlyList<Annotation> FromTable(string file)
    {
        var folder = Path.GetDirectoryName(file) ?? "";
        return [.. CsvFile.Read(file, "path", "channel", "start_s", "end_s", "speaker", "answer").Select((row, i) =>
        {
            double Number(string column) => double.TryParse(row[column], CultureInfo.InvariantCulture, out var number) ? number
                : throw new InputException($"{file}, line {i + 2}", $"has '{row[column]}' as {column}", "Write a number, with a point");
            var path = File.Exists(row["path"]) ? row["path"] : Path.Combine(folder, row["path"]);
            if (!(Number("start_s") >= 0 && Number("end_s") > Number("start_s") && Number("end_s") < MostSeconds))
                throw new InputException($"{file}, line {i + 2}", $"goes from {row["start_s"]} to {row["end_s"]} s", "Let it begin at 0 or later, and end after that");
            return new Annotation(path, (int)Number("channel"), Number("start_s"), Number("end_s"), row["speaker"], row["answer"]);
        })];
    }

    private static IReadOnlyList<Annotation> FromTextGrid(string file)
    {
        var beside = Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(file))!, Path.GetFileNameWithoutExtension(file) + ".*")
            .FirstOrDefault(f => Path.GetExtension(f) is not (".TextGrid" or ".csv" or ".json" or ".html" or ".png" or ".vtt"))
            ?? throw new InputException(file, "has no recording beside it", $"Put the recording there as {Path.GetFileNameWithoutExtension(file)}.wav");
        var name = Path.GetFileNameWithoutExtension(file);
        return [.. TextGrid.Read(file).Select(i =>
        {
            var channel = int.TryParse(i.Tier.Split(' ')[^1], CultureInfo.InvariantCulture, out var number) ? number : 0;
            return new Annotation(Path.GetRelativePath(".", beside), channel, i.Start, i.End, channel > 0 ? $"{name}-{channel}" : name, i.Label);
        })];
    }

    /// <summary>Passes a recording once, however long it is.</summary>
    private static IEnumerable<Utterance> Cut(string path, int channel, Annotation[] stretches, string name, Action<InputException> leaveOut)
    {
        using var stream = AudioStream.Open(path, channel > 0 ? channel : null);
        var (samples, from) = (new List<float>(), 0L); // of the recording, from this sample on
        foreach (var stretch in stretches)
        {
            var (start, end) = ((long)(stretch.Start * Recording.SampleRate), (long)(stretch.End * Recording.SampleRate));
            while (from + samples.Count < end && stream.Read() is [var block])
            {
                samples.AddRange(block);
                Forget();
            }
            Forget();
            var last = (int)Math.Min(end - from, samples.Count);
            if (last - (start - from) < AudioFile.ShortestSeconds * Recording.SampleRate)
            {
                leaveOut(new InputException(path, FormattableString.Invariant($"has no {AudioFile.ShortestSeconds} s or more from {stretch.Start:0.000} to {stretch.End:0.000} s, which are annotated"), "Correct the times"));
                continue;
            }
            var clip = FormattableString.Invariant($"{name}-{stretch.Start:00000.000}.wav");
            WavWriter.Write(clip, CollectionsMarshal.AsSpan(samples)[(int)(start - from)..last]);
            yield return new Utterance(clip, stretch.Speaker, stretch.Emotion) { Details = [new("source", path), new("start_s", stretch.Start.ToString("0.000", CultureInfo.InvariantCulture))] };

            void Forget()
            {
                var gone = (int)Math.Clamp(start - from, 0, samples.Count);
                samples.RemoveRange(0, gone);
                from += gone;
            }
        }
    }
}
