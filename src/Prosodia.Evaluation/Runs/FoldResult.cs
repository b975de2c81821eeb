namespace Prosodia.Evaluation.Runs;

/// <summary>The loss after an epoch: class-balanced negative log-likelihood, or 1 less the concordance.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Train">Mean over the epoch's batches.</param>
/// <param name="Validation">On the validation recordings, where it was measured.</param>
internal sealed record LossPoint(int Epoch, double Train, double? Validation);

/// <summary>What came of one fold; kept on disk as soon as the fold is done.</summary>
/// <param name="Name">The fold.</param>
/// <param name="TrainSpeakers">Speakers trained on.</param>
/// <param name="ValidationSpeakers">Speakers the epoch was chosen by.</param>
/// <param name="TestSpeakers">Speakers judged by.</param>
/// <param name="NTrain">Recordings trained on.</param>
/// <param name="BestEpoch">The epoch of the lowest validation loss, whose network was tested.</param>
/// <param name="Loss">The loss curve.</param>
/// <param name="Validation">Predictions on the validation recordings.</param>
/// <param name="Test">Predictions on the test recordings.</param>
/// <typeparam name="TPrediction"><see cref="Metrics.Prediction"/> or <see cref="Metrics.ValuePrediction"/>.</typeparam>
internal sealed record FoldResult<TPrediction>(
    string Name,
    string[] TrainSpeakers,
    string[] ValidationSpeakers,
    string[] TestSpeakers,
    int NTrain,
    int BestEpoch,
    LossPoint[] Loss,
    TPrediction[] Validation,
    TPrediction[] Test
)
{
    /// <summary>
    /// Predictions on test recordings whose raters agree on no label: they count for the distribution of votes only.
    /// </summary>
    public TPrediction[] Tied { get; init; } = [];

    /// <summary>The same of validation recordings.</summary>
    public TPrediction[] TiedValidation { get; init; } = [];

    /// <summary>How long it took on one core; in no <c>results.json</c>, since it differs each time.</summary>
    public double Seconds { get; init; }

    /// <summary>
    /// The settings that were chosen for this fold without its test speakers; null where all folds have the same.
    /// </summary>
    public IReadOnlyDictionary<string, object>? Chosen { get; init; }
}
