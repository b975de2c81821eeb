using System.Numerics.Tensors;

namespace Prosodia.Recognition;

/// <summary>
/// How the features of one source (a collection, a speaker) differ from those of the training recordings, in
/// deviations: taking it away leaves how an utterance differs from others of its source. Few recordings say little, so
/// their mean and deviation are shrunk towards those of the training recordings.
/// </summary>
/// <param name="Shift">What is subtracted from each deviate, (features).</param>
/// <param name="Gain">What each is multiplied with then, (features).</param>
/// <param name="Recordings">From how many recordings it is.</param>
internal sealed record FeatureAdaptation(float[] Shift, float[] Gain, int Recordings)
{
    /// <summary>Adapted deviates are at most so many deviations from the middle.</summary>
    public const float Furthest = 4;

    /// <summary>Measures a source.</summary>
    /// <param name="deviates">Of its recordings, unlabeled, each (features); at least one.</param>
    public static FeatureAdaptation Of(IEnumerable<float[]> deviates)
    {
        var statistics = new FeatureStatistics();
        foreach (var recording in deviates)
            statistics.Add(recording);
        return statistics.ToAdaptation();
    }

    /// <summary>
    /// How far deviates are from the middle of the training recordings, of which most are near 1: their root mean
    /// square.
    /// </summary>
    public static float Distance(ReadOnlySpan<float> deviates) =>
        TensorPrimitives.Norm(deviates) / MathF.Sqrt(deviates.Length);

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
