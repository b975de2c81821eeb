using System.Numerics.Tensors;
using Prosodia.Audio;

namespace Prosodia.KeySegments;

/// <summary>The segment nearest a cluster's center, which stands for the cluster from here on.</summary>
/// <param name="Segment">Which segment of the utterance, from 0.</param>
/// <param name="Cluster">Its cluster, from 0.</param>
/// <param name="ClusterSize">How many segments the cluster has.</param>
/// <param name="SquaredDistance">d^2 to the center in the kernel's space, 0 to 2.</param>
internal readonly record struct KeySegment(int Segment, int Cluster, int ClusterSize, double SquaredDistance)
{
    /// <summary>Where the segment starts, in seconds.</summary>
    public double StartSeconds => (double)Segment * SegmentedSpeech.Hop / Recording.SampleRate;
}

/// <summary>Which segments of an utterance are kept.</summary>
internal enum SegmentChoice
{
    /// <summary>The segment nearest the center of each cluster, the paper's.</summary>
    Key,

    /// <summary>All segments.</summary>
    All,

    /// <summary>As many as there are clusters, drawn at random.</summary>
    Random,

    /// <summary>As many as there are clusters, from the beginning.</summary>
    First,
}

/// <summary>How key segments are chosen.</summary>
/// <param name="Beta">Factor on the mean neighbor distance; see <see cref="ShotBoundaries"/>.</param>
/// <param name="Starts">Starts of the clustering.</param>
/// <param name="Seed">Seed of the starts.</param>
internal sealed record KeySegmentOptions(
    double Beta = ShotBoundaries.DefaultBeta,
    int Starts = KernelKMeans.DefaultStarts,
    int Seed = 1
)
{
    /// <summary>Which segments are kept.</summary>
    public SegmentChoice Choice { get; init; }

    /// <summary>The distance of the clustering.</summary>
    public SegmentDistance Distance { get; init; }

    /// <summary>
    /// Key segments that are so many decibels quieter than the loudest one are left out; null keeps all.
    /// </summary>
    public double? SilenceDecibels { get; init; }
}

/// <summary>The key segments of an utterance and all that led to them. Source: the paper, section III-A.</summary>
/// <param name="Boundaries">The shot boundaries, which give K.</param>
/// <param name="Kernel">Similarity of all pairs of segments.</param>
/// <param name="Clustering">The clusters.</param>
/// <param name="Keys">One key segment a cluster, or what else was to be kept, in the order of time.</param>
internal sealed record KeySegmentSelection(
    ShotBoundaries Boundaries,
    SegmentKernel Kernel,
    KernelKMeans Clustering,
    IReadOnlyList<KeySegment> Keys
)
{
    /// <summary>Chooses the key segments of an utterance.</summary>
    public static KeySegmentSelection Select(SegmentedSpeech segments, KeySegmentOptions options)
    {
        ArgumentNullException.ThrowIfNull(segments);
        ArgumentNullException.ThrowIfNull(options);
        var boundaries = ShotBoundaries.Find(segments, options.Beta);
        var kernel = SegmentKernel.Of(segments, options.Distance);
        var clustering = KernelKMeans.Fit(kernel.Gram, boundaries.Clusters, options.Starts, options.Seed);
        var keys =
            options.Choice == SegmentChoice.Key
                ? NearestToCenters(clustering)
                : Others(segments, clustering, boundaries.Clusters, options);
        return new KeySegmentSelection(
            boundaries,
            kernel,
            clustering,
            options.SilenceDecibels is { } quieter ? WithoutSilence(segments, keys, quieter) : keys
        );
    }

    private static IReadOnlyList<KeySegment> WithoutSilence(
        SegmentedSpeech segments,
        IReadOnlyList<KeySegment> keys,
        double decibels
    )
    {
        float[] energies = [.. keys.Select(key => TensorPrimitives.SumOfSquares(segments[key.Segment]))];
        var least = energies.Max() * Math.Pow(10, -decibels / 10);
        return [.. keys.Zip(energies).Where(key => key.Second >= least).Select(key => key.First)];
    }

    /// <summary>What is kept where clusters don't decide.</summary>
    private static IReadOnlyList<KeySegment> Others(
        SegmentedSpeech segments,
        KernelKMeans clustering,
        int count,
        KeySegmentOptions options
    )
    {
        int[] order = [.. Enumerable.Range(0, segments.Count)];
        // as each recording has a draw of its own, segments of one place are not favored throughout a corpus
        if (options.Choice == SegmentChoice.Random)
            new Random(
                options.Seed ^ BitConverter.SingleToInt32Bits(TensorPrimitives.SumOfSquares(segments[0]))
            ).Shuffle(order);
        IEnumerable<int> kept = options.Choice == SegmentChoice.All ? order : order.Take(count).Order();
        return [.. kept.Select(i => KeyOf(i, clustering))];
    }

    private static KeySegment KeyOf(int segment, KernelKMeans clustering)
    {
        var cluster = clustering.Labels[segment];
        return new KeySegment(
            segment,
            cluster,
            clustering.Labels.Count(label => label == cluster),
            clustering.SquaredDistances[segment, cluster]
        );
    }

    /// <summary>
    /// The member nearest the center of each cluster, in the order of time; the earlier one of equals.
    /// </summary>
    public static IReadOnlyList<KeySegment> NearestToCenters(KernelKMeans clustering)
    {
        ArgumentNullException.ThrowIfNull(clustering);
        return
        [
            .. clustering
                .Labels.Index()
                .GroupBy(point => point.Item)
                .Select(cluster => cluster.MinBy(point => clustering.SquaredDistances[point.Index, cluster.Key]).Index)
                .Order()
                .Select(segment => KeyOf(segment, clustering)),
        ];
    }
}
