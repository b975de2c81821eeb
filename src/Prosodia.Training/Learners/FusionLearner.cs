namespace Prosodia.Training.Learners;

/// <summary>
/// Several classifiers that read a recording in different ways, each with a weight fitted on out-of-fold predictions.
/// </summary>
/// <param name="streams">The classifiers, by name.</param>
/// <param name="task">What is learned.</param>
internal sealed class FusionLearner(IReadOnlyList<(string Name, IFoldLearner Classifier)> streams, LearningTask task)
    : IFoldLearner
{
    /// <inheritdoc/>
    public int Steps => streams.Sum(s => s.Classifier.Steps);

    /// <inheritdoc/>
    public IReadOnlyList<int> Speeds => [.. streams.SelectMany(s => s.Classifier.Speeds)];

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
        var before = 0;
        var outcomes = new List<FoldOutcome>();
        foreach (var (_, classifier) in streams)
        {
            var start = before;
            outcomes.Add(classifier.Run(parts, seed, keptIn, done => stepsDone(start + done), cancellationToken));
            before += classifier.Steps;
        }
        int[] held = [.. outcomes.Select(o => o.Held.Keys).Aggregate((a, b) => a.Intersect(b)).Order()];
        double[][][] scores = [.. outcomes.Select(o => task.ToScores(held.Select(u => o.Held[u])))];
        var pool = task.Pool(scores, held);
        var network = outcomes.LastOrDefault(o => o.BestEpoch > 0);
        var chosen = new Dictionary<string, object>();
        foreach (var (outcome, stream) in outcomes.Zip(streams))
        foreach (var (name, value) in outcome.Chosen ?? new Dictionary<string, object>())
            chosen[chosen.ContainsKey(name) ? $"{name} of {stream.Name}" : name] = value;
        foreach (var (i, stream) in streams.Index())
            chosen[$"weight of {stream.Name}"] = Math.Round(pool.Weights[i], 3);
        return new FoldOutcome(
            held.Zip(pool.Apply(scores)).ToDictionary(p => p.First, p => p.Second),
            pool.Apply([.. outcomes.Select(o => task.ToScores(o.Test))])
        )
        {
            BestEpoch = network?.BestEpoch ?? 0,
            Loss = network?.Loss ?? [],
            Chosen = chosen,
        };
    }
}
