using Prosodia.Segments;

namespace Prosodia.KeySegments;

/// <summary>
/// Radial basis function similarity of all pairs of segments, k(x, y) = exp(-|x - y|^2 / (2 sigma^2)), with sigma^2 the
/// median squared distance of the utterance's pairs, so that it fits loud and quiet recordings alike.
/// </summary>
/// <param name="SigmaSquared">The kernel's width.</param>
/// <param name="Gram">k of segments i and j at [i, j]; symmetric, ones on the diagonal.</param>
public sealed record RbfKernel(double SigmaSquared, double[,] Gram)
{
    private const int ManySegments = 200; // a minute of speech; below, other cores are better kept for other recordings
    private const double SmallestSigmaSquared = 1e-12; // silence: all segments are alike

    /// <summary>Compares all pairs of an utterance's segments.</summary>
    public static RbfKernel Of(SegmentedSpeech segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        var n = segments.Count;
        var gram = new double[n, n];
        void Row(int i)
        {
            for (var j = i + 1; j < n; j++) gram[i, j] = segments.SquaredDistance(i, j);
        }
        if (n < ManySegments) for (var i = 0; i < n; i++) Row(i);
        else Parallel.For(0, n, Row);

        var sigmaSquared = Math.Max(MedianAboveDiagonal(gram), SmallestSigmaSquared);
        for (var i = 0; i < n; i++)
        {
            gram[i, i] = 1;
            for (var j = i + 1; j < n; j++) gram[j, i] = gram[i, j] = Math.Exp(-gram[i, j] / (2 * sigmaSquared));
        }
        return new RbfKernel(sigmaSquared, gram);
    }

    private static double MedianAboveDiagonal(double[,] square)
    {
        var n = square.GetLength(0);
        if (n == 1) return 1;
        var values = new double[n * (n - 1) / 2];
        for (int i = 0, at = 0; i < n; i++)
            for (var j = i + 1; j < n; j++) values[at++] = square[i, j];
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
