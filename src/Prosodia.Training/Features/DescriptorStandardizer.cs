namespace Prosodia.Training.Features;

/// <summary>
/// Brings contours, whose units differ, to one scale: mean 0 and deviation 1 over the recordings that it was fitted to.
/// </summary>
internal sealed class DescriptorStandardizer
{
    private const float Edge = 4; // deviations beyond which a value counts no more
    private const double MinDeviation = 1e-6;

    private readonly float[] _mean,
        _inverseDeviation;

    private DescriptorStandardizer(float[] mean, float[] inverseDeviation) =>
        (_mean, _inverseDeviation) = (mean, inverseDeviation);

    /// <summary>Measures the contours of recordings.</summary>
    /// <param name="recordings">The contours of each, (frames, contours), row-major.</param>
    /// <param name="contours">How many contours there are.</param>
    public static DescriptorStandardizer Fit(IEnumerable<float[]> recordings, int contours)
    {
        ArgumentNullException.ThrowIfNull(recordings);
        double[] sum = new double[contours],
            squares = new double[contours];
        long frames = 0;
        foreach (var values in recordings)
        {
            for (var i = 0; i < values.Length; i++)
            {
                sum[i % contours] += values[i];
                squares[i % contours] += (double)values[i] * values[i];
            }
            frames += values.Length / contours;
        }
        double[] mean = [.. sum.Select(s => s / frames)];
        var deviation = squares.Select((q, c) => Math.Sqrt(Math.Max(0, q / frames - mean[c] * mean[c])));
        return new DescriptorStandardizer(
            [.. mean.Select(m => (float)m)],
            [.. deviation.Select(d => (float)(1 / Math.Max(d, MinDeviation)))]
        );
    }

    /// <summary>A recording's contours on that scale, an array each.</summary>
    /// <param name="values">(frames, contours), row-major.</param>
    public float[][] Apply(float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var frames = values.Length / _mean.Length;
        var scaled = new float[_mean.Length][];
        for (var c = 0; c < scaled.Length; c++)
        {
            scaled[c] = new float[frames];
            for (var f = 0; f < frames; f++)
                scaled[c][f] = Math.Clamp(
                    (values[f * scaled.Length + c] - _mean[c]) * _inverseDeviation[c],
                    -Edge,
                    Edge
                );
        }
        return scaled;
    }
}
