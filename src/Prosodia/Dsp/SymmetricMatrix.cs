namespace Prosodia.Dsp;

/// <summary>Functions of small symmetric matrices.</summary>
internal static class SymmetricMatrix
{
    private const int MaxSweeps = 50;
    private const double Accuracy = 1e-12; // of what is left off the diagonal, relative to the whole

    /// <summary>
    /// The logarithm of a positive definite matrix. Source: the cyclic Jacobi method, Golub and Van Loan, Matrix
    /// Computations, 4th edition, section 8.5.
    /// </summary>
    /// <param name="matrix">(n, n), symmetric.</param>
    /// <param name="least">What smaller eigenvalues count as.</param>
    public static double[,] Logarithm(double[,] matrix, double least)
    {
        var n = matrix.GetLength(0);
        var (a, v) = (Rows(matrix), Identity(n));
        var whole = a.Sum(row => row.Sum(x => x * x));
        for (var sweep = 0; sweep < MaxSweeps && OffDiagonal(a) > Accuracy * Accuracy * whole; sweep++)
        for (var p = 0; p < n - 1; p++)
        for (var q = p + 1; q < n; q++)
            Rotate(a, v, p, q);
        var logarithm = new double[n, n];
        for (var k = 0; k < n; k++)
        {
            var value = Math.Log(Math.Max(a[k][k], least));
            var vector = v[k];
            for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                logarithm[i, j] += value * vector[i] * vector[j];
        }
        return logarithm;
    }

    /// <summary>Makes the element (p, q) zero; the rows of v become the eigenvectors.</summary>
    private static void Rotate(double[][] a, double[][] v, int p, int q)
    {
        if (a[p][q] == 0)
            return;
        var theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        var t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt(1 + theta * theta));
        var c = 1 / Math.Sqrt(1 + t * t);
        var s = t * c;
        foreach (var row in a)
            (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
        Turn(a[p], a[q], c, s);
        Turn(v[p], v[q], c, s);
    }

    private static void Turn(double[] first, double[] second, double c, double s)
    {
        for (var i = 0; i < first.Length; i++)
            (first[i], second[i]) = (c * first[i] - s * second[i], s * first[i] + c * second[i]);
    }

    private static double OffDiagonal(double[][] a) => a.Select((row, i) => row.Take(i).Sum(x => x * x)).Sum();

    private static double[][] Rows(double[,] matrix) =>
        [
            .. Enumerable
                .Range(0, matrix.GetLength(0))
                .Select(i => Enumerable.Range(0, matrix.GetLength(1)).Select(j => matrix[i, j]).ToArray()),
        ];

    private static double[][] Identity(int n) =>
        [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Select(j => i == j ? 1.0 : 0).ToArray())];
}
