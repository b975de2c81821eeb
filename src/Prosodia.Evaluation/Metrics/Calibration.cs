namespace Prosodia.Evaluation.Metrics;

/// <summary>Predictions whose confidence lies between two limits.</summary>
/// <param name="From">Lower limit of the confidence, exclusive.</param>
/// <param name="To">Upper limit, inclusive.</param>
/// <param name="Count">How many predictions.</param>
/// <param name="Confidence">Their mean confidence: the highest of a prediction's probabilities.</param>
/// <param name="Accuracy">The fraction of them that is right.</param>
internal sealed record ReliabilityBin(double From, double To, int Count, double Confidence, double Accuracy);

/// <summary>What answering only the confident answers brings.</summary>
/// <param name="Coverage">The fraction of recordings that is answered, the confident ones.</param>
/// <param name="Error">The fraction of wrong answers among them.</param>
internal sealed record CoveragePoint(double Coverage, double Error);

/// <summary>
/// Whether probabilities mean what they say. Source: Guo et al., On Calibration of Modern Neural Networks, ICML 2017,
/// for bins and error; El-Yaniv and Wiener, JMLR 11, 2010, for risk and coverage.
/// </summary>
/// <param name="ExpectedError">Expected calibration error: the mean distance of confidence and accuracy over the bins,
/// by count.</param>
/// <param name="Bins">Ten bins of equal width, empty ones left out.</param>
/// <param name="RiskCoverage">At each tenth of the recordings.</param>
internal sealed record Calibration(
    double ExpectedError,
    IReadOnlyList<ReliabilityBin> Bins,
    IReadOnlyList<CoveragePoint> RiskCoverage
)
{
    private const int Tenths = 10;

    /// <summary>Judges the probabilities of predictions.</summary>
    public static Calibration Of(IReadOnlyList<Prediction> predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var answers = predictions
            .Select(p => (Confidence: p.Probabilities.Max(), Right: p.Predicted == p.Truth ? 1.0 : 0))
            .ToArray();
        ReliabilityBin[] bins =
        [
            .. answers
                .GroupBy(a => Math.Clamp((int)Math.Ceiling(a.Confidence * Tenths) - 1, 0, Tenths - 1))
                .OrderBy(g => g.Key)
                .Select(g => new ReliabilityBin(
                    (double)g.Key / Tenths,
                    (g.Key + 1.0) / Tenths,
                    g.Count(),
                    g.Average(a => a.Confidence),
                    g.Average(a => a.Right)
                )),
        ];
        var confident = answers.OrderByDescending(a => a.Confidence).Select(a => a.Right).ToArray();
        CoveragePoint[] curve =
        [
            .. Enumerable
                .Range(1, Tenths)
                .Select(tenth => (int)Math.Ceiling((double)tenth * confident.Length / Tenths))
                .Select(n => new CoveragePoint((double)n / confident.Length, 1 - confident.Take(n).Average())),
        ];
        return new Calibration(
            bins.Sum(b => b.Count * Math.Abs(b.Confidence - b.Accuracy)) / answers.Length,
            bins,
            curve
        );
    }
}
