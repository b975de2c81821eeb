namespace Prosodia.Evaluation.Metrics;

/// <summary>Probabilities of classes from their scores.</summary>
internal static class Probabilities
{
    /// <summary>Softmax of scores, such as logits; sums to 1.</summary>
    /// <param name="scores">One a class.</param>
    /// <param name="temperature">What scores are divided by; above 1 the probabilities are less extreme.</param>
    public static double[] Softmax(double[] scores, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var largest = scores.Max();
        double[] powers = [.. scores.Select(s => Math.Exp((s - largest) / temperature))];
        var sum = powers.Sum();
        return [.. powers.Select(p => p / sum)];
    }
}
