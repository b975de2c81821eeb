using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Prosodia.Dsp;

/// <summary>
/// The spectrum of speech every 10 ms: Hann windows of 25 ms, filled up to 512 samples, squared magnitudes over the
/// square of the window's sum. Bin b is b * 31.25 Hz; frame f is centered at f * 10 + 12.5 ms.
/// </summary>
internal sealed class PowerSpectrogram
{
    /// <summary>Samples from one frame to the next.</summary>
    public const int Hop = 160;

    /// <summary>Samples of a frame.</summary>
    public const int Window = 400;

    /// <summary>Frames a second.</summary>
    public const int FramesPerSecond = 100;

    private const int Size = 512;

    private static readonly int Lanes = Vector<float>.Count;
    private static readonly RealFft Fft = new(Size);
    private static readonly float[] Hann =
    [
        .. Enumerable.Range(0, Window).Select(i => (float)((1 - Math.Cos(2 * Math.PI * (i + 0.5) / Window)) / Window)),
    ];

    private const float SpeechAbove = 35; // decibels under the loudest frames
    private const float Silence = 1e-10f; // -100 dB

    private readonly float[] _power;

    /// <summary>Transforms a recording; one that is shorter than a frame is filled up with silence.</summary>
    public PowerSpectrogram(ReadOnlySpan<float> samples)
    {
        Frames = FramesOf(samples.Length);
        _power = new float[Frames * SpectrumShape.Bins];
        var lanes = new Vector<float>[Size + Size / 2 * 2 + SpectrumShape.Bins];
        var signal = lanes.AsSpan(0, Size);
        var magnitude = lanes.AsSpan()[^SpectrumShape.Bins..];
        var values = MemoryMarshal.Cast<Vector<float>, float>(signal);
        var bins = MemoryMarshal.Cast<Vector<float>, float>(magnitude);
        for (var first = 0; first < Frames; first += Lanes)
        {
            var frames = Math.Min(Lanes, Frames - first);
            for (var lane = 0; lane < frames; lane++)
            {
                var frame = samples[Math.Min(samples.Length, (first + lane) * Hop)..];
                var count = Math.Min(Window, frame.Length);
                for (var t = 0; t < count; t++)
                    values[t * Lanes + lane] = frame[t] * Hann[t];
                for (var t = count; t < Window; t++)
                    values[t * Lanes + lane] = 0;
            }
            Fft.Magnitudes(signal, lanes.AsSpan(Size, Size / 2), lanes.AsSpan(Size + Size / 2, Size / 2), magnitude);
            for (var bin = 0; bin < SpectrumShape.Bins; bin++)
                magnitude[bin] *= magnitude[bin];
            for (var lane = 0; lane < frames; lane++)
            {
                var row = _power.AsSpan((first + lane) * SpectrumShape.Bins, SpectrumShape.Bins);
                for (var bin = 0; bin < row.Length; bin++)
                    row[bin] = bins[bin * Lanes + lane];
            }
        }
        Speech = FindSpeech();
    }

    /// <summary>From the first to the last frame that is not much quieter than the loudest ones.</summary>
    public Range Speech { get; }

    /// <summary>How many frames, at least 1.</summary>
    public int Frames { get; }

    /// <summary>The power of a frame, (257).</summary>
    public ReadOnlySpan<float> this[int frame] => _power.AsSpan(frame * SpectrumShape.Bins, SpectrumShape.Bins);

    /// <summary>How many frames so many samples have.</summary>
    public static int FramesOf(int samples) => Math.Max(1, (samples - Window) / Hop + 1);

    /// <summary>
    /// A copy of a recording, filled up so that longer frames, of which frame f begins at f * <see cref="Hop"/>, have
    /// the middle of these.
    /// </summary>
    /// <param name="samples">The recording.</param>
    /// <param name="frames">How many frames there are.</param>
    /// <param name="window">Samples of a longer frame.</param>
    public static float[] Centered(ReadOnlySpan<float> samples, int frames, int window)
    {
        var before = (window - Window) / 2;
        var padded = new float[Math.Max((frames - 1) * Hop + window, before + samples.Length)];
        samples.CopyTo(padded.AsSpan(before));
        return padded;
    }

    private Range FindSpeech()
    {
        var energy = new float[Frames];
        for (var f = 0; f < Frames; f++)
            energy[f] = TensorPrimitives.Sum(this[f]) + Silence;
        var loud = energy.Order().ElementAt((int)(0.95 * (Frames - 1)));
        var least = loud * MathF.Pow(10, -SpeechAbove / 10);
        return Array.FindIndex(energy, e => e >= least)..(Array.FindLastIndex(energy, e => e >= least) + 1);
    }
}
