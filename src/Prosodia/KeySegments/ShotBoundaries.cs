namespace Prosodia.KeySegments;

/// <summary>
/// Shot boundaries of an utterance: places where neighboring segments differ by more than usual. As many clusters are
/// looked for as there are stretches between them. Source: the paper, section III-A.
/// </summary>
/// <param name="Distances">Euclidean distance of segment i to segment i + 1; one fewer than segments.</param>
/// <param name="Threshold">Beta times the mean distance; greater distances are boundaries.</param>
internal sealed record ShotBoundaries(double[] Distances, double Threshold)
{
    /// <summary>The default threshold: the mean distance itself.</summary>
    public const double DefaultBeta = 1.0;

    /// <summary>K, the number of clusters: one more than boundaries, never more than segments.</summary>
    public int Clusters => 1 + Distances.Count(d => d > Threshold);

    /// <summary>Finds the boundaries of an utterance.</summary>
    /// <param name="segments">Its segments.</param>
    /// <param name="beta">Factor on the mean distance; greater than 0. Larger values give fewer clusters.</param>
    public static ShotBoundaries Find(SegmentedSpeech segments, double beta = DefaultBeta)
    {
        ArgumentNullException.ThrowIfNull(segments);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        var distances = new double[segments.Count - 1];
        for (var i = 0; i < distances.Length; i++)
            distances[i] = Math.Sqrt(segments.SquaredDistance(i, i + 1));
        return new ShotBoundaries(distances, distances.Length == 0 ? 0 : beta * distances.Average());
    }
}
