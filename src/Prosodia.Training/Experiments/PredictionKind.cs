using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Runs;

namespace Prosodia.Training.Experiments;

/// <summary>What is predicted of recordings: how that is cross-validated, and what settings are chosen by.</summary>
/// <param name="ValidationOf">Trains and tests on folds.</param>
/// <param name="ScoreOf">How good predictions are; higher is better.</param>
/// <typeparam name="TPrediction">What is predicted of a recording.</typeparam>
internal sealed record PredictionKind<TPrediction>(
    Func<ExperimentCorpus, ExperimentOptions, CrossValidation<TPrediction>> ValidationOf,
    Func<ExperimentCorpus, IReadOnlyList<TPrediction>, double> ScoreOf
);

/// <summary>The kinds.</summary>
internal static class PredictionKind
{
    /// <summary>Classes, by UA.</summary>
    public static PredictionKind<Prediction> Classes { get; } =
        new(
            (corpus, options) => new ClassCrossValidation(corpus, options.Model, options.Training),
            (corpus, predictions) => ClassificationMetrics.Of(predictions, corpus.Classes).Ua
        );

    /// <summary>Numbers, by the mean concordance of the targets.</summary>
    public static PredictionKind<ValuePrediction> Numbers { get; } =
        new(
            (corpus, options) => new ValueCrossValidation(corpus, options.Model, options.Training),
            (corpus, predictions) =>
                corpus.Truth.Targets.Select((_, t) => RegressionResult.Figures(predictions, t).Ccc).Average()
        );
}
