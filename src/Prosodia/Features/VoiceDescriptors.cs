using Prosodia.Audio;
using Prosodia.Dsp;

namespace Prosodia.Features;

/// <summary>What the voice of each voiced frame tells: pitch, its steadiness, harmonics and formants.</summary>
internal static class VoiceDescriptors
{
    private const double SemitonesFrom = 27.5; // hertz, the lowest note of a piano
    private const double PeriodsOfWindow = 3; // for harmonics: their main lobes just don't touch
    private const double Silence = 1e-10;
    private const string Geneva = "Eyben et al., GeMAPS, IEEE Transactions on Affective Computing 7, 2016";
    private const string Boersma = "Boersma, IFA Proceedings 17, 1993";
    private const string Cycles = "Boersma, Folia Phoniatrica et Logopaedica 61, 2009";
    private const string Prediction = "Makhoul, Proceedings of the IEEE 63, 1975";

    /// <summary>The contours of a recording.</summary>
    public static IReadOnlyList<LowLevelDescriptor> Of(
        ReadOnlySpan<float> samples,
        PowerSpectrogram spectra,
        PitchTracker pitch
    )
    {
        var contours = new List<LowLevelDescriptor>();
        float[] New(string name, string unit, string source, float[]? values = null)
        {
            contours.Add(
                new LowLevelDescriptor(name, unit, source, values ?? LowLevelDescriptor.Undefined(spectra.Frames))
                {
                    VoicedOnly = true,
                }
            );
            return contours[^1].Values;
        }

        var cycles = new JitterShimmer(samples, pitch);
        var semitones = New("f0", "semitones from 27.5 Hz", Boersma);
        var strength = New("periodicity", "", Boersma);
        var harmonicity = New("hnr", "dB", Boersma);
        New("jitter", "", Cycles, cycles.Jitter);
        New("shimmer", "", Cycles, cycles.Shimmer);
        var formants = new FormantTracker(samples, pitch.Hertz);
        for (var i = 0; i < FormantTracker.Count; i++)
            New($"f{i + 1}", "Hz", Prediction, formants.Hertz[i]);
        for (var i = 0; i < FormantTracker.Count; i++)
            New($"f{i + 1}_bandwidth", "Hz", Prediction, formants.Bandwidths[i]);
        float[][] levels =
        [
            .. Enumerable
                .Range(1, FormantTracker.Count)
                .Select(i => New($"f{i}_level", "dB from the first harmonic", Geneva)),
        ];
        var firstHarmonics = New("h1_h2", "dB", Geneva);

        for (var f = 0; f < spectra.Frames; f++)
        {
            if (pitch.Hertz[f] == 0)
                continue;
            double hertz = pitch.Hertz[f];
            semitones[f] = (float)(12 * Math.Log2(hertz / SemitonesFrom));
            strength[f] = pitch.Strength[f];
            harmonicity[f] = PitchTracker.HarmonicsToNoise(pitch.Strength[f]);
            var around = Around(samples, f, hertz);
            var first = Level(around, hertz);
            firstHarmonics[f] = (float)(first - Level(around, 2 * hertz));
            for (var i = 0; i < FormantTracker.Count; i++)
                if (formants.Hertz[i][f] is > 0 and var formant)
                    levels[i][f] = (float)(Level(around, hertz * Math.Max(1, Math.Round(formant / hertz))) - first);
        }
        return contours;
    }

    private static ReadOnlySpan<float> Around(ReadOnlySpan<float> samples, int frame, double hertz)
    {
        var length = (int)(PeriodsOfWindow * Recording.SampleRate / hertz);
        var from = Math.Clamp(frame * PowerSpectrogram.Hop + (PowerSpectrogram.Window - length) / 2, 0, samples.Length);
        return samples.Slice(from, Math.Min(length, samples.Length - from));
    }

    /// <summary>Level of one frequency under a Hann window, in decibels.</summary>
    private static double Level(ReadOnlySpan<float> samples, double hertz)
    {
        var (stepRe, stepIm) = Math.SinCos(2 * Math.PI * hertz / Recording.SampleRate) is var (sin, cos)
            ? (cos, sin)
            : default;
        var (hannRe, hannIm) = Math.SinCos(2 * Math.PI / samples.Length) is var (s, c) ? (c, s) : default;
        double re = 0,
            im = 0,
            turnRe = 1,
            turnIm = 0,
            windowRe = 1,
            windowIm = 0;
        foreach (var x in samples)
        {
            var weighted = x * (1 - windowRe);
            re += weighted * turnRe;
            im += weighted * turnIm;
            (turnRe, turnIm) = (turnRe * stepRe - turnIm * stepIm, turnRe * stepIm + turnIm * stepRe);
            (windowRe, windowIm) = (windowRe * hannRe - windowIm * hannIm, windowRe * hannIm + windowIm * hannRe);
        }
        return 10 * Math.Log10((re * re + im * im) / ((double)samples.Length * samples.Length) + Silence);
    }
}
