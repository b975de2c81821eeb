using System.Numerics.Tensors;

namespace Prosodia.Recognition;

/// <summary>
/// How the features of one source (a collection, a speaker) differ from those of the training recordings, in deviations:
/// taking it away leaves how an utterance differs from others of its source. Few recordings say little, so their mean
/// and deviation are shrunk towards those of the training recordings.
/// </summary>
/// <param name="Shift">What is subtracted from each deviate, (features).</param>
/// <param name="Gain">What each is multiplied with then, (features).</param>
/// <param name="Recordings">From how many recordings it is.</param>
internal sealed record FeatureAdaptation(float[] Shift, float[] Gain, int Recordings)
{
    /// <summary>Adapted deviates are at most so many deviations from the middle.</summary>
    public const float Furthest = 4;

    private const double TrainingWeight = 5; // recordings that the training recordings count for
    private const double LeastVariance = 1e-2; // of deviates, of which the training recordings have 1

    /// <summary>Measures a source.</summary>
    /// <param name="deviates">Of its recordings, unlabeled, each (features); at least one.</param>
    public static FeatureAdaptation Of(IReadOnlyList<float[]> deviates)
    {
        ArgumentOutOfRangeException.ThrowIfZero(deviates.Count);
        var features = deviates[0].Length;
        double[] sum = new double[features],
            squares = new double[features];
        foreach (var recording in deviates)
            for (var f = 0; f < features; f++)
            {
                sum[f] += recording[f];
                squares[f] += (double)recording[f] * recording[f];
            }
        var share = deviates.Count / (deviates.Count + TrainingWeight);
        var (shift, gain) = (new float[features], new float[features]);
        for (var f = 0; f < features; f++)
        {
            var mean = sum[f] / deviates.Count;
            var variance = Math.Max(0, squares[f] / deviates.Count - mean * mean);
            shift[f] = (float)(share * mean);
            gain[f] = (float)(1 / Math.Sqrt(Math.Max(LeastVariance, share * variance + (1 - share))));
        }
        return new FeatureAdaptation(shift, gain, deviates.Count);
    }

    /// <summary>Adapts deviates.</summary>
    public float[] Apply(ReadOnlySpan<float> deviates)
    {
        var adapted = new float[deviates.Length];
        TensorPrimitives.Subtract(deviates, Shift, adapted);
        TensorPrimitives.Multiply(adapted, Gain, adapted);
        TensorPrimitives.Min<float>(adapted, Furthest, adapted);
        TensorPrimitives.Max<float>(adapted, -Furthest, adapted);
        return adapted;
    }
}
