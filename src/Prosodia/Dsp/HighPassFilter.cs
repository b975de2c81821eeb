using Prosodia.Audio;

namespace Prosodia.Dsp;

/// <summary>
/// Takes away a constant offset and rumble below 60 Hz, sample by sample. Source: second-order Butterworth high pass by
/// the bilinear transform, Oppenheim and Schafer, Discrete-Time Signal Processing, section 7.2.
/// </summary>
internal sealed class HighPassFilter
{
    private const double Hertz = 60;

    private static readonly (double B0, double B1, double A1, double A2) Coefficients = Design();

    private double _x1,
        _x2,
        _y1,
        _y2;
    private bool _started;

    /// <summary>Filters the next samples in place.</summary>
    public void Apply(Span<float> samples)
    {
        var (b0, b1, a1, a2) = Coefficients;
        if (!_started && samples.Length > 0)
            (_x1, _x2, _started) = (samples[0], samples[0], true); // as if the offset had always been there
        for (var i = 0; i < samples.Length; i++)
        {
            double x = samples[i],
                y = b0 * (x + _x2) + b1 * _x1 - a1 * _y1 - a2 * _y2;
            // numbers too small to be normal are slow
            (_x2, _x1, _y2, _y1) = (_x1, x, _y1, Math.Abs(y) < 1e-20 ? 0 : y);
            samples[i] = (float)y;
        }
    }

    private static (double, double, double, double) Design()
    {
        var (sin, cos) = Math.SinCos(2 * Math.PI * Hertz / Recording.SampleRate);
        var alpha = sin / Math.Sqrt(2);
        return (
            (1 + cos) / 2 / (1 + alpha),
            -(1 + cos) / (1 + alpha),
            -2 * cos / (1 + alpha),
            (1 - alpha) / (1 + alpha)
        );
    }
}
