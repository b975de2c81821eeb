using System.Globalization;

namespace Prosodia.Evaluation.Stress;

/// <summary>A test of a model.</summary>
/// <param name="Group">Correctness, fairness, robustness or uncertainty.</param>
/// <param name="Name">What is tested.</param>
/// <param name="Metric">The figure.</param>
/// <param name="Value">What it is; null where it cannot be measured.</param>
/// <param name="Threshold">What it is to be.</param>
/// <param name="AtLeast">Whether it is to be as high at least, or as low at least.</param>
/// <param name="Source">Where the threshold comes from.</param>
internal sealed record StressTest(
    string Group,
    string Name,
    string Metric,
    double? Value,
    double Threshold,
    bool AtLeast,
    string Source
)
{
    /// <summary>The groups in their order.</summary>
    public const string Correctness = "correctness",
        Fairness = "fairness",
        Robustness = "robustness",
        Uncertainty = "uncertainty";

    /// <summary>What it was measured on, or why it was not.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Whether the model passes; null where that was not measured.</summary>
    public bool? Passes =>
        Value is not { } value ? null
        : AtLeast ? value >= Threshold
        : value <= Threshold;

    /// <summary>The outcome in a word.</summary>
    public string Outcome =>
        Passes switch
        {
            true => "passes",
            false => "fails",
            null => "not measured",
        };

    /// <summary>What is asked for, for people.</summary>
    public string Demand =>
        (AtLeast ? "at least " : "at most ") + Threshold.ToString("0.000", CultureInfo.InvariantCulture);
}
