using System.Collections.Concurrent;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.FeatureStore;

namespace Prosodia.Evaluation.Audit;

/// <summary>
/// What was measured of the recordings of splits whose files are there, and which of them are the
/// same.
/// </summary>
/// <param name="Checks">By <see cref="Utterance.Name"/>.</param>
/// <param name="Problems">Why others could not be read, by the same.</param>
/// <param name="Duplicates">Pairs of different files with the same sound, by the same.</param>
internal sealed record AuditedSounds(
    IReadOnlyDictionary<string, RecordingCheck> Checks,
    IReadOnlyDictionary<string, InputException> Problems,
    IReadOnlyList<(Utterance One, Utterance Other, Duplicate Match)> Duplicates
)
{
    /// <summary>Where nothing is read.</summary>
    public static AuditedSounds None { get; } =
        new(new Dictionary<string, RecordingCheck>(), new Dictionary<string, InputException>(), []);

    /// <summary>Measures recordings on all cores and compares all with all.</summary>
    /// <param name="splits">Splits, whose recordings may be the same.</param>
    /// <param name="progress">Reports what is done.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static AuditedSounds Measure(
        IReadOnlyList<AuditedSplit> splits,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(splits);
        ArgumentNullException.ThrowIfNull(progress);
        Utterance[] there =
        [
            .. splits
                .SelectMany(s => s.Rows)
                .Select(r => r.Utterance)
                .DistinctBy(u => u.Name)
                .Where(u => u.Path.Length > 0 && File.Exists(u.Path)),
        ];
        var checks = new RecordingCheck?[there.Length];
        var (problems, done) = (new ConcurrentDictionary<string, InputException>(), 0);
        AllCores.For(
            there.Length,
            i =>
            {
                OutputGuard.Mentions(there[i].Path);
                try
                {
                    checks[i] = RecordingCheck.Of(there[i]);
                }
                catch (InputException problem)
                {
                    problems[there[i].Name] = problem;
                }
                progress(new StageProgress("reading recordings", Interlocked.Increment(ref done), there.Length));
            },
            cancellationToken
        );
        var duplicates = DuplicateSearch.Find(
            [.. checks.Select(c => c?.Fingerprint)],
            i => Sound(there[i]),
            (compared, of) => progress(new StageProgress("comparing recordings", compared, of)),
            cancellationToken
        );
        return new AuditedSounds(
            there.Index().Where(u => checks[u.Index] is not null).ToDictionary(u => u.Item.Name, u => checks[u.Index]!),
            problems,
            [.. duplicates.Select(d => (there[d.One], there[d.Other], d))]
        );
    }

    private static float[]? Sound(Utterance utterance)
    {
        try
        {
            return AcousticFingerprint.Resampled(RecordingCheck.Read(utterance));
        }
        catch (InputException)
        {
            return null; // it was there a moment ago
        }
    }
}
