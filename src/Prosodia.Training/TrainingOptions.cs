namespace Prosodia.Training;

/// <summary>How a network is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training utterances at most.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Epochs from one validation to the next, as in the paper.</summary>
    public int ValidateEvery { get; init; } = 5;

    /// <summary>Epochs without a lower validation loss after which training ends.</summary>
    public int Patience { get; init; } = 20;

    /// <summary>Utterances of a batch.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Adam's step.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Adam's weight decay.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Probability to drop a feature.</summary>
    public double Dropout { get; init; } = 0.4;

    /// <summary>Seed of first weights, order of batches and dropout.</summary>
    public int Seed { get; init; } = 1;
}
