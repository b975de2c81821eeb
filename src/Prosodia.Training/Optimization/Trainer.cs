using System.Runtime.InteropServices;
using Prosodia.Evaluation.Runs;
using Prosodia.Training.Augmentation;
using Prosodia.Training.Data;
using Prosodia.Training.Networks;
using Prosodia.Training.Torch;
using static TorchSharp.torch;

namespace Prosodia.Training.Optimization;

/// <summary>
/// Trains a network on one split: Adam with a rate that rises and falls once (Smith and Topin, 2019); weights averaged
/// over the last steps; validation every few epochs, and the averaged weights of the lowest validation loss are the
/// ones that stay.
/// </summary>
/// <param name="set">The inputs of all utterances.</param>
/// <param name="network">From items (N, ...) and lengths (B) to scores (B, outputs).</param>
/// <param name="objective">What it is trained to.</param>
/// <param name="options">How to train.</param>
internal sealed class Trainer(
    SequenceSet set,
    nn.Module<Tensor, Tensor, Tensor> network,
    IObjective objective,
    TrainingOptions options
)
{
    private const double AveragedShare = 1.0 / 20; // of all steps that the average of weights reaches back over

    private readonly IReadOnlyList<IReadOnlyList<float[]>> _speeds = set.Speeds;

    /// <summary>Trains, and leaves the best weights in the network.</summary>
    /// <param name="train">The utterances to train on.</param>
    /// <param name="validation">The utterances to choose the epoch by.</param>
    /// <param name="normalizer">Fitted on the training utterances.</param>
    /// <param name="epochDone">Called after each epoch.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <param name="checkpoint">Where epochs are kept, so that training that was interrupted goes on from there; null
    /// keeps none.</param>
    /// <returns>The epoch whose weights stay, and the loss curve.</returns>
    /// <exception cref="InputException">The loss became infinite or no number, or an epoch can't be kept.</exception>
    public (int BestEpoch, LossPoint[] Loss) Train(
        int[] train,
        int[] validation,
        Standardizer normalizer,
        Action<LossPoint>? epochDone = null,
        CancellationToken cancellationToken = default,
        Checkpoint? checkpoint = null
    )
    {
        ArgumentNullException.ThrowIfNull(train);
        using var scope = NewDisposeScope();
        var pretrained = network as FineTunedNetwork;
        using var optimizer = new Adam(
            pretrained?.Rates ?? network.parameters().Select(p => ((Tensor)p, 1.0)),
            options.WeightDecay
        );
        objective.Fit(train);
        var order = train.ToArray();
        var random = new ReplayableRandom(options.Seed);
        var augmentation = Augmentation(random);
        var epochs = Epochs(train);
        var rate = new OneCycleSchedule(options.LearningRate, epochs * Batches(order).Count);
        using var average = new ExponentialMovingAverage(network, rate.Steps * AveragedShare);
        byte[] best = [];
        var loss = new List<LossPoint>();
        var (bestEpoch, lowest) = (0, double.PositiveInfinity);
        if (checkpoint?.Read(State(), order.Length) is { } kept)
        {
            (loss, bestEpoch, best) = ([.. kept.Loss], kept.BestEpoch, kept.Best);
            lowest = loss.FirstOrDefault(l => l.Epoch == bestEpoch)?.Validation ?? lowest;
            optimizer.Steps = rate.Step = kept.Steps;
            kept.Order.CopyTo(order, 0);
            random.Skip(kept.Draws);
        }
        for (
            var epoch = loss.Count + 1;
            epoch <= epochs && (bestEpoch == 0 || epoch - bestEpoch <= options.Patience);
            epoch++
        )
        {
            random.Shuffle(order);
            var trainLoss = Epoch(order, normalizer, random, augmentation, optimizer, rate, average, cancellationToken);
            double? validationLoss = null;
            if (epoch % options.ValidateEvery == 0 || epoch == epochs)
            {
                average.Exchange();
                validationLoss = Loss(validation, normalizer);
                if (validationLoss < lowest)
                {
                    (bestEpoch, lowest) = (epoch, validationLoss.Value);
                    best = Weights();
                }
                average.Exchange();
            }
            loss.Add(new LossPoint(epoch, trainLoss, validationLoss));
            checkpoint?.Keep(new([.. loss], bestEpoch, best, rate.Step, order, random.Draws), State());
            epochDone?.Invoke(loss[^1]);
        }
        if (bestEpoch == 0)
            throw new InputException(
                "training",
                "diverged: no validation loss is a number",
                "Choose a smaller --learning-rate"
            );
        network.load(new MemoryStream(best));
        return (bestEpoch, [.. loss]);

        Tensor[] State() => [.. network.parameters(), .. network.buffers(), .. average.State, .. optimizer.State];
    }

    /// <summary>Epochs at most with so many training utterances.</summary>
    public int Epochs(int[] train)
    {
        var batches = Batches(train).Count;
        return options.MaxBatches is { } most
            ? Math.Min(options.Epochs, (most + batches - 1) / batches)
            : options.Epochs;
    }

    /// <summary>What the network predicts for some utterances, one array each.</summary>
    public double[][] Predict(int[] utterances, Standardizer normalizer)
    {
        using var scope = NewDisposeScope();
        return objective.Predict(stack(_speeds.Select(speed => Scores(utterances, speed, normalizer))));
    }

    private IAugmentation? Augmentation(Random random) =>
        set.Kind switch
        {
            InputKind.KeySpectrograms => new SpectrogramAugmentation(
                (int)set.ItemShape[0],
                (int)set.ItemShape[1],
                random
            ),
            InputKind.Contours => new ContourAugmentation(set.ItemSize, random),
            _ => null,
        };

    private double Epoch(
        int[] order,
        Standardizer normalizer,
        Random random,
        IAugmentation? augmentation,
        Adam optimizer,
        OneCycleSchedule rate,
        ExponentialMovingAverage average,
        CancellationToken cancellationToken
    )
    {
        network.train();
        double total = 0;
        foreach (var batch in Batches(order))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            float[][] sequences = [.. batch.Select(u => _speeds[random.Next(_speeds.Count)][u])];
            var (items, lengths) = set.Batch(
                augmentation is null ? sequences : [.. sequences.Select(augmentation.Speak)]
            );
            normalizer.Apply(items);
            augmentation?.Apply(MemoryMarshal.Cast<byte, float>(items.bytes), lengths.data<long>().ToArray());
            var (gradient, loss) = objective.Loss(network.forward(items, lengths), batch, random);
            gradient.backward();
            (network as FineTunedNetwork)?.CompleteBackward();
            optimizer.Step(rate.Next());
            average.Update();
            total += loss.data<float>()[0] * batch.Length;
        }
        return total / order.Length;
    }

    /// <summary>
    /// Utterances in batches; a last one alone joins the batch before it, since batch norms need more than one item.
    /// </summary>
    private IReadOnlyList<int[]> Batches(int[] order)
    {
        var batches = order.Chunk(options.Batch).ToList();
        if (batches is [.., var before, { Length: 1 } last])
            batches = [.. batches[..^2], [.. before, .. last]];
        return batches;
    }

    private double Loss(int[] utterances, Standardizer normalizer)
    {
        using var scope = NewDisposeScope();
        return objective.ValidationLoss(Scores(utterances, set.Sequences, normalizer), utterances).data<float>()[0];
    }

    private Tensor Scores(int[] utterances, IReadOnlyList<float[]> sequences, Standardizer normalizer)
    {
        network.eval();
        using var untracked = no_grad();
        return cat([
            .. utterances
                .Chunk(options.Batch)
                .Select(batch =>
                {
                    using var scope = NewDisposeScope();
                    var (items, lengths) = set.Batch([.. batch.Select(u => sequences[u])]);
                    return network.forward(normalizer.Apply(items), lengths).MoveToOuterDisposeScope();
                }),
        ]);
    }

    private byte[] Weights()
    {
        var stream = new MemoryStream();
        network.save(stream); // closes the stream
        return stream.ToArray();
    }
}
