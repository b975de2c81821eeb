using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Runs;
using Prosodia.KeySegments;
using static System.FormattableString;

namespace Prosodia.Training.Experiments;

/// <summary>A setting and the values to try of it.</summary>
/// <param name="Name">Its name in results.</param>
/// <param name="Values">The values; the first of equals is kept.</param>
/// <param name="With">Options with a value of it.</param>
internal sealed record TunedSetting(
    string Name,
    IReadOnlyList<double> Values,
    Func<ExperimentOptions, double, ExperimentOptions> With
);

/// <summary>The folds of a tuned evaluation.</summary>
/// <param name="Setup">What was evaluated.</param>
/// <param name="Folds">The folds, each with the settings that were chosen for it.</param>
/// <param name="SegmentsPerUtterance">Key segments that the models read of an utterance, in the mean.</param>
internal sealed record TunedFolds<TPrediction>(
    EvaluationSetup Setup,
    IReadOnlyList<FoldResult<TPrediction>> Folds,
    double SegmentsPerUtterance
);

/// <summary>
/// Nested cross-validation: for each fold, settings are chosen by cross-validation over the speakers that it doesn't
/// test, and only then is the fold tested, once. Settings are tried one after the other, each with the best of those
/// before it. Source: Varma and Simon, Bias in Error Estimation When Using Cross-Validation for Model Selection, BMC
/// Bioinformatics 7, 2006.
/// </summary>
/// <param name="manifest">The corpus.</param>
/// <param name="start">What is tuned.</param>
/// <param name="settings">What to try, in this order.</param>
/// <param name="innerFolds">Groups of speakers that each fold's other speakers are dealt into.</param>
/// <param name="folder">Where everything finished is kept.</param>
/// <param name="restart">True forgets what was finished before.</param>
/// <param name="kind">What is predicted, and what settings are chosen by.</param>
/// <typeparam name="TPrediction">What is predicted of a recording.</typeparam>
internal sealed class NestedCrossValidation<TPrediction>(
    Manifest manifest,
    ExperimentOptions start,
    IReadOnlyList<TunedSetting> settings,
    int innerFolds,
    string folder,
    bool restart,
    PredictionKind<TPrediction> kind
)
{
    private readonly List<TuningTrial> _trials = [];

    // of folds: what one fold chose must not reach another's seeds
    private readonly Dictionary<string, int> _numbers = [];
    private readonly HashSet<string> _opened = [];
    private (KeySegmentOptions Options, ExperimentCorpus Corpus)? _read;

    /// <summary>All that was tried.</summary>
    public IReadOnlyList<TuningTrial> Trials => _trials;

    /// <summary>Tunes and tests; gives the outcome and what became of recordings that could not be used.</summary>
    /// <param name="progress">Reports progress; called by any thread.</param>
    /// <param name="cancellationToken">Stops; what is finished stays kept.</param>
    /// <exception cref="InputException">Nothing can be evaluated, or a fold has too few speakers beside those it
    /// tests.</exception>
    public (TunedFolds<TPrediction> Folds, ExperimentCorpus Corpus) Run(
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(progress);
        var first = Read(start, progress, cancellationToken);
        var splits = start.Protocol.Split(first.Utterances, start.Training.Seed);
        var chosen = splits.ToDictionary(s => s.Name, _ => start);
        var inner = splits.ToDictionary(s => s.Name, Inner);
        foreach (var fold in splits.Concat(splits.SelectMany(s => inner[s.Name])))
            _numbers[fold.Name] = _numbers.Count;
        foreach (var setting in settings)
            Choose(setting, splits, inner, chosen, progress, cancellationToken);

        var results = new Dictionary<string, FoldResult<TPrediction>>();
        double segments = 0;
        foreach (var (options, same) in Grouped(splits.Select(s => (chosen[s.Name], s))))
        {
            var corpus = Read(options, progress, cancellationToken);
            foreach (var fold in CrossValidate(corpus, options, same, folder, progress, cancellationToken))
                results[fold.Name] = fold with { Chosen = Values(options) };
            segments += corpus.SegmentsPerUtterance * same.Count / splits.Count;
        }
        return (new(Describe(), [.. splits.Select(s => results[s.Name])], segments), first);
    }

    /// <summary>Tries each value of a setting on every fold's inner folds, and keeps the best of each fold.</summary>
    private void Choose(
        TunedSetting setting,
        IReadOnlyList<Fold> splits,
        Dictionary<string, Fold[]> inner,
        Dictionary<string, ExperimentOptions> chosen,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var candidates = splits.SelectMany(split =>
            setting.Values.Select(value =>
                (Options: setting.With(chosen[split.Name], value), (Split: split, Value: value))
            )
        );
        var groups = Grouped(candidates).ToArray();
        var trials = new List<TuningTrial>();
        foreach (var (g, (options, tries)) in groups.Index())
        {
            void Tell(StageProgress p) =>
                progress(
                    new StageProgress($"Trying {setting.Name.Replace('_', ' ')}", g + p.Done / p.Total, groups.Length)
                );
            var corpus = Read(options, _ => { }, cancellationToken);
            var results = CrossValidate(
                    corpus,
                    options,
                    [.. tries.SelectMany(t => inner[t.Split.Name])],
                    Path.Combine(folder, "tuning", Slug(options)),
                    Tell,
                    cancellationToken
                )
                .ToDictionary(r => r.Name);
            foreach (var (split, value) in tries)
            {
                TPrediction[] predictions = [.. inner[split.Name].SelectMany(i => results[i.Name].Test)];
                trials.Add(
                    new TuningTrial(
                        split.Name,
                        setting.Name,
                        value,
                        kind.ScoreOf(corpus, predictions),
                        corpus.SegmentsPerUtterance
                    )
                );
            }
        }
        foreach (var split in splits)
            chosen[split.Name] = setting.With(
                chosen[split.Name],
                setting.Values.MaxBy(v => trials.First(t => t.Fold == split.Name && t.Value == v).Score)
            );
        _trials.AddRange(trials);
    }

    /// <summary>Folds within the speakers that a fold doesn't test.</summary>
    private Fold[] Inner(Fold split) =>
        [
            .. new SpeakerGroups(innerFolds)
                .Split([.. split.Train, .. split.Validation], start.Training.Seed)
                .Select(i => new Fold(
                    $"{split.Name}, inner {i.Name}",
                    i.Train,
                    i.Validation,
                    i.Test,
                    speakersDisjoint: true
                )),
        ];

    private IReadOnlyList<FoldResult<TPrediction>> CrossValidate(
        ExperimentCorpus corpus,
        ExperimentOptions options,
        IReadOnlyList<Fold> splits,
        string path,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var run = RunFolder.Open(
            path,
            Experiment.Fingerprint(new { Setup = Describe(), innerFolds }, corpus),
            restart && _opened.Add(path)
        );
        return kind.ValidationOf(corpus, options)
            .Run(splits, run, progress, cancellationToken, split => _numbers[split.Name]);
    }

    /// <summary>The corpus as the model sees it with these options; the last one is kept.</summary>
    private ExperimentCorpus Read(
        ExperimentOptions options,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (_read is { } last && last.Options == options.KeySegments)
            return last.Corpus;
        _read = null; // before the next one takes as much memory again
        var corpus = ExperimentCorpus.Read(
            manifest,
            options,
            Experiment.MeasurementsOf(folder),
            progress,
            cancellationToken
        );
        _read = (options.KeySegments, corpus);
        return corpus;
    }

    private EvaluationSetup Describe()
    {
        var setup = start.Describe(manifest);
        var tuned = setup.Settings.ToDictionary();
        foreach (var setting in settings)
            tuned[setting.Name] = $"one of {string.Join(", ", setting.Values.Select(v => Invariant($"{v}")))}";
        var names = string.Join(", ", settings.Select(s => s.Name.Replace('_', ' ')));
        return setup with
        {
            Settings = tuned,
            ProtocolDescription =
                $"{setup.ProtocolDescription} For each fold, {names} were chosen by cross-validation over "
                + $"{innerFolds} groups of the speakers that it doesn't test.",
        };
    }

    private Dictionary<string, object> Values(ExperimentOptions options)
    {
        var all = options.Describe(manifest).Settings;
        return settings.ToDictionary(s => s.Name, s => all[s.Name]);
    }

    private string Slug(ExperimentOptions options) =>
        string.Join(' ', Values(options).Select(v => Invariant($"{v.Key}={v.Value}")));

    /// <summary>
    /// Work by options, so that each corpus is read once; options that differ in no setting are the same.
    /// </summary>
    private static IEnumerable<(ExperimentOptions Options, List<T> Work)> Grouped<T>(
        IEnumerable<(ExperimentOptions Options, T Work)> work
    ) =>
        work.GroupBy(w => (w.Options.KeySegments, w.Options.Training))
            .Select(g => (g.First().Options, g.Select(w => w.Work).ToList()));
}
