using Prosodia.Audio;
using Prosodia.Dsp;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.FeatureStore;

namespace Prosodia.Evaluation.Stress;

/// <summary>A recording under all conditions.</summary>
/// <param name="Name">The recording.</param>
/// <param name="Pitch">Its median pitch in hertz; 0 where it has none.</param>
/// <param name="Clean">The answer as it is.</param>
/// <param name="Degraded">The answer under each condition; null where that was not asked of this recording.</param>
internal sealed record StressedRecording(
    string Name,
    double Pitch,
    StressAnswer Clean,
    IReadOnlyList<StressAnswer?> Degraded
);

/// <summary>
/// Asks a model about recordings under each condition. Recordings come in groups, whose answers are kept as soon as
/// they are complete, so that memory is bounded and an interrupted run goes on where it was.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="recordings">The recordings.</param>
/// <param name="conditions">The conditions.</param>
/// <param name="sounds">Other sounds; empty for none.</param>
/// <param name="seed">Of all that is random.</param>
internal sealed class StressRun(
    IStressedModel model,
    IReadOnlyList<Utterance> recordings,
    IReadOnlyList<StressCondition> conditions,
    IReadOnlyList<float[]> sounds,
    int seed
)
{
    private const int MostVoices = 40,
        Portions = 20, // in which a run is kept and its progress reported
        FewestTogether = 5,
        MostTogether = 50,
        ManyRecordings = 200; // of more, half are spared the conditions beyond what is asked of models
    private const double MostSeconds = 300, // of recordings in memory
        MostSecondsAtOnce = 100, // of recordings that are in memory under all conditions
        LongestSeconds = 30; // of a recording; the rest is left out

    private readonly List<InputException> _unusable = []; // of the group that is read

    /// <summary>How many recordings a group has at most.</summary>
    public int Together { get; init; } =
        model.StartsSlowly ? MostTogether : Math.Clamp(recordings.Count / Portions, FewestTogether, MostTogether);

    /// <summary>What could not be used.</summary>
    public List<InputException> Problems { get; } = [];

    /// <summary>Runs all.</summary>
    /// <param name="folder">Where answers are kept until the run ends.</param>
    /// <param name="progress">Reports recordings that are done.</param>
    /// <param name="cancellationToken">Stops.</param>
    public IReadOnlyList<StressedRecording> Run(
        string folder,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(progress);
        var (kept, all) = (new StressCheckpoint(folder, Key()), new List<StressedRecording>());
        var surroundings = new StressSurroundings(Voices(), sounds, seed);
        foreach (var (number, group) in recordings.Chunk(Together).Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var stressed = kept.Take(number, () => Stress(group, number * Together, surroundings, cancellationToken));
            all.AddRange(stressed.Recordings);
            Problems.AddRange(stressed.Unusable.Select(u => u.ToProblem()));
            progress(
                new StageProgress(
                    "recordings under stress",
                    Math.Min(recordings.Count, (number + 1) * Together),
                    recordings.Count
                )
            );
        }
        return all;
    }

    /// <summary>All that answers depend on.</summary>
    private string Key() =>
        string.Join(
            '\n',
            [
                $"{StressBattery.Version} {seed} {Together}",
                $"{typeof(StressRun).Module.ModuleVersionId} {typeof(Recording).Module.ModuleVersionId}",
                model.Identity,
                .. conditions.Select(c => c.Name),
                .. sounds.Select(s => $"{s.Length} {s.Sum()}"),
                .. recordings.Select(r =>
                    new FileInfo(r.Path) is { Exists: true } file
                        ? $"{r.Name} {file.Length} {file.LastWriteTimeUtc.Ticks}"
                        : r.Name
                ),
            ]
        );

    private StressedGroup Stress(
        IReadOnlyList<Utterance> group,
        int first,
        StressSurroundings around,
        CancellationToken cancellationToken
    )
    {
        _unusable.Clear();
        var read = AllCores.Select(
            group,
            (utterance, i) =>
                Read(utterance) is { } recording
                    ? new ReadRecording(
                        utterance.Name,
                        new StressSound(recording, utterance.Speaker, SeedOf(first + i)),
                        MedianPitch(recording)
                    )
                    : null,
            cancellationToken
        );
        var stressed = new List<StressedRecording>();
        foreach (var part in Parts(read.OfType<ReadRecording>()))
        {
            var clean = model.Answer([.. part.Select(p => p.Sound.Recording)], cancellationToken);
            var degraded = Degraded(part, around, cancellationToken);
            stressed.AddRange(
                part.Select(
                    (p, i) =>
                        new StressedRecording(p.Name, p.Pitch, clean[i], [.. degraded.Select(answers => answers[i])])
                )
            );
        }
        return new StressedGroup(
            [.. stressed],
            [.. _unusable.OrderBy(p => p.Input, StringComparer.Ordinal).Select(UnusableRecording.Of)]
        );
    }

    /// <summary>The answers for recordings under each condition.</summary>
    private StressAnswer?[][] Degraded(
        IReadOnlyList<ReadRecording> part,
        StressSurroundings around,
        CancellationToken cancellationToken
    )
    {
        var answers = conditions.Select(_ => new StressAnswer?[part.Count]).ToArray();
        if (model.StartsSlowly)
        {
            (int Condition, int Recording, Recording Sound)[] all =
            [
                .. conditions.Index().SelectMany(c => Made(c.Item).Select(m => (c.Index, m.Recording, m.Sound))),
            ];
            foreach (var (asked, answer) in all.Zip(model.Answer([.. all.Select(a => a.Sound)], cancellationToken)))
                answers[asked.Condition][asked.Recording] = answer;
        }
        else
            AllCores.For(
                conditions.Count, // a codec is another process, beside which there is time for other conditions
                c =>
                {
                    var made = Made(conditions[c]);
                    foreach (
                        var (asked, answer) in made.Zip(model.Answer([.. made.Select(m => m.Sound)], cancellationToken))
                    )
                        answers[c][asked.Recording] = answer;
                },
                cancellationToken
            );
        return answers;

        (int Recording, Recording Sound)[] Made(StressCondition condition)
        {
            var asked = part.Index().Where(p => IsAsked(condition, p.Item)).ToArray();
            var made = Degrade(condition, [.. asked.Select(p => p.Item.Sound)], around, cancellationToken);
            return [.. asked.Zip(made, (p, sound) => (p.Index, sound))];
        }
    }

    private bool IsAsked(StressCondition condition, ReadRecording recording) =>
        condition.Demand != StressDemand.Beyond
        || recordings.Count <= ManyRecordings
        || new Random(recording.Sound.Seed).Next(2) == 0;

    private static Recording[] Degrade(
        StressCondition condition,
        StressSound[] sounds,
        StressSurroundings around,
        CancellationToken cancellationToken
    )
    {
        if (sounds.Length == 0)
            return [];
        if (condition.Codec is { } codec)
            return [.. codec.Code([.. sounds.Select(s => s.Recording)])];
        return AllCores.Select(sounds, (sound, _) => condition.Degrade!(sound, around), cancellationToken);
    }

    /// <summary>Parts of a group that take bounded memory.</summary>
    private IEnumerable<IReadOnlyList<ReadRecording>> Parts(IEnumerable<ReadRecording> read)
    {
        var (part, seconds) = (new List<ReadRecording>(), 0.0);
        foreach (var recording in read)
        {
            part.Add(recording);
            seconds += recording.Sound.Recording.Seconds;
            if (seconds < (model.StartsSlowly ? MostSecondsAtOnce : MostSeconds))
                continue;
            yield return part;
            (part, seconds) = ([], 0);
        }
        if (part.Count > 0)
            yield return part;
    }

    private Recording? Read(Utterance utterance)
    {
        try
        {
            var recording = AudioFile.ReadPart(utterance.Path, utterance.Part);
            var most = (int)(LongestSeconds * Recording.SampleRate);
            return recording.Samples.Length <= most
                ? recording
                : recording with
                {
                    Samples = recording.Samples[..most],
                };
        }
        catch (InputException problem)
        {
            lock (_unusable)
                _unusable.Add(problem);
            return null;
        }
    }

    private List<(string, float[])> Voices()
    {
        var chosen = recordings.ToArray();
        new Random(seed).Shuffle(chosen);
        var voices = new List<(string, float[])>();
        foreach (var utterance in chosen)
        {
            if (voices.Count == MostVoices)
                break;
            if (Read(utterance) is { } recording)
                voices.Add((utterance.Speaker, recording.Samples));
        }
        return voices;
    }

    private int SeedOf(int recording) => unchecked((seed * 1_000_003 + recording) * 16_777_619 & int.MaxValue);

    private static double MedianPitch(Recording recording)
    {
        var frames = PowerSpectrogram.FramesOf(recording.Samples.Length);
        float[] voiced = [.. new PitchTracker(recording.Samples, frames).Hertz.Where(h => h > 0).Order()];
        return voiced.Length == 0 ? 0 : voiced[voiced.Length / 2];
    }

    private sealed record ReadRecording(string Name, StressSound Sound, double Pitch);
}
