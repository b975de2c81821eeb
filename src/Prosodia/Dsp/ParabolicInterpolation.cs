namespace Prosodia.Dsp;

/// <summary>Peaks between samples: the top of the parabola through a sample and its neighbors.</summary>
internal static class ParabolicInterpolation
{
    /// <summary>Where the top is, from -0.5 to 0.5 samples beside the middle one, and how high.</summary>
    public static (double Offset, double Height) Top(double before, double at, double after)
    {
        var bend = before - 2 * at + after;
        if (bend >= 0)
            return (0, at);
        var offset = Math.Clamp((before - after) / (2 * bend), -0.5, 0.5);
        return (offset, at - (before - after) * offset / 4);
    }
}
