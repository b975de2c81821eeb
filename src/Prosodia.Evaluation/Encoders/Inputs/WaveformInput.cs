using System.Numerics.Tensors;
using Prosodia.KeySegments;

namespace Prosodia.Evaluation.Encoders.Inputs;

/// <summary>
/// Samples at 16 kHz of zero mean and unit variance, as wav2vec 2.0, HuBERT and their like were trained on.
/// </summary>
/// <param name="shape">(samples) or (1, samples); what a segment doesn't fill stays zero.</param>
internal sealed class WaveformInput(IReadOnlyList<long> shape) : ISegmentInput
{
    private const float MinDeviation = 1e-5f; // silence stays silence

    /// <inheritdoc/>
    public string Description => $"waveform at 16 kHz, {Shape[^1]} samples of zero mean and unit variance";

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape { get; } = shape;

    /// <inheritdoc/>
    public void Write(SegmentedSpeech speech, int segment, Span<float> item)
    {
        ArgumentNullException.ThrowIfNull(speech);
        item.Clear();
        var samples = item[..SegmentedSpeech.Length];
        speech[segment].CopyTo(samples);
        TensorPrimitives.Subtract(samples, TensorPrimitives.Sum<float>(samples) / samples.Length, samples);
        var deviation = TensorPrimitives.Norm<float>(samples) / MathF.Sqrt(samples.Length);
        TensorPrimitives.Divide(samples, Math.Max(deviation, MinDeviation), samples);
    }
}
