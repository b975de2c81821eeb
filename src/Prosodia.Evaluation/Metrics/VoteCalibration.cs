namespace Prosodia.Evaluation.Metrics;

/// <summary>
/// From probabilities that give all classes the same weight to the shares of votes that raters give them: to a power,
/// times a factor for each class, normalized. Source: Kull et al., Beyond Temperature Scaling, NeurIPS 2019 (vector
/// scaling).
/// </summary>
internal sealed class VoteCalibration
{
    private const int Rounds = 400;
    private const double MinProbability = 1e-6,
        MinGain = 1e-9,
        Restraint = 1e-3; // on the squares of what is learned, against certainty from few recordings

    private readonly double[] _parameters; // the power, then the logarithm of each factor

    private VoteCalibration(double[] parameters) => _parameters = parameters;

    /// <summary>Fits it by the cross-entropy of votes. Fit it on validation recordings, never on those that are
    /// judged.</summary>
    /// <param name="probabilities">The probabilities of each recording.</param>
    /// <param name="shares">The share of raters who chose each label.</param>
    public static VoteCalibration Fit(IReadOnlyList<double[]> probabilities, IReadOnlyList<double[]> shares)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        double[][] logarithms = [.. probabilities.Select(Logarithms)];
        return new VoteCalibration(
            GradientDescent.Minimize([1, .. shares[0].Select(_ => 0.0)], Loss, Rounds, MinGain).Parameters
        );

        double Loss(double[] parameters, double[]? slope)
        {
            double total = 0;
            if (slope is not null)
                Array.Clear(slope);
            for (var i = 0; i < logarithms.Length; i++)
            {
                var p = Apply(parameters, logarithms[i]);
                for (var c = 0; c < p.Length; c++)
                {
                    if (shares[i][c] > 0)
                        total -= shares[i][c] * Math.Log(Math.Max(p[c], 1e-300)) / logarithms.Length;
                    if (slope is null)
                        continue;
                    var difference = (p[c] - shares[i][c]) / logarithms.Length;
                    slope[0] += difference * logarithms[i][c];
                    slope[1 + c] += difference;
                }
            }
            for (var k = 0; k < parameters.Length; k++)
            {
                var away = parameters[k] - (k == 0 ? 1 : 0);
                total += Restraint * away * away;
                if (slope is not null)
                    slope[k] += 2 * Restraint * away;
            }
            return total;
        }
    }

    /// <summary>The distribution of votes that probabilities stand for; sums to 1.</summary>
    public double[] Apply(double[] probabilities) => Apply(_parameters, Logarithms(probabilities));

    private static double[] Logarithms(double[] probabilities) =>
        [.. probabilities.Select(p => Math.Log(Math.Max(p, MinProbability)))];

    private static double[] Apply(double[] parameters, double[] logarithms) =>
        Probabilities.Softmax([.. logarithms.Select((l, c) => parameters[0] * l + parameters[1 + c])]);
}
