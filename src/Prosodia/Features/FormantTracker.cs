using System.Numerics;
using Prosodia.Dsp;

namespace Prosodia.Features;

/// <summary>
/// Resonances of the vocal tract from the power spectrum below 5 kHz: selective linear prediction of order 10 with
/// pre-emphasis, and the roots of the predictor. Source: Makhoul, Linear Prediction: A Tutorial Review, Proceedings of
/// the IEEE 63, 1975.
/// </summary>
internal sealed class FormantTracker
{
    /// <summary>How many formants are given.</summary>
    public const int Count = 3;

    private const int Order = 10,
        LastBin = 160; // 5 kHz
    private const double Rate = 10_000,
        PreEmphasis = 0.97,
        MinHertz = 150,
        MaxHertz = 4800,
        WidestHertz = 700,
        Noise = 1e-6;
    private const int Rounds = 60;

    private static readonly float[][] Cosines =
    [
        .. Enumerable
            .Range(0, Order + 1)
            .Select(k =>
                Enumerable
                    .Range(0, LastBin + 1)
                    .Select(b =>
                        (float)(
                            (b is 0 or LastBin ? 1 : 2)
                            * Math.Cos(Math.PI * b * k / LastBin)
                            * (1 + PreEmphasis * PreEmphasis - 2 * PreEmphasis * Math.Cos(Math.PI * b / LastBin))
                        )
                    )
                    .ToArray()
            ),
    ];

    /// <summary>The lowest formants of a frame; null where it hasn't three.</summary>
    /// <param name="power">The frame's squared magnitudes.</param>
    public static (double Hertz, double Bandwidth)[]? Of(ReadOnlySpan<float> power)
    {
        Span<double> correlation = stackalloc double[Order + 1];
        for (var k = 0; k <= Order; k++)
            correlation[k] = System.Numerics.Tensors.TensorPrimitives.Dot(power[..(LastBin + 1)], Cosines[k]);
        if (correlation[0] <= 0)
            return null;
        correlation[0] *= 1 + Noise;
        var predictor = new double[Order + 1];
        LinearPrediction.Solve(correlation, predictor);
        var found = Roots(predictor)
            .Where(root => root.Imaginary > 0)
            .Select(root =>
                (Hertz: root.Phase * Rate / (2 * Math.PI), Bandwidth: -Math.Log(root.Magnitude) * Rate / Math.PI)
            )
            .Where(f => f.Hertz is > MinHertz and < MaxHertz && f.Bandwidth is > 0 and < WidestHertz)
            .OrderBy(f => f.Hertz)
            .Take(Count)
            .ToArray();
        return found.Length == Count ? found : null;
    }

    /// <summary>All roots at once by Aberth's method. Source: Aberth, Mathematics of Computation 27, 1973.</summary>
    private static Complex[] Roots(double[] coefficients)
    {
        Complex[] roots =
        [
            .. Enumerable
                .Range(0, Order)
                .Select(i => Complex.FromPolarCoordinates(0.9, 2 * Math.PI * (i + 0.3) / Order)),
        ];
        for (var round = 0; round < Rounds; round++)
        {
            double moved = 0;
            for (var i = 0; i < Order; i++)
            {
                Complex value = coefficients[0],
                    slope = 0;
                for (var k = 1; k <= Order; k++)
                {
                    slope = slope * roots[i] + value;
                    value = value * roots[i] + coefficients[k];
                }
                if (value == 0)
                    continue;
                var newton = value / slope;
                Complex others = 0;
                for (var j = 0; j < Order; j++)
                    if (j != i)
                        others += 1 / (roots[i] - roots[j]);
                var step = newton / (1 - newton * others);
                roots[i] -= step;
                moved = Math.Max(moved, Math.Abs(step.Real) + Math.Abs(step.Imaginary));
            }
            if (moved < 1e-7)
                break;
        }
        return roots;
    }
}
