namespace Prosodia.Evaluation.Metrics;

/// <summary>
/// Distributions of votes against predicted ones. Divergences and entropies are in bits. Source: Lin, Divergence
/// Measures Based on the Shannon Entropy, IEEE Transactions on Information Theory 37, 1991.
/// </summary>
internal static class VoteMetrics
{
    private const double Least = 1e-12; // probability, so that no divergence is infinite

    /// <summary>Shares of counts; they sum to 1.</summary>
    public static double[] Shares(IReadOnlyList<double> counts)
    {
        var sum = counts.Sum();
        return [.. counts.Select(c => c / sum)];
    }

    /// <summary>Shannon entropy, in bits.</summary>
    public static double Entropy(IReadOnlyList<double> p) => -p.Where(x => x > 0).Sum(x => x * Math.Log2(x));

    /// <summary>Kullback-Leibler divergence of a distribution from another one, in bits.</summary>
    /// <param name="truth">The distribution.</param>
    /// <param name="predicted">The other one; what it says is impossible counts as 1e-12.</param>
    public static double KullbackLeibler(IReadOnlyList<double> truth, IReadOnlyList<double> predicted) =>
        truth.Zip(predicted).Where(p => p.First > 0).Sum(p => p.First * Math.Log2(p.First / Math.Max(Least, p.Second)));

    /// <summary>Jensen-Shannon divergence, in bits, 0 to 1; the square of scipy's distance to base 2.</summary>
    public static double JensenShannon(IReadOnlyList<double> one, IReadOnlyList<double> other)
    {
        double[] middle = [.. one.Zip(other, (a, b) => (a + b) / 2)];
        return (KullbackLeibler(one, middle) + KullbackLeibler(other, middle)) / 2;
    }
}
