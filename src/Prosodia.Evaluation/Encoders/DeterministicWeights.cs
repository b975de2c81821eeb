namespace Prosodia.Evaluation.Encoders;

/// <summary>
/// Weights from an integer hash instead of training, scaled as initialization would: the same in every language, so
/// that a network can be compared with another implementation of it. They know nothing of images or speech.
/// </summary>
internal static class DeterministicWeights
{
    /// <summary>Tensor number <paramref name="tensor"/>: numbers that look uniform in [-1, 1).</summary>
    public static double[] Fill(int count, int tensor)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            var x = unchecked((uint)i * 2654435761u + (uint)tensor * 40503u);
            x = unchecked((x ^ (x >> 16)) * 0x45d9f3bu);
            x = unchecked((x ^ (x >> 16)) * 0x45d9f3bu);
            x ^= x >> 16;
            values[i] = x / 2147483648.0 - 1;
        }
        return values;
    }

    /// <summary>The tensors of a ResNet by name.</summary>
    public static Func<string, float[]> Of(ResNet network)
    {
        var tensors = network.Tensors.Index().ToDictionary(t => t.Item.Name);
        return name =>
        {
            var (number, (_, shape)) = tensors[name];
            var fill = Fill(shape.Aggregate(1, (a, b) => a * b), number);
            var scale = Scale(name, shape);
            return [.. fill.Select(f => (float)scale(f))];
        };
    }

    private static Func<double, double> Scale(string name, int[] shape)
    {
        if (shape.Length == 4)
            return f => f * Math.Sqrt(6.0 / (shape[1] * shape[2] * shape[3]));
        if (shape.Length == 2)
            return f => f * Math.Sqrt(3.0 / shape[1]);
        if (name.EndsWith("running_var", StringComparison.Ordinal))
            return f => 1 + 0.5 * f * f;
        if (name.EndsWith("running_mean", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal))
            return f => 0.1 * f;
        return f => 0.5 + 0.1 * f;
    }
}
