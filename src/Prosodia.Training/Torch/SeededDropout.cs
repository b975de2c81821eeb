using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Torch;

/// <summary>
/// Dropout that draws from a generator of its own: folds that train side by side then don't depend on each other, as
/// they would through libtorch's one global generator.
/// </summary>
internal sealed class SeededDropout(double probability, Generator generator)
    : nn.Module<Tensor, Tensor>(nameof(SeededDropout))
{
    // held, because libtorch reads them after TorchSharp has let go of them
    private readonly Scalar _probability = probability,
        _gain = 1 / (1 - probability);

    public override Tensor forward(Tensor x)
    {
        if (!training || probability == 0)
            return x;
        var kept = rand(x.shape, generator: generator).ge(_probability).to(x.dtype);
        return x.mul(kept.mul_(_gain));
    }
}
