namespace Prosodia.Dsp;

/// <summary>
/// The window of Kaiser, for filters with a stop band of a chosen depth. Source: Oppenheim and Schafer, Discrete-Time
/// Signal Processing, section 7.5.
/// </summary>
internal static class KaiserWindow
{
    /// <summary>The Kaiser window, up to a factor.</summary>
    /// <param name="x">Distance from its middle over its half width.</param>
    /// <param name="decibels">How far down the stop band is.</param>
    public static double At(double x, double decibels) =>
        Math.Abs(x) >= 1 ? 0 : Bessel0(0.1102 * (decibels - 8.7) * Math.Sqrt(1 - x * x));

    /// <summary>Modified Bessel function of the first kind and order zero, by its power series.</summary>
    private static double Bessel0(double x)
    {
        double sum = 1,
            term = 1;
        for (var k = 1; term > sum * 1e-17; k++)
            sum += term *= x * x / (4.0 * k * k);
        return sum;
    }
}
