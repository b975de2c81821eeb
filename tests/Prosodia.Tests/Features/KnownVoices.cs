using Prosodia.Audio;

namespace Prosodia.Tests.Features;

/// <summary>Voices whose pitch, jitter, shimmer and formants are known: pulses through resonators.</summary>
internal static class KnownVoices
{
    /// <summary>Glottal pulses, each a little longer or louder than the last.</summary>
    /// <param name="hertz">The pitch at a time.</param>
    /// <param name="jitter">Every other period is longer by this fraction.</param>
    /// <param name="shimmer">Every other pulse is louder by this fraction.</param>
    /// <param name="formants">Resonances, each with its bandwidth; none leaves pulses with a falling spectrum.</param>
    /// <param name="seconds">How long.</param>
    public static Recording Voice(
        Func<double, double> hertz,
        double jitter = 0,
        double shimmer = 0,
        (double Hertz, double Bandwidth)[]? formants = null,
        double seconds = 1
    )
    {
        const int oversampled = 8; // pulses begin between samples
        var samples = new double[(int)(seconds * Recording.SampleRate * oversampled)];
        const double rate = Recording.SampleRate * oversampled;
        var period = 0;
        for (double at = 0.01; at < seconds - 0.01; period++)
        {
            samples[(int)(at * rate)] += 1 + (period % 2 == 0 ? shimmer / 2 : -shimmer / 2);
            at += (1 + (period % 2 == 0 ? jitter / 2 : -jitter / 2)) / hertz(at);
        }
        foreach (var (f, bandwidth) in formants ?? [(600, 400)])
            Resonate(samples, f, bandwidth, rate);
        Resonate(samples, 0, 150, rate); // glottal slope
        var kept = samples.Where((_, i) => i % oversampled == 0).ToArray();
        var loudest = kept.Max(Math.Abs);
        return new Recording([.. kept.Select(x => (float)(0.5 * x / loudest))], []);
    }

    private static void Resonate(double[] samples, double hertz, double bandwidth, double rate)
    {
        var radius = Math.Exp(-Math.PI * bandwidth / rate);
        var (b, c) = (2 * radius * Math.Cos(2 * Math.PI * hertz / rate), -radius * radius);
        double one = 0,
            two = 0;
        for (var i = 0; i < samples.Length; i++)
            (two, one) = (one, samples[i] = samples[i] + b * one + c * two);
    }
}
