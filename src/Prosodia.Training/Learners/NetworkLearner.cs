using Prosodia.Evaluation.Encoders;
using Prosodia.Training.Data;
using Prosodia.Training.Networks;
using Prosodia.Training.Optimization;
using Prosodia.Training.Torch;
using static TorchSharp.torch;

namespace Prosodia.Training.Learners;

/// <summary>A neural network, trained until its validation loss falls no more.</summary>
/// <param name="set">What it reads; which network it is follows from that.</param>
/// <param name="task">What is learned.</param>
/// <param name="options">How to train; the seed is the fold's.</param>
/// <param name="encoder">The encoder whose last stages are trained with it; or null.</param>
internal sealed class NetworkLearner(
    SequenceSet set,
    LearningTask task,
    TrainingOptions options,
    EncoderCut? encoder = null
) : IFoldLearner
{
    /// <inheritdoc/>
    public int Steps => options.Epochs;

    /// <inheritdoc/>
    public IReadOnlyList<int> Speeds => [set.Speeds.Count];

    /// <inheritdoc/>
    public FoldOutcome Run(
        FoldParts parts,
        int seed,
        string keptIn,
        Action<int> stepsDone,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(stepsDone);
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        using var network = Network(generator);
        var pretrained = network as FineTunedNetwork;
        using var normalizer =
            options.Normalize && pretrained is null ? Standardizer.Fit(set, parts.Train) : Standardizer.None(set);
        if (options.Normalize)
            pretrained?.Standardize(set, parts.Train);
        var trainer = new Trainer(set, network, task.Objective(options), options with { Seed = seed });
        var (bestEpoch, loss) = trainer.Train(
            parts.Train,
            parts.Validation,
            normalizer,
            point => stepsDone(point.Epoch * Steps / trainer.Epochs(parts.Train)),
            cancellationToken,
            new Checkpoint(Path.Combine(keptIn, $"{set.Kind}-{seed}.checkpoint"), generator)
        );
        var held = parts
            .Validation.Zip(trainer.Predict(parts.Validation, normalizer))
            .ToDictionary(p => p.First, p => p.Second);
        return new FoldOutcome(held, trainer.Predict(parts.Test, normalizer)) { BestEpoch = bestEpoch, Loss = loss };
    }

    private nn.Module<Tensor, Tensor, Tensor> Network(Generator generator)
    {
        nn.Module<Tensor, Tensor, Tensor> Head(int features) =>
            options.Head == Optimization.Head.BiLstm
                ? new BiLstmClassifier(features, task.Outputs, options.Dropout, generator)
                : new MeanClassifier(features, task.Outputs, options.Dropout, generator);
        nn.Module<Tensor, Tensor, Tensor> FineTuned(FineTuning fineTuning)
        {
            var stages = new TrainableStages(encoder!, fineTuning.TrainsBatchNorms);
            var head = Head(stages.FeaturesOf(set.ItemShape)).Initialize(generator);
            return new FineTunedNetwork(stages, head, fineTuning);
        }
        return set.Kind switch
        {
            InputKind.KeySpectrograms => new CompactNetwork(Head, options.Dropout, generator).Initialize(generator),
            InputKind.KeyFeatures => Head(set.ItemSize).Initialize(generator),
            InputKind.KeyMaps => FineTuned(options.FineTuning!),
            InputKind.EncoderFrames => new AttentiveNetwork(
                set.ItemSize,
                task.Outputs,
                options.Dropout,
                generator
            ).Initialize(generator),
            InputKind.Contours => new ContourNetwork(set.ItemSize, task.Outputs, options.Dropout, generator).Initialize(
                generator
            ),
            _ => throw new ArgumentException($"no network reads {set.Kind}", nameof(generator)),
        };
    }
}
