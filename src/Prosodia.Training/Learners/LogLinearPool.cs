using Prosodia.Evaluation.Metrics;

namespace Prosodia.Training.Learners;

/// <summary>
/// Several classifiers' scores as one probability: softmax of the weighted sum of their scores. The weights, none below
/// 0, are those of the lowest negative log-likelihood, each class having the same weight; so they also calibrate.
/// Source: Genest and Zidek, Combining Probability Distributions, Statistical Science 1, 1986.
/// </summary>
internal sealed class LogLinearPool : IScorePool
{
    private const int Rounds = 300;
    private const double MinGain = 1e-10;

    // on the square of weights of scores with deviation 1, against certainty from few examples
    private const double Restraint = 0.0005;

    private LogLinearPool(double[] weights, double loss) => (Weights, Loss) = (weights, loss);

    /// <summary>
    /// Negative log-likelihood of the examples that it was fitted to, each class having the same weight; with what
    /// restrains the weights.
    /// </summary>
    public double Loss { get; }

    /// <summary>The weight of each classifier's scores.</summary>
    public IReadOnlyList<double> Weights { get; }

    /// <summary>Learns the weights.</summary>
    /// <param name="scores">For each classifier the scores of each example, one a class; from models that were not
    /// trained on it.</param>
    /// <param name="shares">What each example counts for each class.</param>
    public static LogLinearPool Fit(IReadOnlyList<double[][]> scores, IReadOnlyList<double[]> shares)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(shares);
        double[] scales = [.. scores.Select(Deviation)];
        double[] counts = [.. shares[0].Select((_, c) => shares.Sum(s => s[c]))];
        var present = counts.Count(c => c > 0);
        var (weights, loss) = GradientDescent.Minimize(
            [.. scores.Select(_ => 1.0 / scores.Count)],
            LossAt,
            Rounds,
            MinGain,
            least: 0
        );
        return new LogLinearPool([.. weights.Select((w, s) => w / scales[s])], loss);

        double LossAt(double[] at, double[]? slope)
        {
            double total = 0;
            if (slope is not null)
                Array.Clear(slope);
            for (var i = 0; i < shares.Count; i++)
            {
                var p = Probabilities.Softmax([
                    .. Enumerable
                        .Range(0, scores[0][i].Length)
                        .Select(c => at.Select((w, s) => w * scores[s][i][c] / scales[s]).Sum()),
                ]);
                for (var label = 0; label < p.Length; label++)
                {
                    if (shares[i][label] <= 0)
                        continue;
                    var share = shares[i][label] / (counts[label] * present);
                    total -= share * Math.Log(Math.Max(p[label], 1e-300));
                    for (var s = 0; slope is not null && s < slope.Length; s++)
                        slope[s] +=
                            share * p.Select((q, c) => (q - (c == label ? 1 : 0)) * scores[s][i][c] / scales[s]).Sum();
                }
            }
            for (var s = 0; slope is not null && s < slope.Length; s++)
                slope[s] += 2 * Restraint * at[s];
            return total + Restraint * at.Sum(w => w * w);
        }
    }

    /// <summary>The probabilities of each example.</summary>
    /// <param name="scores">As for <see cref="Fit"/>.</param>
    public double[][] Apply(IReadOnlyList<double[][]> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return
        [
            .. Enumerable
                .Range(0, scores[0].Length)
                .Select(i =>
                    Probabilities.Softmax([
                        .. Enumerable
                            .Range(0, scores[0][i].Length)
                            .Select(c => Weights.Select((w, s) => w * scores[s][i][c]).Sum()),
                    ])
                ),
        ];
    }

    private static double Deviation(double[][] scores)
    {
        var centered = scores.SelectMany(row => row.Select(x => x - row.Average()));
        return Math.Max(1e-12, Math.Sqrt(centered.Average(x => x * x)));
    }
}
