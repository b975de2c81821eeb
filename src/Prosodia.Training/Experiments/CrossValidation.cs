using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Runs;
using Prosodia.Training.Learners;
using Prosodia.Training.Optimization;
using static TorchSharp.torch;

namespace Prosodia.Training.Experiments;

/// <summary>
/// Trains and tests a model on every fold. As many folds run side by side as there are cores, each on one core, which
/// is faster than one fold on all of them and gives the same numbers on any number of cores.
/// </summary>
/// <param name="corpus">What models see.</param>
/// <param name="model">The model.</param>
/// <param name="options">How to train.</param>
/// <typeparam name="TPrediction">What is predicted of a recording.</typeparam>
internal abstract class CrossValidation<TPrediction>(ExperimentCorpus corpus, Model model, TrainingOptions options)
{
    private const string AllocationRefused = "can't allocate memory"; // libtorch's words

    private readonly IFoldLearner _learner = corpus.Learner(model, options);
    private readonly LearningTask _task = corpus.Task;
    private readonly Dictionary<string, int> _index = corpus
        .Utterances.Index()
        .ToDictionary(u => u.Item.Name, u => u.Index);

    /// <summary>How many speeds each of the model's streams reads a recording at.</summary>
    public IReadOnlyList<int> Speeds => _learner.Speeds;

    /// <summary>Runs the folds that the run's folder doesn't hold yet.</summary>
    /// <param name="splits">The folds.</param>
    /// <param name="run">Where each fold is kept as soon as it is done.</param>
    /// <param name="progress">Reports progress; called by any thread.</param>
    /// <param name="cancellationToken">Stops all folds; finished ones stay kept.</param>
    /// <param name="numberOf">The number of a fold, which its seed follows from; null for its place among the
    /// splits.</param>
    /// <returns>The results in the order of the splits.</returns>
    public IReadOnlyList<FoldResult<TPrediction>> Run(
        IReadOnlyList<Fold> splits,
        RunFolder run,
        Action<StageProgress> progress,
        CancellationToken cancellationToken,
        Func<Fold, int>? numberOf = null
    )
    {
        ArgumentNullException.ThrowIfNull(splits);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(progress);
        var results = splits.Select(s => run.Finished<TPrediction>(s.Name)).ToArray();
        int[] done = [.. results.Select(r => r is null ? 0 : _learner.Steps)];
        var waiting = new ConcurrentQueue<int>(Enumerable.Range(0, splits.Count).Where(i => results[i] is null));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ExceptionDispatchInfo? failure = null;

        void Tell(int split, int steps)
        {
            lock (done)
            {
                done[split] = steps;
                progress(new StageProgress("Training folds", done.Sum(), (double)splits.Count * _learner.Steps));
            }
        }

        void Work()
        {
            try
            {
                set_num_threads(1); // counts for the thread that calls it
                while (!stop.IsCancellationRequested && waiting.TryDequeue(out var i))
                {
                    results[i] = RunFold(
                        splits[i],
                        options.Seed * 1000 + (numberOf?.Invoke(splits[i]) ?? i),
                        run.WorkOf(splits[i].Name),
                        steps => Tell(i, steps),
                        stop.Token
                    );
                    run.Save(results[i]!);
                    Tell(i, _learner.Steps);
                }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
                stop.Cancel();
            }
        }

        Thread[] workers =
        [
            .. Enumerable.Range(0, Math.Min(Environment.ProcessorCount, waiting.Count)).Select(_ => new Thread(Work)),
        ];
        foreach (var worker in workers)
            worker.Start();
        foreach (var worker in workers)
            worker.Join();
        failure?.Throw();
        cancellationToken.ThrowIfCancellationRequested();
        return [.. results.Select(r => r!)];
    }

    private FoldResult<TPrediction> RunFold(
        Fold split,
        int seed,
        string keptIn,
        Action<int> stepsDone,
        CancellationToken cancellationToken
    )
    {
        var watch = Stopwatch.StartNew();
        var parts = new FoldParts(Indices(split.Train), Indices(split.Validation), Indices(split.Test));
        if (!parts.Train.Any(_task.Teaches) || !parts.Validation.Any(_task.Teaches))
            throw new InputException(
                $"fold {split.Name}",
                "has no recording to train on, or none to validate on, whose raters agree",
                "Choose another protocol, or --votes distribution"
            );
        FoldOutcome outcome;
        try
        {
            outcome = _learner.Run(parts, seed, keptIn, stepsDone, cancellationToken);
        }
        catch (Exception e)
            when (e is OutOfMemoryException || e.Message.Contains(AllocationRefused, StringComparison.Ordinal))
        {
            throw new InputException(
                $"fold {split.Name}",
                "needs more memory than there is",
                "What is done is kept, and the same command continues it: set DOTNET_PROCESSOR_COUNT=1, so that "
                    + "it works on one fold at a time, or choose a smaller --batch"
            );
        }
        var (test, tied) = Tested(parts, outcome);
        var (validation, tiedValidation) = Validated(parts, outcome);
        return new FoldResult<TPrediction>(
            split.Name,
            split.Train.Speakers(),
            split.Validation.Speakers(),
            split.Test.Speakers(),
            parts.Train.Count(_task.Teaches),
            outcome.BestEpoch,
            outcome.Loss,
            validation,
            test
        )
        {
            Tied = tied,
            TiedValidation = tiedValidation,
            Seconds = watch.Elapsed.TotalSeconds,
            Chosen = outcome.Chosen,
        };
    }

    /// <summary>The predictions on validation recordings, and on those whose raters agree on no label.</summary>
    protected abstract (TPrediction[] Labeled, TPrediction[] Tied) Validated(FoldParts parts, FoldOutcome outcome);

    /// <summary>The predictions on test recordings, and on those whose raters agree on no label.</summary>
    protected abstract (TPrediction[] Labeled, TPrediction[] Tied) Tested(FoldParts parts, FoldOutcome outcome);

    /// <summary>What else the manifest says of a recording, by column, in few values.</summary>
    protected static IReadOnlyDictionary<string, string> GroupsOf(Utterance utterance) =>
        utterance
            .Details.Append(new("sex", utterance.Sex))
            .Where(d => d.Value.Length > 0 && !Ratings.IsIn(d.Key))
            .DistinctBy(d => d.Key)
            .ToDictionary();

    private int[] Indices(IReadOnlyList<Utterance> part) => [.. part.Select(u => _index[u.Name])];
}
