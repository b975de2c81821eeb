using System.Diagnostics;
using Prosodia.Cli.Hosting;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Evaluation.Reports;
using Prosodia.Evaluation.Runs;
using Prosodia.Training.Experiments;

namespace Prosodia.Training.Cli.Hosting;

/// <summary>Evaluations that belong together, one after the other, each with a report of its own.</summary>
internal sealed class StudyRunner(bool restart, CancellationToken cancellationToken)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly OrderedDictionary<string, InputException> _leftOut = [];
    private readonly HashSet<string> _warnings = [];

    /// <summary>What is known of the run so far.</summary>
    public RunContext Context => RunContext.Now([.. _leftOut.Keys]) with { Duration = _watch.Elapsed };

    /// <summary>Runs an evaluation and writes its files; gives its result, its corpus and its report.</summary>
    public (EvaluationResult Result, ExperimentCorpus Corpus, string Report) Run(
        Manifest manifest,
        ExperimentOptions options,
        string folder
    ) => Run(Experiment.Run, RunFiles.Write, RunFiles.In(folder), manifest, options, folder);

    /// <summary>The same of numbers.</summary>
    public (RegressionResult Result, ExperimentCorpus Corpus, string Report) RunRegression(
        Manifest manifest,
        ExperimentOptions options,
        string folder
    ) => Run(Experiment.RunRegression, RegressionFiles.Write, RegressionFiles.In(folder), manifest, options, folder);

    /// <summary>The same of numbers with several seeds, each in a folder of its own.</summary>
    public IReadOnlyList<RegressionResult> RunRegression(
        Manifest manifest,
        ExperimentOptions options,
        string folder,
        int seeds
    ) => EachSeed(options, folder, seeds, (o, path) => RunRegression(manifest, o, path).Result);

    private (T Result, ExperimentCorpus Corpus, string Report) Run<T>(
        Func<
            Manifest,
            ExperimentOptions,
            string,
            bool,
            Action<StageProgress>,
            CancellationToken,
            (T, ExperimentCorpus)
        > run,
        Func<string, T, RunContext, string> write,
        IEnumerable<string> files,
        Manifest manifest,
        ExperimentOptions options,
        string folder
    )
    {
        var watch = Stopwatch.StartNew();
        OutputGuard.Claim(files);
        foreach (var utterance in manifest.Utterances)
            OutputGuard.Mentions(utterance.Path);
        var (result, corpus) = Terminal.WithProgress(progress =>
            run(manifest, options, folder, restart, progress, cancellationToken)
        );
        Note([.. manifest.Problems, .. corpus.Problems], [.. manifest.Warnings, .. corpus.Warnings]);
        var report = write(
            folder,
            result,
            Context with
            {
                Duration = watch.Elapsed,
                LeftOut = [.. manifest.Problems.Concat(corpus.Problems).Select(p => p.Message)],
            }
        );
        FeatureSet.Delete(Experiment.MeasurementsOf(folder));
        return (result, corpus, report);
    }

    /// <summary>Runs one fold of an evaluation and keeps it; gives the exit code.</summary>
    public int RunFold(Manifest manifest, ExperimentOptions options, string folder, string fold)
    {
        var corpus = Terminal.WithProgress(progress =>
            Experiment.RunFold(manifest, options, folder, fold, progress, cancellationToken)
        );
        Note([.. manifest.Problems, .. corpus.Problems], [.. manifest.Warnings, .. corpus.Warnings]);
        Console.WriteLine($"fold {fold} is kept in {folder}");
        return End();
    }

    /// <summary>The same with several seeds, from that of the options on, each in a folder of its own.</summary>
    public SeedSummary Run(Manifest manifest, ExperimentOptions options, string folder, int seeds) =>
        new(EachSeed(options, folder, seeds, (o, path) => Run(manifest, o, path).Result));

    private static IReadOnlyList<T> EachSeed<T>(
        ExperimentOptions options,
        string folder,
        int seeds,
        Func<ExperimentOptions, string, T> run
    ) =>
        seeds == 1
            ? [run(options, folder)]
            :
            [
                .. Enumerable
                    .Range(options.Training.Seed, seeds)
                    .Select(seed => run(options.WithSeed(seed), Path.Combine(folder, $"seed-{seed}"))),
            ];

    /// <summary>Remembers what could not be used, and says what is odd.</summary>
    public void Note(IEnumerable<InputException> problems, IEnumerable<string> warnings)
    {
        foreach (var problem in problems)
            _leftOut.TryAdd(problem.Message, problem);
        foreach (var warning in warnings.Where(_warnings.Add))
            Terminal.Warning(warning);
    }

    /// <summary>Says what could not be used; gives the exit code that follows.</summary>
    public int End() => Terminal.LeftOut(_leftOut.Values);
}
