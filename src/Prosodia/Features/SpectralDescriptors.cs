using System.Numerics.Tensors;
using Prosodia.Dsp;

namespace Prosodia.Features;

/// <summary>What the spectrum of each frame tells: energy, mel bands, cepstra and the spectrum's shape.</summary>
internal static class SpectralDescriptors
{
    private const int Bands = 26,
        Cepstra = 14;
    private const float HertzPerBin = 31.25f,
        Silence = 1e-10f; // -100 dB
    private const string Geneva = "Eyben et al., GeMAPS, IEEE Transactions on Affective Computing 7, 2016";
    private const string Shape = "Peeters, A Large Set of Audio Features, Ircam, 2004";

    private static readonly MelFilterBank Filters = new(Bands, 20);

    private static readonly float[][] Cosines =
    [
        .. Enumerable
            .Range(1, Cepstra)
            .Select(c =>
                Enumerable
                    .Range(0, Bands)
                    .Select(b => (float)(Math.Sqrt(2.0 / Bands) * Math.Cos(Math.PI * c * (b + 0.5) / Bands)))
                    .ToArray()
            ),
    ];

    private static readonly float[] Hertz = [.. Enumerable.Range(0, SpectrumShape.Bins).Select(b => b * HertzPerBin)];

    /// <summary>The contours of a recording.</summary>
    public static IReadOnlyList<LowLevelDescriptor> Of(ReadOnlySpan<float> samples, PowerSpectrogram spectra)
    {
        var contours = new List<LowLevelDescriptor>();
        float[] New(string name, string unit, string source)
        {
            contours.Add(new LowLevelDescriptor(name, unit, source, new float[spectra.Frames]));
            return contours[^1].Values;
        }

        var loudness = New(
            "loudness",
            "auditory bands' power ^ 0.3",
            "Stevens, Psychological Review 64, 1957; summed as in " + Geneva
        );
        var energy = New("energy", "dB", "Eyben, Real-time Speech and Music Classification, Springer, 2016");
        float[][] bands =
        [
            .. Enumerable
                .Range(1, Bands)
                .Select(b => New($"mel{b}", "dB", "Davis and Mermelstein, IEEE TASSP 28, 1980")),
        ];
        float[][] cepstra =
        [
            .. Enumerable
                .Range(1, Cepstra)
                .Select(c => New($"mfcc{c}", "", "Davis and Mermelstein, IEEE TASSP 28, 1980")),
        ];
        var alpha = New("alpha_ratio", "dB", Geneva);
        var hammarberg = New("hammarberg_index", "dB", Geneva);
        var lowSlope = New("slope_0_500", "dB/kHz", Geneva);
        var highSlope = New("slope_500_1500", "dB/kHz", Geneva);
        var flux = New("flux", "", Shape);
        var centroid = New("centroid", "Hz", Shape);
        var spread = New("spread", "Hz", Shape);
        var rolloff25 = New("rolloff25", "Hz", Shape);
        var rolloff85 = New("rolloff85", "Hz", Shape);
        var entropy = New("entropy", "", "Misra et al., ICASSP 2004");
        var flatness = New("flatness", "dB", Shape);
        var sharpness = New("sharpness", "", "Zwicker and Fastl, Psychoacoustics, 1999, without calibration");
        var crossings = New("zero_crossings", "1/s", Shape);

        Span<float> mel = stackalloc float[Bands],
            level = stackalloc float[Bands];
        Span<float> decibels = stackalloc float[SpectrumShape.Bins],
            share = stackalloc float[SpectrumShape.Bins],
            before = stackalloc float[SpectrumShape.Bins];
        for (var f = 0; f < spectra.Frames; f++)
        {
            var power = spectra[f];
            var total = Math.Max(TensorPrimitives.Sum(power), Silence);
            Filters.Apply(power, mel);
            for (var b = 0; b < Bands; b++)
            {
                var loud = MathF.Pow(mel[b] + Silence, 0.3f);
                loudness[f] += loud;
                sharpness[f] += loud * (b + 1) / Bands;
                bands[b][f] = level[b] = Decibels(mel[b]);
            }
            sharpness[f] /= loudness[f];
            energy[f] = Decibels(total);
            for (var c = 0; c < Cepstra; c++)
                cepstra[c][f] = TensorPrimitives.Dot(level, Cosines[c]) / 10;

            TensorPrimitives.Add(power, Silence, decibels);
            TensorPrimitives.Log10(decibels, decibels);
            TensorPrimitives.Multiply(decibels, 10, decibels);
            alpha[f] = Decibels(Sum(power, 1000, 5000)) - Decibels(Sum(power, 50, 1000));
            hammarberg[f] = Peak(decibels, 0, 2000) - Peak(decibels, 2000, 5000);
            lowSlope[f] = Slope(decibels, 0, 500);
            highSlope[f] = Slope(decibels, 500, 1500);

            TensorPrimitives.Divide(power, total, share);
            if (f > 0)
                flux[f] = TensorPrimitives.Distance<float>(share, before);
            share.CopyTo(before);
            centroid[f] = TensorPrimitives.Dot<float>(share, Hertz);
            spread[f] = MathF.Sqrt(Math.Max(0, Squares(share) - centroid[f] * centroid[f]));
            (rolloff25[f], rolloff85[f]) = (Rolloff(share, 0.25f), Rolloff(share, 0.85f));
            entropy[f] = Entropy(share);
            flatness[f] =
                TensorPrimitives.Sum<float>(decibels) / SpectrumShape.Bins - Decibels(total / SpectrumShape.Bins);
            crossings[f] = Crossings(samples[Math.Min(samples.Length, f * PowerSpectrogram.Hop)..]);
        }
        return contours;
    }

