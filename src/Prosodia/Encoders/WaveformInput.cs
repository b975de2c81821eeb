using System.Numerics.Tensors;
using Prosodia.Audio;

namespace Prosodia.Encoders;

/// <summary>
/// Samples at 16 kHz, of zero mean and unit variance where the network was trained so: wav2vec 2.0, HuBERT, WavLM,
/// emotion2vec and their like.
/// </summary>
/// <param name="normalizes">Whether samples are normalized.</param>
/// <param name="hasChannels">Whether there is an axis of one channel: (1, 1, samples).</param>
/// <param name="length">Samples that the network takes, padded with zeros; null for any number.</param>
internal sealed class WaveformInput(bool normalizes, bool hasChannels, int? length) : IEncoderInput
{
    private const int MaxSeconds = 10, // memory grows with it, that of attention with its square
        MinSamples = Recording.SampleRate / 10; // convolutions of several layers need some
    private const float Epsilon = 1e-7f; // added to the variance

    /// <inheritdoc/>
    public string Description =>
        $"waveform at 16 kHz, {(length is { } n ? $"{n} samples" : "any length")}, "
        + (normalizes ? "zero mean and unit variance" : "as it is");

    /// <inheritdoc/>
    public int MaxSamples => length ?? MaxSeconds * Recording.SampleRate;

    /// <inheritdoc/>
    public EncoderItem Write(ReadOnlySpan<float> samples)
    {
        var values = new float[length ?? Math.Max(samples.Length, MinSamples)];
        samples = samples[..Math.Min(samples.Length, values.Length)];
        var present = values.AsSpan(0, samples.Length);
        samples.CopyTo(present);
        if (normalizes)
        {
            TensorPrimitives.Subtract(present, TensorPrimitives.Sum<float>(present) / present.Length, present);
            var variance = TensorPrimitives.SumOfSquares<float>(present) / present.Length;
            TensorPrimitives.Divide(present, MathF.Sqrt(variance + Epsilon), present);
        }
        return new EncoderItem(
            values,
            hasChannels ? [1, 1, values.Length] : [1, values.Length],
            values.Length,
            samples.Length,
            values.Length
        );
    }
}
