namespace Prosodia.Evaluation.Runs;

/// <summary>A value of a setting, tried within the speakers that a fold doesn't test.</summary>
/// <param name="Fold">The fold.</param>
/// <param name="Setting">The setting's name.</param>
/// <param name="Value">The value.</param>
/// <param name="Score">UA, or the mean concordance of the targets, on the inner folds' test recordings
/// together.</param>
/// <param name="SegmentsPerUtterance">Segments that the network reads of an utterance, in the mean.</param>
internal sealed record TuningTrial(
    string Fold,
    string Setting,
    double Value,
    double Score,
    double SegmentsPerUtterance
);
