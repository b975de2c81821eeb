namespace Prosodia.Training.Learners;

/// <summary>
/// Several networks instead of one: each holds back another group of the speakers that a fold knows, and chooses its
/// epoch by it. Together they are trained on all of them, their mean is steadier than any one, and every known
/// recording has an answer from a network not trained on its speaker. Source: Breiman, Stacked Regressions, Machine
/// Learning 24, 1996.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="task">What is learned.</param>
/// <param name="speakers">The speaker of each utterance.</param>
internal sealed class CrossFittedNetworks(NetworkLearner network, LearningTask task, IReadOnlyList<string> speakers)
    : IFoldLearner
{
    private const int Networks = 4;

    /// <inheritdoc/>
    public int Steps => Networks * network.Steps;

    /// <inheritdoc/>
    public IReadOnlyList<int> Speeds => network.Speeds;

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
        int[] known = [.. parts.Train, .. parts.Validation];
        var held = new Dictionary<int, double[]>();
        var outcomes = new List<FoldOutcome>();
        foreach (var (i, group) in InnerFolds.Of(known, speakers, Networks, seed).Index())
        {
            var outcome = network.Run(
                new FoldParts([.. known.Except(group)], group, parts.Test),
                seed * Networks + i,
                keptIn,
                done => stepsDone(i * network.Steps + done),
                cancellationToken
            );
            foreach (var (utterance, probabilities) in outcome.Held)
                held[utterance] = probabilities;
            outcomes.Add(outcome);
        }
        var test = Enumerable
            .Range(0, parts.Test.Length)
            .Select(u => task.Mean([.. outcomes.Select(o => o.Test[u])]))
            .ToArray();
        return new FoldOutcome(held, test) { BestEpoch = outcomes[0].BestEpoch, Loss = outcomes[0].Loss };
    }
}
