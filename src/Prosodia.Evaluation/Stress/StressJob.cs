using System.Globalization;
using Prosodia.Audio;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Degradations;

namespace Prosodia.Evaluation.Stress;

/// <summary>A stress run from recordings to its result.</summary>
/// <param name="model">The model.</param>
/// <param name="name">What reports call the recordings.</param>
/// <param name="utterances">The recordings.</param>
/// <param name="emotions">The classes; null where only answers say so.</param>
/// <param name="sounds">Other sounds; empty for none.</param>
/// <param name="without">Conditions that are left out, by the beginning of their name.</param>
/// <param name="groups">Further columns whose groups are compared.</param>
/// <param name="seed">Of all that is random.</param>
internal sealed class StressJob(
    IStressedModel model,
    string name,
    IReadOnlyList<Utterance> utterances,
    IReadOnlyList<string>? emotions,
    IReadOnlyList<float[]> sounds,
    IReadOnlyList<string> without,
    IReadOnlyList<string> groups,
    int seed
)
{
    private const string AllCodecs = "codec";
    private const int NonSpeechSeconds = 3,
        FewRecordings = 100;

    /// <summary>What could not be used.</summary>
    public IReadOnlyList<InputException> Problems { get; private set; } = [];

    /// <summary>Runs it.</summary>
    /// <param name="folder">Where answers are kept on the way.</param>
    /// <param name="progress">Reports recordings that are done.</param>
    /// <param name="cancellationToken">Stops; the same job goes on from there.</param>
    /// <exception cref="InputException">No recording can be used, or the model failed.</exception>
    public StressResult Run(string folder, Action<StageProgress> progress, CancellationToken cancellationToken)
    {
        foreach (var utterance in utterances)
            OutputGuard.Mentions(utterance.Path);
        if (without.FirstOrDefault(w => !StressBattery.All.Any(c => IsMeant(w, c))) is { } unknown)
            throw new InputException(
                $"--without {unknown}",
                "is the beginning of no condition's name",
                $"Conditions are: {string.Join(", ", StressBattery.All.Select(c => c.Family).Distinct())}"
            );
        var wanted = StressBattery.All.Where(c => !without.Any(w => IsMeant(w, c))).ToArray();
        var conditions = wanted.Where(IsPossible).ToArray();
        var run = new StressRun(model, utterances, conditions, sounds, seed);
        var answers = run.Run(folder, progress, cancellationToken);
        Problems = run.Problems;
        if (answers.Count == 0)
            throw run.Problems.FirstOrDefault()
                ?? new InputException(name, "holds no recording that can be used", "Give others");
        var nonSpeech = model.Answer([.. NonSpeech()], cancellationToken);
        return StressResult.Of(
            model.Name,
            name,
            new StressData(utterances, answers, conditions, nonSpeech, emotions, groups, seed),
            [.. Cautions(answers), .. wanted.Except(conditions).GroupBy(c => c.Family).Select(f => Reason(f.First()))]
        );
    }

    private IEnumerable<string> Cautions(IReadOnlyList<StressedRecording> answers)
    {
        if (answers.Count < FewRecordings)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{answers.Count} recordings are few: one of them is {1.0 / answers.Count:0.000} of what is tested."
            );
        string[] unknown = emotions is null
            ? []
            : [.. answers.Select(a => a.Clean.Emotion).Where(e => e.Length > 0).Except(emotions)];
        if (unknown.Length > 0)
            yield return $"The model answers {string.Join(", ", unknown)}, which no label and no class is called.";
    }

    private bool IsPossible(StressCondition condition) =>
        condition.Codec is { } codec ? codec.IsThere : !condition.NeedsSounds || sounds.Count > 0;

    private static string Reason(StressCondition condition) =>
        condition.NeedsSounds
            ? $"{condition.Family} was not tested: --noise DIR names a folder of such"
            : $"{condition.Family} was not tested: the ffmpeg on the path has no encoder {condition.Codec!.Encoder}";

    private static bool IsMeant(string name, StressCondition condition) =>
        name == AllCodecs
            ? condition.Codec is not null
            : condition.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Sounds in which nobody speaks: those given, noise, hum, a tone and music.</summary>
    private IEnumerable<Recording> NonSpeech()
    {
        const int length = NonSpeechSeconds * Recording.SampleRate;
        float[][] made =
        [
            Noises.White(length, seed),
            Noises.Pink(length, seed),
            Noises.Tone(length, 50),
            Noises.Tone(length, 440),
            Noises.Music(length, seed),
            Noises.Music(length, seed + 1),
        ];
        return made.Concat(sounds)
            .Select(s =>
            {
                var scale = (float)(0.05 / Math.Sqrt(Math.Max(1e-12, Mixture.Power(s))));
                return new Recording([.. s.Select(x => Math.Clamp(scale * x, -1, 1))], []);
            });
    }
}
