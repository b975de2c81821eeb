using System.Numerics;
using System.Runtime.InteropServices;
using Prosodia.Dsp;

namespace Prosodia.KeySegments;

/// <summary>
/// Short-time Fourier transform of segments: periodic Hann window of 512 samples, hop 128, 256 samples of reflection at
/// each end, magnitudes over the sum of the window. A segment becomes (257 bins, 63 frames); bin b is b * 31.25 Hz,
/// frame f is centered at f * 8 ms. Thread-safe.
/// </summary>
internal sealed class SegmentSpectrogram
{
    /// <summary>Rows of a spectrogram: frequencies from 0 to 8 kHz.</summary>
    public const int Bins = SpectrumShape.Bins;

    /// <summary>Columns of a spectrogram: times.</summary>
    public const int Frames = (SegmentedSpeech.Length + 2 * Padding - Window) / Hop + 1;

    /// <summary>Numbers of a spectrogram, 257 x 63.</summary>
    public const int Size = Bins * Frames;

    /// <summary>What log magnitudes are kept above: about -100 dB of a full-scale sine.</summary>
    public const float Floor = 1e-5f;

    private const int Window = 512,
        Hop = 128,
        Padding = 256;

    private static readonly int Lanes = Vector<float>.Count;

    private readonly RealFft _fft = new(Window);
    private readonly float[] _window = new float[Window];

    /// <summary>Prepares the transform.</summary>
    public SegmentSpectrogram()
    {
        for (var i = 0; i < Window; i++)
            _window[i] = (float)((1 - Math.Cos(2 * Math.PI * i / Window)) / Window); // Hann over its sum, Window / 2
    }

    /// <summary>Magnitudes of some segments, one after the other.</summary>
    /// <param name="speech">The segmented utterance.</param>
    /// <param name="segments">Which of its segments.</param>
    /// <param name="destination">(segments, 257, 63), row-major.</param>
    public void Magnitudes(SegmentedSpeech speech, IEnumerable<int> segments, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(speech);
        ArgumentNullException.ThrowIfNull(segments);
        var lanes = new Vector<float>[Window + Window / 2 * 2 + Bins];
        var padded = new float[SegmentedSpeech.Length + 2 * Padding];
        foreach (var segment in segments)
        {
            Pad(speech[segment], padded);
            Transform(padded, lanes, destination[..Size]);
            destination = destination[Size..];
        }
    }

    /// <summary>Natural logarithms of magnitudes, as the networks see them, in place.</summary>
    public static void ToLog(Span<float> magnitudes)
    {
        System.Numerics.Tensors.TensorPrimitives.Max(magnitudes, Floor, magnitudes);
        System.Numerics.Tensors.TensorPrimitives.Log(magnitudes, magnitudes);
    }

    private void Transform(ReadOnlySpan<float> padded, Span<Vector<float>> lanes, Span<float> spectrogram)
    {
        var signal = lanes[..Window];
        var re = lanes.Slice(Window, Window / 2);
        var im = lanes.Slice(Window + Window / 2, Window / 2);
        var magnitude = lanes[^Bins..];
        var samples = MemoryMarshal.Cast<Vector<float>, float>(signal);
        var bins = MemoryMarshal.Cast<Vector<float>, float>(magnitude);
        for (var first = 0; first < Frames; first += Lanes)
        {
            var frames = Math.Min(Lanes, Frames - first);
            for (var lane = 0; lane < frames; lane++)
            {
                var frame = padded.Slice((first + lane) * Hop, Window);
                for (var t = 0; t < frame.Length; t++)
                    samples[t * Lanes + lane] = frame[t] * _window[t];
            }
            _fft.Magnitudes(signal, re, im, magnitude);
            for (var bin = 0; bin < Bins; bin++)
                bins.Slice(bin * Lanes, frames).CopyTo(spectrogram[(bin * Frames + first)..]);
        }
    }

    /// <summary>Before its start and after its end a segment goes on as its mirror image.</summary>
    private static void Pad(ReadOnlySpan<float> segment, Span<float> padded)
    {
        segment.CopyTo(padded[Padding..]);
        segment.Slice(1, Padding).CopyTo(padded);
        padded[..Padding].Reverse();
        segment.Slice(segment.Length - 1 - Padding, Padding).CopyTo(padded[^Padding..]);
        padded[^Padding..].Reverse();
    }
}
