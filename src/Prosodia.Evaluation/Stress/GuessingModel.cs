using MathNet.Numerics.Distributions;

namespace Prosodia.Evaluation.Stress;

/// <summary>
/// How unfair a model looks by chance that guesses, each class as often, and so treats all groups alike: small groups
/// differ more. Source: Derington et al., arXiv 2312.06270, fairness thresholds.
/// </summary>
internal static class GuessingModel
{
    private const int Simulations = 1000;

    /// <summary>
    /// The largest distance of a group's figure from that of all groups together, over simulations, by the number of
    /// the figure in <see cref="ClassRecalls.Metrics"/>.
    /// </summary>
    /// <param name="groups">The groups, of which only the number of recordings of each class counts.</param>
    /// <param name="seed">The seed.</param>
    public static double[] LargestDistances(IReadOnlyList<ClassRecalls> groups, int seed)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var classes = groups[0].All.Length;
        var (random, largest) = (new Random(seed), new double[classes + 1]);
        for (var simulation = 0; simulation < Simulations; simulation++)
        {
            ClassRecalls[] guessed =
            [
                .. groups.Select(g =>
                    g with
                    {
                        Right = [.. g.All.Select(n => n == 0 ? 0 : Binomial.Sample(random, 1.0 / classes, n))],
                    }
                ),
            ];
            var together = ClassRecalls.Sum(guessed);
            for (var metric = 0; metric <= classes; metric++)
                foreach (var group in guessed)
                    if (group.Of(metric) is { } value && together.Of(metric) is { } whole)
                        largest[metric] = Math.Max(largest[metric], Math.Abs(value - whole));
        }
        return largest;
    }
}
