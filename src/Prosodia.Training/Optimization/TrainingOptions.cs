using Prosodia.Training.Networks;

namespace Prosodia.Training.Optimization;

/// <summary>What makes one answer of an utterance's key segments.</summary>
internal enum Head
{
    /// <summary>A deep bidirectional LSTM, the paper's.</summary>
    BiLstm,

    /// <summary>Their mean and a linear layer, to compare with.</summary>
    Mean,
}

/// <summary>How a network is trained.</summary>
internal sealed record TrainingOptions
{
    /// <summary>Passes over the training utterances at most.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Batches at most; null where only epochs limit them. As many epochs are run as have that many.</summary>
    public int? MaxBatches { get; init; }

    /// <summary>Epochs from one validation to the next, as in the paper.</summary>
    public int ValidateEvery { get; init; } = 5;

    /// <summary>Epochs without a lower validation loss after which training ends.</summary>
    public int Patience { get; init; } = 20;

    /// <summary>Utterances of a batch.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Adam's step at its largest.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Adam's weight decay.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Probability to drop a feature.</summary>
    public double Dropout { get; init; } = 0.4;

    /// <summary>What part of each label is spread over all classes.</summary>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>The end of the network.</summary>
    public Head Head { get; init; }

    /// <summary>Whether features are shifted and scaled by what the training utterances have.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>How the encoder is trained together with the classifier; null where it is frozen.</summary>
    public FineTuning? FineTuning { get; init; }

    /// <summary>Seed of first weights, order of batches and dropout.</summary>
    public int Seed { get; init; } = 1;
}
