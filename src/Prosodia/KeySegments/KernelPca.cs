namespace Prosodia.KeySegments;

/// <summary>
/// Places points in two dimensions so that their distances show a kernel's similarities, for pictures: the two
/// strongest principal components of the centered kernel. Source: Schoelkopf, Smola and Mueller, Neural Computation 10,
/// 1998.
/// </summary>
internal static class KernelPca
{
    private const int Iterations = 200; // of the power method; far more than a picture needs

    /// <summary>The two coordinates of each point.</summary>
    /// <param name="gram">The kernel of all pairs, (n, n).</param>
    public static (double[] X, double[] Y) Project(double[,] gram)
    {
        ArgumentNullException.ThrowIfNull(gram);
        var centered = Center(gram);
        var first = StrongestComponent(centered);
        var n = first.Length;
        for (var i = 0; i < n; i++)
        for (var j = 0; j < n; j++)
            centered[i, j] -= first[i] * first[j];
        return (first, StrongestComponent(centered));
    }

    private static double[,] Center(double[,] gram)
    {
        var n = gram.GetLength(0);
        var mean = new double[n];
        for (var i = 0; i < n; i++)
        for (var j = 0; j < n; j++)
            mean[i] += gram[i, j] / n;
        var total = mean.Average();
        var centered = new double[n, n];
        for (var i = 0; i < n; i++)
        for (var j = 0; j < n; j++)
            centered[i, j] = gram[i, j] - mean[i] - mean[j] + total;
        return centered;
    }

    /// <summary>The eigenvector of the largest eigenvalue, scaled by the eigenvalue's root.</summary>
    private static double[] StrongestComponent(double[,] matrix)
    {
        var n = matrix.GetLength(0);
        double[] vector = [.. Enumerable.Range(0, n).Select(i => Math.Cos(i + 1.0))]; // any start that favors no point
        double eigenvalue = 0;
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            var next = new double[n];
            for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                next[i] += matrix[i, j] * vector[j];
            eigenvalue = Math.Sqrt(next.Sum(x => x * x));
            if (eigenvalue < 1e-12)
                return new double[n]; // all points coincide
            vector = [.. next.Select(x => x / eigenvalue)];
        }
        return [.. vector.Select(x => x * Math.Sqrt(eigenvalue))];
    }
}
