using System.Numerics;
using Prosodia.Audio;
using Prosodia.Dsp;

namespace Prosodia.Features;

/// <summary>
/// Resonances of the vocal tract in voiced frames: selective linear prediction of order 10 below 5.5 kHz, with
/// pre-emphasis from 50 Hz, of Gaussian windows of 50 ms. Source: Makhoul, Linear Prediction: A Tutorial Review,
/// Proceedings of the IEEE 63, 1975.
/// </summary>
internal sealed class FormantTracker
{
    /// <summary>How many formants are given.</summary>
    public const int Count = 3;

    private const int Window = Recording.SampleRate / 20,
        Size = 1024;
    private const double Ceiling = 5500,
        PreEmphasisFrom = 50; // hertz
    private const int LastBin = (int)(Ceiling * Size / Recording.SampleRate);
    private const float Noise = 1e-6f; // of the power: keeps predictors stable

    private static readonly float[] Gauss =
    [
        .. Enumerable.Range(0, Window).Select(i => (float)Math.Exp(-12 * Math.Pow((i + 0.5) / Window * 2 - 1, 2))),
    ];

    private static readonly float[] Cosines = [.. Enumerable.Range(0, Order10.Value + 1).SelectMany(CosinesOf)];

    /// <summary>Finds formants.</summary>
    /// <param name="samples">Speech at 16 kHz.</param>
    /// <param name="hertz">Pitch of each frame, 0 where unvoiced.</param>
    public FormantTracker(ReadOnlySpan<float> samples, ReadOnlySpan<float> hertz)
    {
        var frames = hertz.Length;
        Hertz = [.. Enumerable.Range(0, Count).Select(_ => LowLevelDescriptor.Undefined(frames))];
        Bandwidths = [.. Enumerable.Range(0, Count).Select(_ => LowLevelDescriptor.Undefined(frames))];
        var padded = PowerSpectrogram.Centered(samples, frames, Window);
        var spectrum = new LaneSpectrum(Gauss, Size);
        var resonances = new LaneResonances<Order10>(2 * Ceiling);
        var power = new Vector<float>[spectrum.Bins];
        Span<Vector<float>> lags = stackalloc Vector<float>[Order10.Value + 1];
        Span<float> found = stackalloc float[LaneSpectrum.Lanes * Count],
            widths = stackalloc float[LaneSpectrum.Lanes * Count];
        for (var first = 0; first < frames; first += LaneSpectrum.Lanes)
        {
            var block = hertz.Slice(first, Math.Min(LaneSpectrum.Lanes, frames - first));
            if (!block.ContainsAnyExcept(0f))
                continue;
            spectrum.Transform(padded, first, frames, PowerSpectrogram.Hop);
            spectrum.Power(power);
            for (var lag = 0; lag <= Order10.Value; lag++)
            {
                var sum = Vector<float>.Zero;
                var cosines = Cosines.AsSpan(lag * (LastBin + 1), LastBin + 1);
                for (var bin = 0; bin < cosines.Length; bin++)
                    sum += power[bin] * cosines[bin];
                lags[lag] = sum;
            }
            lags[0] *= 1 + Noise;
            resonances.Find(lags, found, widths);
            for (var lane = 0; lane < block.Length; lane++)
            for (var i = 0; i < Count; i++)
                if (block[lane] > 0 && found[lane * Count + i] > 0)
                    (Hertz[i][first + lane], Bandwidths[i][first + lane]) = (
                        found[lane * Count + i],
                        widths[lane * Count + i]
                    );
        }
    }

    /// <summary>Frequencies, the lowest formant first, not a number where there is none; (formants, frames).</summary>
    public float[][] Hertz { get; }

    /// <summary>Their bandwidths in hertz.</summary>
    public float[][] Bandwidths { get; }

    /// <summary>What the power of each bin, pre-emphasized, gives to the autocorrelation at a lag.</summary>
    private static IEnumerable<float> CosinesOf(int lag)
    {
        var a = Math.Exp(-2 * Math.PI * PreEmphasisFrom / (2 * Ceiling));
        return Enumerable
            .Range(0, LastBin + 1)
            .Select(bin => (Weight: bin == 0 ? 1 : 2, Angle: Math.PI * bin / LastBin))
            .Select(b => (float)(b.Weight * Math.Cos(b.Angle * lag) * (1 + a * a - 2 * a * Math.Cos(b.Angle))));
    }
}
