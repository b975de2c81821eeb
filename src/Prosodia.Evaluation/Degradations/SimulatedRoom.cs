using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.IntegralTransforms;
using Prosodia.Audio;

namespace Prosodia.Evaluation.Degradations;

/// <summary>
/// Speech as a microphone in a room hears it: the direct sound, and after it noise that decays exponentially. Source:
/// Polack, La transmission de l'énergie sonore dans les salles, 1988.
/// </summary>
internal static class SimulatedRoom
{
    private const double Decay = 6.907755278982137; // nepers of 60 dB
    private const double Gap = 0.002; // seconds from the direct sound to what the walls reflect

    /// <summary>The recording in a room, as long as before.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="reverberationTime">Seconds in which sound falls by 60 dB.</param>
    /// <param name="directToReverberant">Energy of the direct sound over that of the rest, in dB.</param>
    /// <param name="seed">Of the room.</param>
    public static Recording InRoom(
        this Recording recording,
        double reverberationTime,
        double directToReverberant,
        int seed
    )
    {
        ArgumentNullException.ThrowIfNull(recording);
        var response = Response(reverberationTime, directToReverberant, seed);
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)(recording.Samples.Length + response.Length));
        Complex32[] sound = PaddedSpectrum.Of(recording.Samples, size),
            room = PaddedSpectrum.Of(response, size);
        for (var k = 0; k < size; k++)
            sound[k] *= room[k];
        Fourier.Inverse(sound, FourierOptions.AsymmetricScaling);
        return recording with { Samples = [.. sound.Take(recording.Samples.Length).Select(c => c.Real)] };
    }

    private static float[] Response(double reverberationTime, double directToReverberant, int seed)
    {
        var random = new Random(seed);
        var response = new double[(int)(reverberationTime * Recording.SampleRate)];
        for (var t = (int)(Gap * Recording.SampleRate); t < response.Length; t++)
            response[t] = Normal.Sample(random, 0, 1) * Math.Exp(-Decay * t / response.Length);
        var scale = Math.Sqrt(Math.Pow(10, -directToReverberant / 10) / response.Sum(x => x * x));
        float[] scaled = [.. response.Select(x => (float)(x * scale))];
        scaled[0] = 1;
        return scaled;
    }
}
