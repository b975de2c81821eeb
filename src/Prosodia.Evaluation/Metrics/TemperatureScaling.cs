namespace Prosodia.Evaluation.Metrics;

/// <summary>
/// Temperature scaling: probabilities to the power 1 / T, normalized. T above 1 makes a model less sure, and never
/// changes which class is the most probable. Source: Guo et al., On Calibration of Modern Neural Networks, ICML 2017.
/// </summary>
internal static class TemperatureScaling
{
    private const double Coldest = 0.05,
        Hottest = 20,
        MinProbability = 1e-12;
    private const int Steps = 60; // of golden sections: to the last digits

    /// <summary>
    /// The temperature of the lowest negative log-likelihood. Fit it on validation predictions, never on those it is
    /// judged by.
    /// </summary>
    public static double Fit(IReadOnlyList<Prediction> validation, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(classes);
        if (validation.Count == 0)
            return 1;
        var number = classes.Index().ToDictionary(c => c.Item, c => c.Index);
        double Loss(double logarithm) =>
            -validation.Sum(p =>
                Math.Log(Math.Max(Apply(p.Probabilities, Math.Exp(logarithm))[number[p.Truth]], MinProbability))
            );

        var (low, high, section) = (Math.Log(Coldest), Math.Log(Hottest), (Math.Sqrt(5) - 1) / 2);
        for (var i = 0; i < Steps; i++)
        {
            var (left, right) = (high - section * (high - low), low + section * (high - low));
            if (Loss(left) < Loss(right))
                high = right;
            else
                low = left;
        }
        return Math.Exp((low + high) / 2);
    }

    /// <summary>Probabilities at a temperature; they sum to 1.</summary>
    public static double[] Apply(double[] probabilities, double temperature)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        var largest = probabilities.Max();
        double[] powers =
        [
            .. probabilities.Select(p => Math.Pow(Math.Max(p, MinProbability) / largest, 1 / temperature)),
        ];
        var sum = powers.Sum();
        return [.. powers.Select(p => p / sum)];
    }
}
