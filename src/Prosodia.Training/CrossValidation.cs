using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Prosodia.Corpora;
using Prosodia.Evaluation;
using Prosodia.Training.Networks;
using static TorchSharp.torch;

namespace Prosodia.Training;

/// <summary>
/// Trains and tests a network on every fold. As many folds run side by side as there are cores, each on one core, which
/// is faster than one fold on all of them and gives the same numbers on any number of cores.
/// </summary>
/// <param name="utterances">The utterances of <paramref name="set"/>, in its order.</param>
/// <param name="set">The inputs.</param>
/// <param name="classes">The emotions, in the order of the set's labels.</param>
/// <param name="createNetwork">A network with dropout that draws from the generator given.</param>
/// <param name="options">How to train.</param>
public sealed class CrossValidation(IReadOnlyList<Utterance> utterances, SequenceSet set, IReadOnlyList<string> classes,
    Func<Generator, nn.Module<Tensor, Tensor, Tensor>> createNetwork, TrainingOptions options)
{
    private readonly Dictionary<string, int> _index = utterances.Index().ToDictionary(u => u.Item.Path, u => u.Index);

    /// <summary>Runs the folds that the run's folder doesn't hold yet.</summary>
    /// <param name="splits">The folds.</param>
    /// <param name="run">Where each fold is kept as soon as it is done.</param>
    /// <param name="epochDone">Told after each epoch of a fold, by any thread.</param>
    /// <param name="foldDone">Told after each fold, by any thread.</param>
    /// <param name="cancel">Stops all folds; finished ones stay kept.</param>
    /// <returns>The results in the order of the splits.</returns>
    public IReadOnlyList<FoldResult> Run(IReadOnlyList<Split> splits, RunFolder run, Action<Split, LossPoint>? epochDone = null,
        Action<FoldResult>? foldDone = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(splits);
        ArgumentNullException.ThrowIfNull(run);
        var results = splits.Select(s => run.Finished(s.Name)).ToArray();
        foreach (var finished in results.OfType<FoldResult>()) foldDone?.Invoke(finished);
        var waiting = new ConcurrentQueue<int>(Enumerable.Range(0, splits.Count).Where(i => results[i] is null));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        ExceptionDispatchInfo? failure = null;

        void Work()
        {
            try
            {
                set_num_threads(1); // counts for the thread that calls it
                while (!stop.IsCancellationRequested && waiting.TryDequeue(out var i))
                {
                    results[i] = RunFold(splits[i], options with { Seed = options.Seed * 1000 + i }, point => epochDone?.Invoke(splits[i], point), stop.Token);
                    run.Keep(results[i]!);
                    foldDone?.Invoke(results[i]!);
                }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
                stop.Cancel();
            }
        }

        Thread[] workers = [.. Enumerable.Range(0, Math.Min(Environment.ProcessorCount, waiting.Count)).Select(_ => new Thread(Work))];
        foreach (var worker in workers) worker.Start();
        foreach (var worker in workers) worker.Join();
        failure?.Throw();
        cancel.ThrowIfCancellationRequested();
        return [.. results.Select(r => r!)];
    }

    private FoldResult RunFold(Split split, TrainingOptions foldOptions, Action<LossPoint> epochDone, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)foldOptions.Seed);
        using var network = createNetwork(generator).Initialise(generator);
        int[] train = Indices(split.Train), validation = Indices(split.Validation), test = Indices(split.Test);
        using var normalizer = Normalizer.Fit(set, train);
        var trainer = new Trainer(set, network, classes.Count, foldOptions);
        var (bestEpoch, loss) = trainer.Train(train, validation, normalizer, epochDone, cancel);
        return new FoldResult(split.Name, split.Train.Speakers(), split.Validation.Speakers(), split.Test.Speakers(), train.Length,
            bestEpoch, loss, Predict(trainer, validation, normalizer), Predict(trainer, test, normalizer));
    }

    private Prediction[] Predict(Trainer trainer, int[] which, Normalizer normalizer) =>
        [.. which.Zip(trainer.Probabilities(which, normalizer), (i, p) =>
        {
            var utterance = utterances[i];
            return new Prediction(utterance.Path, utterance.Speaker, utterance.Emotion, classes[Array.IndexOf(p, p.Max())], p)
            {
                Groups = utterance.Details.Append(new("sex", utterance.Sex)).Where(d => d.Value.Length > 0).DistinctBy(d => d.Key).ToDictionary(),
            };
        })];

    private int[] Indices(IReadOnlyList<Utterance> part) => [.. part.Select(u => _index[u.Path])];
}
