using MathNet.Numerics;
using MathNet.Numerics.IntegralTransforms;

namespace Prosodia.Evaluation.Degradations;

/// <summary>The spectrum of samples with zeros behind them, in which convolution is a product.</summary>
internal static class PaddedSpectrum
{
    /// <summary>Transforms samples; (size).</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="size">With zeros; a power of two is fast.</param>
    public static Complex32[] Of(ReadOnlySpan<float> samples, int size)
    {
        var values = new Complex32[size];
        for (var t = 0; t < samples.Length; t++)
            values[t] = samples[t];
        Fourier.Forward(values, FourierOptions.AsymmetricScaling);
        return values;
    }
}
