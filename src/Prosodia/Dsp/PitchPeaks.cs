using System.Numerics;
using System.Runtime.InteropServices;
using Prosodia.Audio;

namespace Prosodia.Dsp;

/// <summary>A pitch that a frame may have.</summary>
/// <param name="Hertz">The pitch.</param>
/// <param name="Correlation">Of the signal with itself a period later, 0 to 1.</param>
/// <param name="Merit">The correlation, with high pitch preferred.</param>
internal readonly record struct PitchPeak(float Hertz, float Correlation, float Merit);

/// <summary>
/// What the pitch of frames of 40 ms may be: the highest peaks of the autocorrelation, divided by the window's. Source:
/// Boersma, Accurate Short-Term Analysis of the Fundamental Frequency and the Harmonics-to-Noise Ratio of a Sampled
/// Sound, IFA Proceedings 17, 1993.
/// </summary>
internal sealed class PitchPeaks
{
    /// <summary>Candidates of a frame at most.</summary>
    public const int Most = 14;

    private const int Window = Recording.SampleRate / 25,
        Size = 1024,
        MinLag = (int)(Recording.SampleRate / PitchTracker.Highest),
        MaxLag = (int)(Recording.SampleRate / PitchTracker.Lowest);
    private const double VoicingThreshold = 0.5,
        SilenceThreshold = 0.03,
        OctaveCost = 0.02;
    private const float MinPeak = 0.25f;

    private static readonly float[] Hann =
    [
        .. Enumerable.Range(0, Window).Select(i => (float)(0.5 - 0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / Window))),
    ];

    private static readonly float[] WindowCorrelation =
    [
        .. Enumerable.Range(0, MaxLag + 2).Select(lag => Lagged(lag) / Lagged(0)),
    ];

    private readonly PitchPeak[] _candidates;
    private readonly int[] _counts;
    private readonly float[] _levels;
    private readonly float _loudest;

    /// <summary>Finds candidates.</summary>
    /// <param name="samples">Speech at 16 kHz.</param>
    /// <param name="frames">How many frames of <see cref="PowerSpectrogram"/> it has.</param>
    public PitchPeaks(ReadOnlySpan<float> samples, int frames)
    {
        (_candidates, _counts, _levels) = (new PitchPeak[frames * Most], new int[frames], new float[frames]);
        var padded = PowerSpectrogram.Centered(samples, frames, Window);
        new HighPassFilter().Apply(padded);
        var spectrum = new LaneSpectrum(Hann, Size);
        var power = new Vector<float>[spectrum.Bins];
        var correlation = new float[MaxLag + 2];
        for (var first = 0; first < frames; first += LaneSpectrum.Lanes)
        {
            spectrum.Transform(padded, first, frames, PowerSpectrogram.Hop);
            var energy = spectrum.Energy;
            spectrum.Power(power);
            spectrum.TransformEven(power);
            var lags = MemoryMarshal.Cast<Vector<float>, float>(spectrum.Real);
            for (var lane = 0; lane < LaneSpectrum.Lanes && first + lane < frames; lane++)
            {
                _levels[first + lane] = MathF.Sqrt(energy[lane]);
                if (!(lags[lane] > 0))
                    continue;
                for (var lag = MinLag - 1; lag < correlation.Length; lag++)
                    correlation[lag] = lags[lag * LaneSpectrum.Lanes + lane] / (lags[lane] * WindowCorrelation[lag]);
                Find(correlation, first + lane);
            }
        }
        _loudest = _levels.Max();
    }

    /// <summary>The candidates of a frame, the best first.</summary>
    public ReadOnlySpan<PitchPeak> this[int frame] => _candidates.AsSpan(frame * Most, _counts[frame]);

    /// <summary>The merit of being unvoiced.</summary>
    public double Unvoiced(int frame) =>
        VoicingThreshold
        + Math.Max(0, 2 - _levels[frame] / Math.Max(_loudest, 1e-9) / (SilenceThreshold / (1 + VoicingThreshold)));

    private void Find(ReadOnlySpan<float> correlation, int frame)
    {
        var found = _candidates.AsSpan(frame * Most, Most);
        var count = 0;
        for (var lag = MinLag; lag <= MaxLag; lag++)
        {
            var at = correlation[lag];
            if (at < MinPeak || at < correlation[lag - 1] || at <= correlation[lag + 1])
                continue;
            var (offset, height) = ParabolicInterpolation.Top(correlation[lag - 1], at, correlation[lag + 1]);
            var hertz = (float)(Recording.SampleRate / (lag + offset));
            var strength = (float)(height > 1 ? 1 / height : height); // interpolation may overshoot
            var merit = (float)(strength + OctaveCost * Math.Log2(hertz / PitchTracker.Lowest));
            var place = count;
            while (place > 0 && found[place - 1].Merit < merit)
                place--;
            if (place == Most)
                continue;
            count = Math.Min(count + 1, Most);
            for (var i = count - 1; i > place; i--)
                found[i] = found[i - 1];
            found[place] = new PitchPeak(hertz, strength, merit);
        }
        _counts[frame] = count;
    }

    private static float Lagged(int lag)
    {
        double sum = 0;
        for (var i = 0; i + lag < Window; i++)
            sum += (double)Hann[i] * Hann[i + lag];
        return (float)sum;
    }
}
