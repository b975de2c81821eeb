using static TorchSharp.torch;

namespace Prosodia.Training.Optimization;

/// <summary>
/// A network's weights averaged over its last steps, exponentially: flatter and steadier than those of any one step.
/// Source: Polyak and Juditsky, SIAM Journal on Control and Optimization 30, 1992; Izmailov et al., UAI 2018.
/// </summary>
internal sealed class ExponentialMovingAverage : IDisposable
{
    private readonly (Tensor Now, Tensor Average)[] _weights;
    private readonly Tensor _rest;

    /// <summary>Begins with the weights as they are.</summary>
    /// <param name="network">The network.</param>
    /// <param name="steps">How many steps the average reaches back.</param>
    public ExponentialMovingAverage(nn.Module network, double steps)
    {
        _rest = tensor((float)(1 / Math.Max(1, steps))).DetachFromDisposeScope();
        _weights =
        [
            .. network
                .parameters()
                .Concat(network.buffers())
                .Where(w => w.is_floating_point())
                .Select(w => (w, w.detach().clone().DetachFromDisposeScope())),
        ];
    }

    /// <summary>The averages.</summary>
    public IEnumerable<Tensor> State => _weights.Select(w => w.Average);

    /// <summary>Takes the present weights in.</summary>
    public void Update()
    {
        using var untracked = no_grad();
        foreach (var (now, average) in _weights)
            average.lerp_(now, _rest);
    }

    /// <summary>Exchanges the network's weights with the average; doing it again exchanges them back.</summary>
    public void Exchange()
    {
        using var untracked = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (now, average) in _weights)
        {
            var kept = now.clone();
            now.copy_(average);
            average.copy_(kept);
        }
    }

    public void Dispose()
    {
        foreach (var (_, average) in _weights)
            average.Dispose();
        _rest.Dispose();
    }
}
