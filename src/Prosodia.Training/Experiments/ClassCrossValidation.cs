using System.Numerics.Tensors;
using Prosodia.Evaluation.Metrics;
using Prosodia.Training.Learners;
using Prosodia.Training.Optimization;

namespace Prosodia.Training.Experiments;

/// <summary>Cross-validation of classes.</summary>
/// <param name="corpus">What models see.</param>
/// <param name="model">The model.</param>
/// <param name="options">How to train.</param>
internal sealed class ClassCrossValidation(ExperimentCorpus corpus, Model model, TrainingOptions options)
    : CrossValidation<Prediction>(corpus, model, options)
{
    private readonly ExperimentCorpus _corpus = corpus;
    private readonly string[] _classes = corpus.Classes;
    private readonly IReadOnlyList<double[]>? _votes = corpus.Truth.Votes is null
        ? null
        : corpus.Truth.VotesOf(corpus.Utterances, corpus.Classes);

    /// <inheritdoc/>
    protected override (Prediction[] Labeled, Prediction[] Tied) Validated(FoldParts parts, FoldOutcome outcome) =>
        Parted(parts.Validation.Select(u => Of(u, outcome.Held[u])));

    /// <inheritdoc/>
    protected override (Prediction[] Labeled, Prediction[] Tied) Tested(FoldParts parts, FoldOutcome outcome) =>
        Parted(parts.Test.Zip(outcome.Test, Of));

    private static (Prediction[] Labeled, Prediction[] Tied) Parted(IEnumerable<Prediction> predictions)
    {
        var all = predictions.ToLookup(p => p.Truth.Length > 0);
        return ([.. all[true]], [.. all[false]]);
    }

    private Prediction Of(int place, double[] probabilities)
    {
        var utterance = _corpus.Utterances[place];
        return new Prediction(
            utterance.Name,
            utterance.Speaker,
            utterance.Emotion,
            _classes[TensorPrimitives.IndexOfMax(probabilities)],
            probabilities
        )
        {
            Votes = _votes?[place],
            // what raters perceived is the truth itself
            Groups = GroupsOf(utterance)
                .Where(g => _votes is null || !g.Key.StartsWith("perceived", StringComparison.Ordinal))
                .ToDictionary(),
        };
    }
}
