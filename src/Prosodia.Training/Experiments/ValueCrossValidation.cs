using Prosodia.Evaluation.Metrics;
using Prosodia.Training.Learners;
using Prosodia.Training.Optimization;

namespace Prosodia.Training.Experiments;

/// <summary>Cross-validation of numbers, with intervals from the errors on known speakers.</summary>
/// <param name="corpus">What models see.</param>
/// <param name="model">The model.</param>
/// <param name="options">How to train.</param>
internal sealed class ValueCrossValidation(ExperimentCorpus corpus, Model model, TrainingOptions options)
    : CrossValidation<ValuePrediction>(corpus, model, options)
{
    private readonly ExperimentCorpus _corpus = corpus;

    /// <inheritdoc/>
    protected override (ValuePrediction[] Labeled, ValuePrediction[] Tied) Validated(
        FoldParts parts,
        FoldOutcome outcome
    ) => ([.. parts.Validation.Select(u => Of(u, outcome.Held[u], []))], []);

    /// <inheritdoc/>
    protected override (ValuePrediction[] Labeled, ValuePrediction[] Tied) Tested(FoldParts parts, FoldOutcome outcome)
    {
        var held = outcome.Held.Select(h => Of(h.Key, h.Value, [])).ToLookup(p => p.Speaker);
        double?[] widths =
        [
            .. _corpus.Truth.Targets.Select(
                (_, t) => ConformalInterval.HalfWidth([.. held.Select(s => s.Select(p => p.Error(t)).ToArray())])
            ),
        ];
        double[] known = widths.Any(w => w is null) ? [] : [.. widths.OfType<double>()];
        return ([.. parts.Test.Zip(outcome.Test, (u, values) => Of(u, values, known))], []);
    }

    private ValuePrediction Of(int place, double[] values, double[] halfWidths)
    {
        var utterance = _corpus.Utterances[place];
        return new ValuePrediction(
            utterance.Name,
            utterance.Speaker,
            _corpus.Truth.ValuesOf(utterance),
            [.. values.Zip(_corpus.Truth.Targets, (v, target) => target.Clip(v))]
        )
        {
            HalfWidths = halfWidths,
            Groups = GroupsOf(utterance),
        };
    }
}
