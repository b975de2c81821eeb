using System.Numerics.Tensors;
using Prosodia.Audio;

namespace Prosodia.Encoders;

/// <summary>
/// Log-mel spectrograms as Whisper takes them: Hann windows of 25 ms every 10 ms, mel bands after Slaney's scale and
/// norm, decimal logarithms down to 8 below the loudest, padded to 30 s. Source: Radford et al., Robust Speech
/// Recognition via Large-Scale Weak Supervision, 2022.
/// </summary>
internal sealed class WhisperInput : IEncoderInput
{
    private const int Window = 400,
        Hop = 160;
    private const float Floor = 1e-10f,
        Range = 8; // decades below the loudest band

    private readonly DirectSpectrum _spectrum = new(
        [.. Enumerable.Range(0, Window).Select(t => 0.5 - 0.5 * Math.Cos(2 * Math.PI * t / Window))],
        Window
    );
    private readonly float[][] _bands;
    private readonly int _seconds;

    /// <summary>Prepares the bands.</summary>
    /// <param name="bands">How many: 80, or 128 from version 3 on.</param>
    /// <param name="seconds">Seconds that are padded to.</param>
    public WhisperInput(int bands, int seconds)
    {
        _seconds = seconds;
        _bands = SlaneyBands(bands);
    }

    /// <inheritdoc/>
    public string Description => $"log-mel as Whisper's, {_bands.Length} bands, padded to {_seconds} s";

    /// <inheritdoc/>
    public int MaxSamples => _seconds * Recording.SampleRate;

    /// <inheritdoc/>
    public EncoderItem Write(ReadOnlySpan<float> samples)
    {
        samples = samples[..Math.Min(samples.Length, MaxSamples)];
        var frames = MaxSamples / Hop;
        var padded = new float[Window / 2 + MaxSamples + Window / 2]; // mirrored at the start; silence at the end
        samples.CopyTo(padded.AsSpan(Window / 2));
        for (var t = 1; t <= Window / 2 && t < samples.Length; t++)
            padded[Window / 2 - t] = samples[t];
        if (samples.Length == MaxSamples)
            for (var t = 1; t <= Window / 2; t++)
                padded[Window / 2 + MaxSamples - 1 + t] = samples[^(t + 1)];
        var values = new float[_bands.Length * frames];
        Array.Fill(values, MathF.Log10(Floor));
        var sounding = Math.Min(frames, (samples.Length + Window) / Hop + 1);
        var power = new float[_spectrum.Bins];
        for (var frame = 0; frame < sounding; frame++)
        {
            _spectrum.Power(padded.AsSpan(frame * Hop, Window), power);
            for (var band = 0; band < _bands.Length; band++)
                values[band * frames + frame] = MathF.Log10(
                    Math.Max(Floor, TensorPrimitives.Dot<float>(power, _bands[band]))
                );
        }
        TensorPrimitives.Max(values, TensorPrimitives.Max<float>(values) - Range, values);
        TensorPrimitives.Add(values, 4, values);
        TensorPrimitives.Divide(values, 4, values);
        return new EncoderItem(values, [1, _bands.Length, frames], frames, samples.Length, MaxSamples);
    }

    /// <summary>
    /// Triangles of equal area, evenly spaced on the scale that is linear up to 1 kHz and logarithmic above. Source:
    /// Slaney, Auditory Toolbox, 1998.
    /// </summary>
    private static float[][] SlaneyBands(int count)
    {
        const double linear = 200.0 / 3,
            knee = 15,
            step = 0.06875177742094912; // ln(6.4) / 27
        static double Hertz(double mel) => mel < knee ? linear * mel : 1000 * Math.Exp(step * (mel - knee));
        var highest = knee + Math.Log(Recording.SampleRate / 2000.0) / step;
        double[] edges = [.. Enumerable.Range(0, count + 2).Select(i => Hertz(highest * i / (count + 1)))];
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(band =>
                    Enumerable
                        .Range(0, Window / 2 + 1)
                        .Select(bin =>
                        {
                            var f = (double)bin * Recording.SampleRate / Window;
                            var rising = (f - edges[band]) / (edges[band + 1] - edges[band]);
                            var falling = (edges[band + 2] - f) / (edges[band + 2] - edges[band + 1]);
                            var height = 2 / (edges[band + 2] - edges[band]);
                            return (float)(height * Math.Max(0, Math.Min(rising, falling)));
                        })
                        .ToArray()
                ),
        ];
    }
}
