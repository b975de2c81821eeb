namespace Prosodia.Evaluation.Metrics;

/// <summary>
/// Descent along the gradient of a few parameters, whose step grows while it helps and halves where it doesn't.
/// </summary>
internal static class GradientDescent
{
    private const double MinStep = 1e-9;

    /// <summary>Finds parameters of a low loss.</summary>
    /// <param name="start">Where to begin.</param>
    /// <param name="lossAt">The loss at some parameters; fills in the gradient where it isn't null.</param>
    /// <param name="rounds">Steps at most.</param>
    /// <param name="minGain">It ends once a step gains no more than this.</param>
    /// <param name="least">The lowest value that a parameter may have.</param>
    public static (double[] Parameters, double Loss) Minimize(
        double[] start,
        Func<double[], double[]?, double> lossAt,
        int rounds,
        double minGain,
        double least = double.NegativeInfinity
    )
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(lossAt);
        var at = start;
        var (step, loss, gain) = (1.0, lossAt(at, null), double.PositiveInfinity);
        var gradient = new double[at.Length];
        for (var round = 0; round < rounds && gain > minGain; round++)
        {
            lossAt(at, gradient);
            for (gain = 0; step > MinStep; step /= 2)
            {
                double[] moved = [.. at.Select((x, i) => Math.Max(least, x - step * gradient[i]))];
                var now = lossAt(moved, null);
                if (now > loss)
                    continue;
                (at, loss, gain) = (moved, now, loss - now);
                step *= 1.5;
                break;
            }
        }
        return (at, loss);
    }
}
