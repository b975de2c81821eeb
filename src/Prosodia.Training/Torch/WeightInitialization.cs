using static TorchSharp.torch;

namespace Prosodia.Training.Torch;

/// <summary>First weights from a generator of their own, for the same reason as <see cref="SeededDropout"/>.</summary>
internal static class WeightInitialization
{
    /// <summary>
    /// Convolutions uniform within sqrt(6 / fan-in) (He et al., ICCV 2015), recurrent and linear weights within
    /// 1 / sqrt(fan-in), biases 0; the gains of batch norms stay 1.
    /// </summary>
    public static T Initialize<T>(this T network, Generator generator)
        where T : nn.Module
    {
        using var untracked = no_grad();
        foreach (var (name, parameter) in network.named_parameters())
        {
            if (parameter.dim() > 1)
            {
                var fanIn = (double)parameter.numel() / parameter.shape[0];
                var bound = Math.Sqrt((parameter.dim() == 4 ? 6 : 1) / fanIn);
                parameter.uniform_(-bound, bound, generator);
            }
            else if (name.Contains("bias", StringComparison.Ordinal))
            {
                parameter.zero_();
            }
        }
        return network;
    }
}
