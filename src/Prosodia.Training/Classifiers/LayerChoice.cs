using Prosodia.Evaluation.FeatureStore;
using Prosodia.Training.Data;

namespace Prosodia.Training.Classifiers;

/// <summary>
/// One layer of an encoder: that whose classifier predicts best what it was not trained on, by cross-validation over
/// the speakers that a fold knows.
/// </summary>
/// <param name="layers">What each layer gives for the utterances, (layers, features).</param>
/// <param name="fixedLayer">The only layer that is tried; null for all.</param>
/// <param name="classifierOf">Makes the classifier of a layer.</param>
internal sealed class LayerChoice(SequenceSet layers, int? fixedLayer, Func<SequenceSet, IFoldClassifier> classifierOf)
    : IFoldClassifier
{
    private const double MinProbability = 1e-6;

    private readonly (int Layer, IFoldClassifier Classifier)[] _candidates =
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
            var loss = LossOf(outcome);
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

    /// <summary>Negative log-likelihood of known recordings, every class having the same weight.</summary>
    private double LossOf(FoldOutcome outcome) =>
        outcome
            .Held.GroupBy(h => layers.Labels[h.Key])
            .Average(c => c.Average(h => -Math.Log(Math.Max(MinProbability, h.Value[c.Key]))));

    private static SequenceSet Of(SequenceSet layers, int layer)
    {
        var size = (int)layers.ItemShape[1];
        return new SequenceSet(
            InputKind.Prosody,
            new LazyList<float[]>(
                layers.Sequences.Count,
                u => layers.Sequences[u].AsSpan(layer * size, size).ToArray()
            ),
            [size],
            layers.Labels
        );
    }
}
