using System.Globalization;
using System.Runtime.InteropServices;
using Prosodia.Audio;
using Prosodia.Audio.Wav;
using static System.FormattableString;

namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// Timelines that someone has corrected, in a table as <c>predict --format csv</c> writes it or in Praat: each labeled
/// stretch becomes a recording of its own, so that a corpus grows out of what was recognized. Stretches without an
/// emotion are left out.
/// </summary>
internal static class AnnotationImporter
{
    // by which an annotation may end after its recording without a warning, in seconds
    private const double TimeTolerance = 0.1;

    /// <summary>Cuts the labeled stretches out of their recordings.</summary>
    /// <param name="file">A .csv or a .TextGrid; the latter's recording lies next to it under the same name.</param>
    /// <param name="folder">Where the stretches are written, as WAV of 16 kHz.</param>
    /// <param name="tiers">Of a TextGrid, the tiers to read; null for those whose labels are emotions.</param>
    /// <exception cref="InputException">The file can't be read, or holds no labeled stretch that can be cut
    /// out.</exception>
    public static Manifest Cut(string file, string folder, IReadOnlyCollection<string>? tiers = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var list = AnnotationList.Read(file, tiers);
        var labeled = list.Annotations.Where(a => !EmotionLabels.IsNone(a.Emotion)).ToArray();
        var (utterances, problems, warnings) = (new List<Utterance>(), list.Problems.ToList(), list.Warnings.ToList());
        var names = new UniqueNames();
        string[] paths = [.. labeled.Select(a => a.Path).Distinct()];
        foreach (var recording in labeled.GroupBy(a => (a.Path, a.Channel)))
        {
            // recordings of one name from several folders are numbered
            var name = Path.GetFileNameWithoutExtension(recording.Key.Path);
            if (
                paths.Count(p => Path.GetFileNameWithoutExtension(p).Equals(name, StringComparison.OrdinalIgnoreCase))
                > 1
            )
                name += $"-{Array.IndexOf(paths, recording.Key.Path) + 1}";
            try
            {
                var cutter = new Cutter(
                    recording.Key.Path,
                    recording.Key.Channel,
                    Path.Combine(folder, $"{name}-{recording.Key.Channel}"),
                    names,
                    problems,
                    warnings
                );
                utterances.AddRange(cutter.Cut([.. recording.OrderBy(a => a.Start)]));
            }
            catch (InputException problem)
            {
                problems.Add(problem);
            }
        }
        if (utterances.Count == 0)
            throw problems.FirstOrDefault()
                ?? new InputException(
                    file,
                    "labels no stretch with an emotion",
                    "Write emotions into its column 'answer', or as labels in Praat"
                );
        return new Manifest(Path.GetFileNameWithoutExtension(file), utterances, problems) { Warnings = warnings };
    }

    /// <summary>Cuts stretches of one channel, in one pass however long the recording is.</summary>
    private sealed class Cutter(
        string path,
        int channel,
        string name,
        UniqueNames names,
        List<InputException> problems,
        List<string> warnings
    )
    {
        private readonly List<float> _samples = []; // of the recording, from this one on:
        private long _from;

        public IEnumerable<Utterance> Cut(Annotation[] stretches)
        {
            using var stream = AudioStream.Open(path, channel > 0 ? channel : null);
            foreach (var stretch in stretches)
            {
                var (start, end) = (
                    (long)(stretch.Start * Recording.SampleRate),
                    (long)(stretch.End * Recording.SampleRate)
                );
                while (_from + _samples.Count < end && stream.Read() is [var block])
                {
                    _samples.AddRange(block);
                    DropBefore(start);
                }
                DropBefore(start);
                var last = (int)Math.Min(end - _from, _samples.Count);
                if (last - (start - _from) < AudioFile.MinSeconds * Recording.SampleRate)
                {
                    problems.Add(
                        new InputException(
                            path,
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"has no {AudioFile.MinSeconds} s or more from {stretch.Start:0.000} to "
                                    + $"{stretch.End:0.000} s, which are annotated"
                            ),
                            "Correct the times"
                        )
                    );
                    continue;
                }
                var available = (double)(_from + last) / Recording.SampleRate;
                if (stretch.End - available > TimeTolerance)
                    warnings.Add(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{stretch.Place}: ends at {stretch.End:0.000} s, but {path} ends at "
                                + $"{available:0.000} s; what is there is used"
                        )
                    );
                var clip =
                    names.Take(
                        Invariant($"{name}-{stretch.Start:00000.000}"),
                        Invariant($"{name}-{stretch.Start:00000.000}-{stretch.End:00000.000}")
                    ) + ".wav";
                WavWriter.Write(clip, CollectionsMarshal.AsSpan(_samples)[(int)(start - _from)..last]);
                yield return new Utterance(clip, stretch.Speaker, stretch.Emotion)
                {
                    Details =
                    [
                        new("source", path),
                        new("start_s", stretch.Start.ToString("0.000", CultureInfo.InvariantCulture)),
                    ],
                };
            }
        }

        private void DropBefore(long start)
        {
            var gone = (int)Math.Clamp(start - _from, 0, _samples.Count);
            _samples.RemoveRange(0, gone);
            _from += gone;
        }
    }
}
