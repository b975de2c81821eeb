namespace Prosodia.KeySegments;

/// <summary>Similarity of two segments.</summary>
internal enum SegmentDistance
{
    /// <summary>Radial basis function, the paper's: k(x, y) = exp(-|x - y|^2 / (2 sigma^2)).</summary>
    Rbf,

    /// <summary>The plain distance of samples, to compare with.</summary>
    Euclidean,
}

/// <summary>
/// The similarity of all pairs of an utterance's segments. sigma^2 is the median squared distance of the pairs, so that
/// it fits both loud and quiet recordings.
/// </summary>
/// <param name="SigmaSquared">The median squared distance of the pairs: the width of the radial basis function.</param>
/// <param name="Gram">k of segments i and j at [i, j]; symmetric.</param>
internal sealed record SegmentKernel(double SigmaSquared, double[,] Gram)
{
    private const int ManySegments = 200; // a minute of speech; below, other cores are better kept for other recordings
    private const double MinSigmaSquared = 1e-12; // silence: all segments are equal

    /// <summary>Compares all pairs of an utterance's segments.</summary>
    public static SegmentKernel Of(SegmentedSpeech segments, SegmentDistance distance = SegmentDistance.Rbf)
    {
        ArgumentNullException.ThrowIfNull(segments);
        var n = segments.Count;
        var gram = new double[n, n];
        void Row(int i)
        {
            for (var j = i + 1; j < n; j++)
                gram[i, j] = segments.SquaredDistance(i, j);
        }
        if (n < ManySegments)
            for (var i = 0; i < n; i++)
                Row(i);
        else
            Parallel.For(0, n, Row);

        var sigmaSquared = Math.Max(MedianAboveDiagonal(gram), MinSigmaSquared);
        for (var i = 0; i < n; i++)
        for (var j = i; j < n; j++)
            gram[j, i] = gram[i, j] =
                // the distances that follow from this kernel are the plain ones
                distance == SegmentDistance.Rbf
                    ? Math.Exp(-gram[i, j] / (2 * sigmaSquared))
                    : -gram[i, j] / 2;
        return new SegmentKernel(sigmaSquared, gram);
    }

    private static double MedianAboveDiagonal(double[,] square)
    {
        var n = square.GetLength(0);
        if (n == 1)
            return 1;
        var values = new double[n * (n - 1) / 2];
        for (int i = 0, at = 0; i < n; i++)
        for (var j = i + 1; j < n; j++)
            values[at++] = square[i, j];
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
