namespace Prosodia.Recognition;

/// <summary>
/// How someone sounds changes slowly, so a turn is judged with those before it: the forward pass of a hidden Markov
/// model whose state the longer it is silent the likelier has changed. Source: Rabiner, Proceedings of the IEEE 77,
/// 1989, section III-A.
/// </summary>
internal sealed class ForwardSmoothing
{
    private const double MaxKept = 0.5,
        Forgetting = 2; // what the turn before counts without a pause; seconds in which that falls to a third

    private IReadOnlyList<double>? _before;
    private double _end;

    /// <summary>The probabilities of a turn, with those of the turns before it.</summary>
    public double[] Apply(double[] probabilities, double start, double end)
    {
        var kept = _before is null ? 0 : MaxKept * Math.Exp(-Math.Max(0, start - _end) / Forgetting);
        double[] products =
        [
            .. probabilities.Select((p, c) => p * ((1 - kept) / probabilities.Length + kept * (_before?[c] ?? 0))),
        ];
        var sum = products.Sum();
        double[] smoothed = [.. products.Select(p => p / sum)];
        (_before, _end) = (smoothed, end);
        return smoothed;
    }
}
