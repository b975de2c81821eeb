namespace Prosodia.KeySegments;

/// <summary>
/// K-means in the space that a kernel spans. A center is the mean of its members there, so the distance to it needs the
/// kernel alone: d^2(x, C) = k(x, x) - (2 / |C|) sum k(x, c) + (1 / |C|^2) sum sum k(c, c').
/// Source: Schoelkopf, Smola and Mueller, Neural Computation 10, 1998; starts after Arthur and Vassilvitskii, 2007.
/// </summary>
/// <param name="Labels">The cluster of each point, 0 to K - 1; every cluster has a member.</param>
/// <param name="SquaredDistances">d^2 of point i to center c at [i, c].</param>
/// <param name="Objective">Sum of the squared distances of all points to their own centers.</param>
internal sealed record KernelKMeans(int[] Labels, double[,] SquaredDistances, double Objective)
{
    /// <summary>Starts that are tried when nothing else is asked for.</summary>
    public const int DefaultStarts = 10;

    private const int MaxIterations = 100;

    /// <summary>Clusters from several seeded starts and keeps the lowest objective.</summary>
    /// <param name="gram">The kernel of all pairs, (n, n).</param>
    /// <param name="clusters">K, from 1 to n.</param>
    /// <param name="starts">How many starts, at least 1.</param>
    /// <param name="seed">The same seed gives the same clusters.</param>
    public static KernelKMeans Fit(double[,] gram, int clusters, int starts = DefaultStarts, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(gram);
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clusters, gram.GetLength(0));
        ArgumentOutOfRangeException.ThrowIfLessThan(starts, 1);
        var random = new Random(seed);
        if (clusters == 1)
            starts = 1; // every start gives the same result
        return Enumerable
            .Range(0, starts)
            .Select(_ => Run(gram, clusters, Start(gram, clusters, random)))
            .MinBy(run => run.Objective)!;
    }

    /// <summary>Clusters from given labels until none changes.</summary>
    /// <param name="gram">The kernel of all pairs, (n, n).</param>
    /// <param name="clusters">K.</param>
    /// <param name="initialLabels">The cluster of each point to begin with.</param>
    public static KernelKMeans Run(double[,] gram, int clusters, ReadOnlySpan<int> initialLabels)
    {
        ArgumentNullException.ThrowIfNull(gram);
        var labels = initialLabels.ToArray();
        FillEmptyClusters(labels, SquaredDistancesTo(gram, labels, clusters), clusters);
        var distances = SquaredDistancesTo(gram, labels, clusters);
        for (var i = 0; i < MaxIterations; i++)
        {
            var nearest = Nearest(distances);
            FillEmptyClusters(nearest, distances, clusters);
            if (nearest.AsSpan().SequenceEqual(labels))
                break;
            labels = nearest;
            distances = SquaredDistancesTo(gram, labels, clusters);
        }
        return new KernelKMeans(labels, distances, labels.Select((c, i) => distances[i, c]).Sum());
    }

    /// <summary>
    /// k-means++: each further center is a point drawn with the square of its distance to the centers so far.
    /// </summary>
    private static int[] Start(double[,] gram, int clusters, Random random)
    {
        var n = gram.GetLength(0);
        var labels = new int[n];
        var nearest = new double[n];
        Array.Fill(nearest, double.PositiveInfinity);
        var center = random.Next(n);
        for (var c = 0; c < clusters; c++)
        {
            if (c > 0)
                center = Draw(nearest, random);
            for (var i = 0; i < n; i++)
            {
                var distance = Math.Max(0, gram[i, i] + gram[center, center] - 2 * gram[i, center]);
                if (distance >= nearest[i])
                    continue;
                nearest[i] = distance;
                labels[i] = c;
            }
        }
        return labels;
    }

    private static int Draw(double[] weights, Random random)
    {
        var target = random.NextDouble() * weights.Sum();
        for (var i = 0; i < weights.Length; i++)
            if ((target -= weights[i]) < 0)
                return i;
        return random.Next(weights.Length); // all points coincide with a center
    }

    private static double[,] SquaredDistancesTo(double[,] gram, int[] labels, int clusters)
    {
        var n = labels.Length;
        var distances = new double[n, clusters];
        var size = new int[clusters];
        var within = new double[clusters];
        foreach (var label in labels)
            size[label]++;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                distances[i, labels[j]] += gram[i, j]; // sums first
            within[labels[i]] += distances[i, labels[i]];
        }
        for (var i = 0; i < n; i++)
        for (var c = 0; c < clusters; c++)
            distances[i, c] =
                size[c] == 0
                    ? double.PositiveInfinity
                    : gram[i, i] - 2 * distances[i, c] / size[c] + within[c] / ((double)size[c] * size[c]);
        return distances;
    }

    private static int[] Nearest(double[,] distances)
    {
        var labels = new int[distances.GetLength(0)];
        for (var i = 0; i < labels.Length; i++)
        for (var c = 1; c < distances.GetLength(1); c++)
            if (distances[i, c] < distances[i, labels[i]])
                labels[i] = c;
        return labels;
    }

    /// <summary>
    /// Gives each empty cluster the point that is farthest from its own center and not the last of its cluster.
    /// </summary>
    private static void FillEmptyClusters(int[] labels, double[,] distances, int clusters)
    {
        var size = new int[clusters];
        foreach (var label in labels)
            size[label]++;
        for (var c = 0; c < clusters; c++)
        {
            if (size[c] > 0)
                continue;
            var farthest = Enumerable
                .Range(0, labels.Length)
                .Where(i => size[labels[i]] > 1)
                .MaxBy(i => distances[i, labels[i]]);
            size[labels[farthest]]--;
            labels[farthest] = c;
            size[c]++;
        }
    }
}
