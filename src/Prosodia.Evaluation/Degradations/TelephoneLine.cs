using Prosodia.Audio;
using Prosodia.Recognition;

namespace Prosodia.Evaluation.Degradations;

/// <summary>Speech as a telephone carries it: its band, and 8 bits a sample on a logarithmic scale.</summary>
internal static class TelephoneLine
{
    private const double Mu = 255;
    private const int Steps = 127; // of each sign

    /// <summary>The recording over a line. Source: the mu-law of ITU-T G.711.</summary>
    public static Recording OverTelephone(this Recording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        return recording with { Samples = [.. InputNormalizer.Filter(recording.Samples).Select(Quantized)] };
    }

    private static float Quantized(float x)
    {
        var level = Math.Round(Math.Log(1 + Mu * Math.Min(1, Math.Abs(x))) / Math.Log(1 + Mu) * Steps) / Steps;
        return (float)(Math.Sign(x) * (Math.Pow(1 + Mu, level) - 1) / Mu);
    }
}
