namespace Prosodia.Features.Egemaps;

/// <summary>Smoothing of descriptors over three frames.</summary>
internal static class Smoothing
{
    /// <summary>The mean of three; at the ends, the outermost value counts twice.</summary>
    public static float[] Plain(ReadOnlySpan<float> values)
    {
        var smoothed = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
            smoothed[i] = (values[Math.Max(i - 1, 0)] + values[i] + values[Math.Min(i + 1, values.Length - 1)]) / 3;
        return smoothed;
    }

    /// <summary>The mean of those of three that aren't 0; a 0 stays one.</summary>
    public static float[] NonZero(ReadOnlySpan<float> values)
    {
        var smoothed = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] == 0)
                continue;
            var (sum, count) = (0f, 0);
            for (var j = i - 1; j <= i + 1; j++)
            {
                var value = values[Math.Clamp(j, 0, values.Length - 1)];
                if (value != 0)
                    (sum, count) = (sum + value, count + 1);
            }
            smoothed[i] = sum / count;
        }
        return smoothed;
    }
}
