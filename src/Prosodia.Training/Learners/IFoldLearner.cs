using Prosodia.Evaluation.Runs;
using Prosodia.Training.Data;

namespace Prosodia.Training.Learners;

/// <summary>The utterances of a fold, as numbers of a <see cref="SequenceSet"/>.</summary>
/// <param name="Train">To train on.</param>
/// <param name="Validation">To choose by.</param>
/// <param name="Test">To judge by.</param>
internal sealed record FoldParts(int[] Train, int[] Validation, int[] Test);

/// <summary>What a learner made of a fold.</summary>
/// <param name="Held">What was predicted (the classes' probabilities, or numbers) of all validation utterances and
/// perhaps of training utterances, each by a model that was not trained on its speaker.</param>
/// <param name="Test">What was predicted of the test utterances.</param>
internal sealed record FoldOutcome(IReadOnlyDictionary<int, double[]> Held, double[][] Test)
{
    /// <summary>The epoch that was kept; 0 where nothing is trained in epochs.</summary>
    public int BestEpoch { get; init; }

    /// <summary>The loss curve; empty where nothing is trained in epochs.</summary>
    public LossPoint[] Loss { get; init; } = [];

    /// <summary>What was chosen in this fold, by name; null where nothing was.</summary>
    public IReadOnlyDictionary<string, object>? Chosen { get; init; }
}

/// <summary>A way from recordings to emotions or numbers that is trained and tested on a fold.</summary>
internal interface IFoldLearner
{
    /// <summary>How many steps a fold takes at most, for progress bars.</summary>
    int Steps { get; }

    /// <summary>How many speeds each of its streams reads a recording at; 1 as it was recorded only.</summary>
    IReadOnlyList<int> Speeds { get; }

    /// <summary>Trains on a fold and predicts. Called by several threads at once.</summary>
    /// <param name="parts">The fold.</param>
    /// <param name="seed">Seed of everything random.</param>
    /// <param name="keptIn">A folder of this fold alone, for what an interrupted run of it goes on from.</param>
    /// <param name="stepsDone">Reports how many steps are done.</param>
    /// <param name="cancellationToken">Stops.</param>
    FoldOutcome Run(
        FoldParts parts,
        int seed,
        string keptIn,
        Action<int> stepsDone,
        CancellationToken cancellationToken
    );
}
