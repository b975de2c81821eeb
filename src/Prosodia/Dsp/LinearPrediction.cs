namespace Prosodia.Dsp;

/// <summary>
/// Linear prediction from the autocorrelation. Source: Makhoul, Linear Prediction: A Tutorial Review, Proceedings of
/// the IEEE 63, 1975.
/// </summary>
internal static class LinearPrediction
{
    /// <summary>Levinson's recursion.</summary>
    /// <param name="correlation">The autocorrelation at lags 0 to the order.</param>
    /// <param name="coefficients">1, a1, ... of 1 + a1 / z + ...; (order + 1).</param>
    public static void Solve(ReadOnlySpan<double> correlation, Span<double> coefficients)
    {
        Span<double> before = stackalloc double[coefficients.Length];
        coefficients.Clear();
        coefficients[0] = 1;
        var error = correlation[0];
        for (var i = 1; i < coefficients.Length && error > 0; i++)
        {
            var sum = correlation[i];
            for (var j = 1; j < i; j++)
                sum += coefficients[j] * correlation[i - j];
            var reflection = -sum / error;
            coefficients.CopyTo(before);
            for (var j = 1; j < i; j++)
                coefficients[j] = before[j] + reflection * before[i - j];
            coefficients[i] = reflection;
            error *= 1 - reflection * reflection;
        }
    }
}
