using Prosodia.KeySegments;

namespace Prosodia.Evaluation.Encoders.Inputs;

/// <summary>The paper's input: natural logarithms of STFT magnitudes, (1, 257, 63).</summary>
internal sealed class LogSpectrogramInput : ISegmentInput
{
    private readonly SegmentSpectrogram _stft = new();

    /// <inheritdoc/>
    public string Description => $"log spectrogram, {SegmentSpectrogram.Bins} x {SegmentSpectrogram.Frames}";

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape { get; } = [1, SegmentSpectrogram.Bins, SegmentSpectrogram.Frames];

    /// <inheritdoc/>
    public void Write(SegmentedSpeech speech, int segment, Span<float> item)
    {
        _stft.Magnitudes(speech, [segment], item);
        SegmentSpectrogram.ToLog(item);
    }
}
