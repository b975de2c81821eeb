using System.Numerics.Tensors;
using Prosodia.Audio;

namespace Prosodia.Encoders;

/// <summary>
/// Logarithms of mel filter bank energies as Kaldi computes them: frames of 25 ms every 10 ms that lie whole in the
/// sound, without their mean, pre-emphasized by 0.97, windowed; triangles over 20 Hz to 8 kHz. Source: Povey et al.,
/// The Kaldi Speech Recognition Toolkit, ASRU 2011.
/// </summary>
internal sealed class FilterBankInput : IEncoderInput
{
    private const int Window = 400,
        Hop = 160,
        Points = 512,
        MaxSeconds = 10;
    private const float PreEmphasis = 0.97f,
        LowestHertz = 20,
        Floor = 1.1920929e-7f; // the smallest step of 32-bit floats near 1

    private readonly DirectSpectrum _spectrum;
    private readonly float[][] _bands;
    private readonly PreprocessorConfig _config;
    private readonly bool _povey;

    /// <summary>Prepares the bands.</summary>
    /// <param name="bands">How many.</param>
    /// <param name="config">How they are normalized, and how many frames are padded or cut to.</param>
    public FilterBankInput(int bands, PreprocessorConfig config)
    {
        _config = config;
        _povey = config.Kind is not "ASTFeatureExtractor"; // which has Hann's
        _spectrum = new DirectSpectrum(
            [
                .. Enumerable
                    .Range(0, Window)
                    .Select(t => Math.Pow(0.5 - 0.5 * Math.Cos(2 * Math.PI * t / (Window - 1)), _povey ? 0.85 : 1)),
            ],
            Points
        );
        _bands = Triangles(bands);
    }

    /// <inheritdoc/>
    public string Description =>
        $"filter bank as Kaldi's, {_bands.Length} bands, {(_povey ? "Povey" : "Hann")} window"
        + (Scales ? FormattableString.Invariant($", less {_config.Mean}, over {2 * _config.Deviation}") : "")
        + (_config.MaxFrames is { } frames ? $", {frames} frames" : "");

    /// <inheritdoc/>
    public int MaxSamples =>
        _config.MaxFrames is { } frames ? (frames - 1) * Hop + Window : MaxSeconds * Recording.SampleRate;

    private bool Scales => _config.Kind is not null && _config.Normalizes;

    /// <inheritdoc/>
    public EncoderItem Write(ReadOnlySpan<float> samples)
    {
        var sounding = Math.Max(1, 1 + (samples.Length - Window) / Hop);
        var frames = _config.MaxFrames ?? sounding;
        sounding = Math.Min(sounding, frames);
        var values = new float[frames * _bands.Length];
        float[] frame = new float[Window],
            power = new float[_spectrum.Bins];
        for (var i = 0; i < sounding; i++)
        {
            Array.Clear(frame);
            samples.Slice(i * Hop, Math.Min(Window, samples.Length - i * Hop)).CopyTo(frame);
            TensorPrimitives.Subtract(frame, TensorPrimitives.Sum<float>(frame) / Window, frame);
            for (var t = Window - 1; t > 0; t--)
                frame[t] -= PreEmphasis * frame[t - 1];
            frame[0] -= PreEmphasis * frame[0];
            _spectrum.Power(frame, power);
            for (var band = 0; band < _bands.Length; band++)
                values[i * _bands.Length + band] = MathF.Log(
                    Math.Max(Floor, TensorPrimitives.Dot<float>(power, _bands[band]))
                );
        }
        if (Scales)
            for (var i = 0; i < values.Length; i++) // padding, too
                values[i] = (values[i] - _config.Mean) / (2 * _config.Deviation);
        return new EncoderItem(values, [1, frames, _bands.Length], frames, sounding, frames);
    }

    /// <summary>Triangles evenly spaced in mel, 1127 ln(1 + f / 700), and straight in it.</summary>
    private static float[][] Triangles(int count)
    {
        static double Mel(double hertz) => 1127 * Math.Log(1 + hertz / 700);
        var (low, high) = (Mel(LowestHertz), Mel(Recording.SampleRate / 2.0));
        var step = (high - low) / (count + 1);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(band =>
                    Enumerable
                        .Range(0, Points / 2 + 1)
                        .Select(bin =>
                            bin == Points / 2 // Kaldi leaves the last bin out
                                ? 0
                                : (float)
                                    Math.Max(
                                        0,
                                        1
                                            - Math.Abs(
                                                (Mel((double)bin * Recording.SampleRate / Points) - low) / step
                                                    - band
                                                    - 1
                                            )
                                    )
                        )
                        .ToArray()
                ),
        ];
    }
}
