using System.Collections.Concurrent;
using System.Diagnostics;
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
/// <param name="corpus">What networks see.</param>
/// <param name="model">The network.</param>
/// <param name="options">How to train.</param>
public sealed class CrossValidation(ExperimentCorpus corpus, Model model, TrainingOptions options)
{
    private readonly SequenceSet _set = corpus.Sequences;
    private readonly Dictionary<string, int> _index = corpus.Utterances.Index().ToDictionary(u => u.Item.Path, u => u.Index);

    /// <summary>Runs the folds that the run's folder doesn't hold yet.</summary>
    /// <param name="splits">The folds.</param>
    /// <param name="run">Where each fold is kept as soon as it is done.</param>
    /// <param name="progress">Told how far it is, by any thread.</param>
    /// <param name="cancel">Stops all folds; finished ones stay kept.</param>
    /// <param name="numberOf">The number of a fold, which its seed follows from; null for its place among the splits.</param>
    /// <returns>The results in the order of the splits.</returns>
    public IReadOnlyList<FoldResult> Run(IReadOnlyList<Split> splits, RunFolder run, Action<StageProgress> progress, CancellationToken cancel,
        Func<Split, int>? numberOf = null)
    {
        ArgumentNullException.ThrowIfNull(splits);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(progress);
        var results = splits.Select(s => run.Finished(s.Name)).ToArray();
        int[] epochs = [.. results.Select(r => r is null ? 0 : options.Epochs)];
        var waiting = new ConcurrentQueue<int>(Enumerable.Range(0, splits.Count).Where(i => results[i] is null));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        ExceptionDispatchInfo? failure = null;

        void Tell(int split, int epoch)
        {
            lock (epochs)
            {
                epochs[split] = epoch;
                progress(new StageProgress("Training folds", epochs.Sum(), (double)splits.Count * options.Epochs));
            }
        }

        void Work()
        {
            try
            {
                set_num_threads(1); // counts for the thread that calls it
                while (!stop.IsCancellationRequested && waiting.TryDequeue(out var i))
                {
                    results[i] = RunFold(splits[i], options with { Seed = options.Seed * 1000 + (numberOf?.Invoke(splits[i]) ?? i) }, point => Tell(i, point.Epoch), stop.Token);
                    run.Keep(results[i]!);
                    Tell(i, options.Epochs);
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
        var watch = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)foldOptions.Seed);
        using var network = Network(generator).Initialise(generator);
        int[] train = Indices(split.Train), validation = Indices(split.Validation), test = Indices(split.Test);
        using var normalizer = foldOptions.Normalise ? Normalizer.Fit(_set, train) : Normalizer.None(_set);
        var trainer = new Trainer(_set, network, corpus.Classes.Length, foldOptions);
        var (bestEpoch, loss) = trainer.Train(train, validation, normalizer, epochDone, cancel);
        return new FoldResult(split.Name, split.Train.Speakers(), split.Validation.Speakers(), split.Test.Speakers(), train.Length,
            bestEpoch, loss, Predict(trainer, validation, normalizer), Predict(trainer, test, normalizer))
        { Seconds = watch.Elapsed.TotalSeconds };
    }

    private nn.Module<Tensor, Tensor, Tensor> Network(Generator generator)
    {
        nn.Module<Tensor, Tensor, Tensor> Head(int features) => options.Head == Training.Head.BiLstm
            ? new BiLstmClassifier(features, corpus.Classes.Length, options.Dropout, generator)
            : new MeanClassifier(features, corpus.Classes.Length, options.Dropout, generator);
        return model == Model.Compact ? new CompactNetwork(Head, options.Dropout, generator) : Head((int)_set.ItemShape[0]);
    }

    private Prediction[] Predict(Trainer trainer, int[] which, Normalizer normalizer) =>
        [.. which.Zip(trainer.Probabilities(which, normalizer), (i, p) =>
        {
            var utterance = corpus.Utterances[i];
            return new Prediction(utterance.Path, utterance.Speaker, utterance.Emotion, corpus.Classes[Array.IndexOf(p, p.Max())], p)
            {
                Groups = utterance.Details.Append(new("sex", utterance.Sex)).Where(d => d.Value.Length > 0).DistinctBy(d => d.Key).ToDictionary(),
            };
        })];

    private int[] Indices(IReadOnlyList<Utterance> part) => [.. part.Select(u => _index[u.Path])];
}