    private static float Decibels(float power) => 10 * MathF.Log10(power + Silence);

    private static Range Bins(float from, float to) => (int)(from / HertzPerBin)..((int)(to / HertzPerBin) + 1);

    private static float Sum(ReadOnlySpan<float> power, float from, float to) =>
        TensorPrimitives.Sum(power[Bins(from, to)]);

    private static float Peak(ReadOnlySpan<float> decibels, float from, float to) =>
        TensorPrimitives.Max(decibels[Bins(from, to)]);

    /// <summary>Of the line of least squares through a band, per kilohertz.</summary>
    private static float Slope(ReadOnlySpan<float> decibels, float from, float to)
    {
        var band = decibels[Bins(from, to)];
        var middle = (band.Length - 1) / 2f;
        float sum = 0,
            squares = 0;
        for (var i = 0; i < band.Length; i++)
        {
            sum += (i - middle) * band[i];
            squares += (i - middle) * (i - middle);
        }
        return sum / squares / HertzPerBin * 1000;
    }

    private static float Squares(ReadOnlySpan<float> share)
    {
        float sum = 0;
        for (var b = 0; b < share.Length; b++)
            sum += share[b] * Hertz[b] * Hertz[b];
        return sum;
    }

    private static float Rolloff(ReadOnlySpan<float> share, float part)
    {
        float sum = 0;
        var bin = 0;
        while (bin < share.Length - 1 && (sum += share[bin]) < part)
            bin++;
        return bin * HertzPerBin;
    }

    private static float Entropy(ReadOnlySpan<float> share)
    {
        Span<float> logarithms = stackalloc float[share.Length];
        TensorPrimitives.Add(share, Silence, logarithms);
        TensorPrimitives.Log2(logarithms, logarithms);
        return -TensorPrimitives.Dot(share, logarithms);
    }

    private static float Crossings(ReadOnlySpan<float> samples)
    {
        var frame = samples[..Math.Min(PowerSpectrogram.Window, samples.Length)];
        var count = 0;
        for (var i = 1; i < frame.Length; i++)
            if (frame[i - 1] >= 0 != frame[i] >= 0)
                count++;
        return count * (Prosodia.Audio.Recording.SampleRate / (float)PowerSpectrogram.Window);
    }
}
