using MathNet.Numerics.LinearAlgebra;

namespace Prosodia.Training.Features;

/// <summary>
/// How an utterance's contours move together: logarithms of the covariance of their principal components and of these
/// components' steps over 40, 80 and 160 ms. Source: Arsigny et al., Log-Euclidean Metrics, Magnetic Resonance in
/// Medicine 56, 2006; Barachant et al., Classification of covariance matrices, Neurocomputing 112, 2013.
/// </summary>
internal sealed class LogCovariances
{
    private const int Components = 24;
    private const double Floor = 0.01; // variance added to each component, where those of all recordings have 1

    private static readonly int[] Lags = [4, 8, 16]; // frames

    private readonly Matrix<double> _components; // (contours, components), whitening

    private LogCovariances(Matrix<double> components) => _components = components;

    /// <summary>Finds the principal components of recordings.</summary>
    /// <param name="recordings">Each contour of each recording over all frames, on one scale.</param>
    public static LogCovariances Fit(IReadOnlyList<float[][]> recordings)
    {
        ArgumentNullException.ThrowIfNull(recordings);
        var contours = recordings[0].Length;
        var (sum, products) = (Vector<double>.Build.Dense(contours), Matrix<double>.Build.Dense(contours, contours));
        double frames = 0;
        foreach (var x in recordings.Select(Columns))
        {
            sum += x.ColumnSums();
            products += x.TransposeThisAndMultiply(x);
            frames += x.RowCount;
        }
        var mean = sum / frames;
        var system = (products / frames - mean.OuterProduct(mean)).Evd(Symmetricity.Symmetric); // values ascend
        var count = Math.Min(Components, contours);
        var scales = system.EigenValues.Real().Skip(contours - count).Select(v => 1 / Math.Sqrt(Math.Max(v, 1e-9)));
        return new LogCovariances(
            system.EigenVectors.SubMatrix(0, contours, contours - count, count)
                * Matrix<double>.Build.DenseOfDiagonalVector(Vector<double>.Build.DenseOfEnumerable(scales))
        );
    }

    /// <summary>
    /// The components' means, and each matrix's upper half; so that a difference of two of these is the Frobenius
    /// distance of the matrices.
    /// </summary>
    /// <param name="contours">Each contour over all frames, on the same scale.</param>
    public float[] Of(float[][] contours)
    {
        ArgumentNullException.ThrowIfNull(contours);
        var z = Columns(contours) * _components; // (frames, components)
        var mean = z.ColumnSums() / z.RowCount;
        var covariance = z.TransposeThisAndMultiply(z) / z.RowCount - mean.OuterProduct(mean);
        return
        [
            .. mean.Select(m => (float)m),
            .. UpperHalf(Logarithm(covariance)),
            .. Lags.SelectMany(lag => UpperHalf(Logarithm(StepProducts(z, lag)))),
        ];
    }

    private static Matrix<double> Columns(float[][] contours) =>
        Matrix<double>.Build.Dense(contours[0].Length, contours.Length, (f, c) => contours[c][f]);

    private static Matrix<double> StepProducts(Matrix<double> z, int lag)
    {
        if (z.RowCount <= lag)
            return Matrix<double>.Build.Dense(z.ColumnCount, z.ColumnCount);
        var rest = z.RowCount - lag;
        var steps = z.SubMatrix(lag, rest, 0, z.ColumnCount) - z.SubMatrix(0, rest, 0, z.ColumnCount);
        return steps.TransposeThisAndMultiply(steps) / rest;
    }

    private static Matrix<double> Logarithm(Matrix<double> covariance)
    {
        var system = (covariance + Floor * Matrix<double>.Build.DenseIdentity(covariance.RowCount)).Evd(
            Symmetricity.Symmetric
        );
        var logarithms = system.EigenValues.Real().Map(v => Math.Log(Math.Max(v, Floor / 2)));
        return system.EigenVectors
            * Matrix<double>.Build.DenseOfDiagonalVector(logarithms)
            * system.EigenVectors.Transpose();
    }

    private static IEnumerable<float> UpperHalf(Matrix<double> symmetric)
    {
        for (var i = 0; i < symmetric.RowCount; i++)
        for (var j = i; j < symmetric.ColumnCount; j++)
            yield return (float)(symmetric[i, j] * (i == j ? 1 : Math.Sqrt(2)));
    }
}
