using System.Numerics.Tensors;
using Prosodia.Audio;

namespace Prosodia.Recognition;

/// <summary>How much was read, and how loud it was.</summary>
internal sealed class AudioClock
{
    private const int PeakSamples = Recording.SampleRate / RecognitionResult.PeaksPerSecond;

    private readonly List<float> _peaks = [];
    private long _samples;

    public TimeSpan Time => Recording.TimeOf(_samples);

    public IReadOnlyList<float> Peaks => _peaks;

    public void Pass(ReadOnlySpan<float> block)
    {
        for (var at = 0; at < block.Length; )
        {
            var within = (int)(_samples % PeakSamples);
            if (within == 0)
                _peaks.Add(0);
            var part = block.Slice(at, Math.Min(PeakSamples - within, block.Length - at));
            _peaks[^1] = Math.Max(_peaks[^1], Math.Abs(TensorPrimitives.MaxMagnitude(part)));
            at += part.Length;
            _samples += part.Length;
        }
    }
}
