using static TorchSharp.torch;

namespace Prosodia.Training.Networks;

/// <summary>
/// Dropout that draws from a generator of its own: folds that train side by side then don't depend on each other, as
/// they would through libtorch's one global generator.
/// </summary>
internal sealed class SeededDropout(double probability, Generator generator) : nn.Module<Tensor, Tensor>(nameof(SeededDropout))
{
    public override Tensor forward(Tensor x)
    {
        if (!training || probability == 0) return x;
        using var kept = rand(x.shape, generator: generator).ge(probability).to(x.dtype);
        return x * kept / (1 - probability);
    }
}
