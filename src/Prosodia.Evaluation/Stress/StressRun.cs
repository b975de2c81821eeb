using System.Text.Json;
using Prosodia.Audio;
using Prosodia.Dsp;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.FeatureStore;

namespace Prosodia.Evaluation.Stress;

/// <summary>A recording under all conditions.</summary>
/// <param name="Name">The recording.</param>
/// <param name="Pitch">Its median pitch in hertz; 0 where it has none.</param>
/// <param name="Clean">The answer as it is.</param>
/// <param name="Degraded">The answer under each condition.</param>
internal sealed record StressedRecording(
    string Name,
    double Pitch,
    StressAnswer Clean,
    IReadOnlyList<StressAnswer> Degraded
);

/// <summary>
/// Asks a model about recordings under each condition. Recordings come in groups, whose answers are kept as soon as they
/// are complete, so that memory is bounded and an interrupted run goes on where it was.
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
    private const int MostVoices = 40;
    private const double MostSeconds = 300, // of recordings in memory
        MostSecondsAtOnce = 100, // of recordings that are in memory under all conditions
        LongestSeconds = 30; // of a recording; the rest is left out

    /// <summary>How many recordings a group has at most.</summary>
    public int Together { get; init; } = 50;

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
        Directory.CreateDirectory(folder);
        Keep(folder);
        var surroundings = new StressSurroundings(Voices(), sounds);
        var all = new List<StressedRecording>();
        foreach (var (number, group) in recordings.Chunk(Together).Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = Path.Combine(folder, $"{number:00000}.json");
            if (!File.Exists(file))
                AtomicFile.Write(
                    file,
                    stream =>
                        JsonSerializer.Serialize(
                            stream,
                            Stress(group, number * Together, surroundings, cancellationToken).ToArray()
                        )
                );
            all.AddRange(JsonSerializer.Deserialize<StressedRecording[]>(File.ReadAllText(file))!);
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

    /// <summary>Forgets answers of another model, list or battery.</summary>
    private void Keep(string folder)
    {
        var key = Sha256Hash.Of(
            string.Join(
                '\n',
                [
                    $"{StressBattery.Version} {seed} {Together}",
                    model.Identity,
                    .. conditions.Select(c => c.Name),
                    .. sounds.Select(s => $"{s.Length} {s.Sum()}"),
                    .. recordings.Select(r =>
                        $"{r.Name} {new FileInfo(r.Path) switch
                    {
                        { Exists: true } f => $"{f.Length} {f.LastWriteTimeUtc.Ticks}",
                        _ => "",
                    }}"
                    ),
                ]
            )
        );
        var note = Path.Combine(folder, "key");
        if (File.Exists(note) && File.ReadAllText(note) == key)
            return;
        foreach (var file in Directory.GetFiles(folder, "*.json"))
            File.Delete(file);
        File.WriteAllText(note, key);
    }

    private IEnumerable<StressedRecording> Stress(
        IReadOnlyList<Utterance> group,
        int first,
        StressSurroundings around,
        CancellationToken cancellationToken
    )
    {
        var read = new ReadRecording?[group.Count];
        AllCores.For(
            group.Count,
            i =>
            {
                if (Read(group[i]) is { } recording)
                    read[i] = new ReadRecording(
                        group[i].Name,
                        new StressSound(recording, group[i].Speaker, SeedOf(first + i)),
                        MedianPitch(recording)
                    );
            },
            cancellationToken
        );
        foreach (var part in Parts(read.OfType<ReadRecording>()))
        {
            StressSound[] all = [.. part.Select(p => p.Sound)];
            var clean = model.Answer([.. all.Select(s => s.Recording)], cancellationToken);
            var degraded = Degraded(all, around, cancellationToken);
            foreach (var (i, p) in part.Index())
                yield return new StressedRecording(
                    p.Name,
                    p.Pitch,
                    clean[i],
                    [.. degraded.Select(answers => answers[i])]
                );
        }
    }

    /// <summary>The answers for recordings under each condition.</summary>
    private StressAnswer[][] Degraded(
        StressSound[] sounds,
        StressSurroundings around,
        CancellationToken cancellationToken
    )
    {
        var degraded = conditions.Select(c => Degrade(c, sounds, around, cancellationToken));
        return model.StartsSlowly
            ? [.. model.Answer([.. degraded.SelectMany(d => d)], cancellationToken).Chunk(sounds.Length)]
            : [.. degraded.Select(d => model.Answer(d, cancellationToken).ToArray())];
    }

    private static Recording[] Degrade(
        StressCondition condition,
        StressSound[] sounds,
        StressSurroundings around,
        CancellationToken cancellationToken
    )
    {
        if (condition.Codec is { } codec)
            return [.. codec.Code([.. sounds.Select(s => s.Recording)])];
        var degraded = new Recording[sounds.Length];
        AllCores.For(sounds.Length, i => degraded[i] = condition.Degrade!(sounds[i], around), cancellationToken);
        return degraded;
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
            lock (Problems)
                Problems.Add(problem);
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
        Problems.Clear(); // they are reported where they are tested
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
