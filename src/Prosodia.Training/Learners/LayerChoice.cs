using Prosodia.Evaluation.FeatureStore;
using Prosodia.Training.Data;

namespace Prosodia.Training.Learners;

/// <summary>
/// One layer of an encoder: that whose classifier predicts best what it was not trained on, by cross-validation over
/// the speakers that a fold knows.
/// </summary>
/// <param name="layers">What each layer gives for the utterances, (layers, features).</param>
/// <param name="task">What is learned.</param>
/// <param name="fixedLayer">The only layer that is tried; null for all.</param>
/// <param name="classifierOf">Makes the classifier of a layer.</param>
internal sealed class LayerChoice(
    SequenceSet layers,
    LearningTask task,
    int? fixedLayer,
    Func<SequenceSet, IFoldLearner> classifierOf
) : IFoldLearner
{
    private readonly (int Layer, IFoldLearner Classifier)[] _candidates =
    [
        .. Enumerable
            .Range(0, (int)layers.ItemShape[0])
            .Where(layer => fixedLayer is null || layer == fixedLayer)
            .Select(layer => (layer, classifierOf(Of(layers, layer)))),
    ];

    /// <inheritdoc/>
    public int Steps => _candidates.Sum(c => c.Classifier.Steps);

    /// <inheritdoc/>
    public IReadOnlyList<int> Speeds => _candidates[0].Classifier.Speeds;

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
        var (done, lowest, best) = (0, double.PositiveInfinity, (FoldOutcome?)null);
        foreach (var (layer, classifier) in _candidates)
        {
            var before = done;
            var outcome = classifier.Run(parts, seed, keptIn, n => stepsDone(before + n), cancellationToken);
            done += classifier.Steps;
            var loss = task.Loss(outcome.Held);
            if (loss >= lowest)
                continue;
            lowest = loss;
            best = outcome with
            {
                Chosen = new Dictionary<string, object>(outcome.Chosen ?? new Dictionary<string, object>())
                {
                    ["layer"] = layer,
                },
            };
        }
        return best!;
    }

    private static SequenceSet Of(SequenceSet layers, int layer)
    {
        var size = (int)layers.ItemShape[1];
        return new SequenceSet(
            InputKind.Prosody,
            new LazyList<float[]>(
                layers.Sequences.Count,
                u => layers.Sequences[u].AsSpan(layer * size, size).ToArray()
            ),
            [size]
        );
    }
}
