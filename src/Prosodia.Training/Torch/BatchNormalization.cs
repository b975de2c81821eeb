using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Prosodia.Training.Torch;

/// <summary>
/// Batch normalization of any number of axes after the channels. TorchSharp's own counts its batches with a number that
/// the garbage collector may free during the sum (see <see cref="PinnedScalars"/>); this one needs no count. Source:
/// Ioffe and Szegedy, ICML 2015.
/// </summary>
internal sealed class BatchNormalization : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight,
        bias;
    private readonly Tensor running_mean,
        running_var;

    /// <summary>Makes the layer for so many channels.</summary>
    public BatchNormalization(int channels)
        : base(nameof(BatchNormalization))
    {
        weight = new Parameter(ones(channels));
        bias = new Parameter(zeros(channels));
        running_mean = zeros(channels);
        running_var = ones(channels);
        RegisterComponents();
    }

    /// <summary>
    /// The channels, each with mean 0 and deviation 1 over the batch (while training) or over what was seen
    /// (afterwards), scaled and shifted.
    /// </summary>
    /// <param name="x">(B, channels, ...).</param>
    public override Tensor forward(Tensor x) =>
        nn.functional.batch_norm(x, running_mean, running_var, weight, bias, training);
}
