using TorchSharp;
using static TorchSharp.torch;

namespace Prosodia.Training.Learners;

/// <summary>Systems of a positive semidefinite matrix with something added to its diagonal.</summary>
internal static class Ridge
{
    /// <summary>Solves (matrix + added I) x = right.</summary>
    public static Tensor Solve(Tensor matrix, double added, Tensor right)
    {
        using var scope = NewDisposeScope();
        using Scalar number = added;
        var system = matrix.clone();
        system.diagonal().add_(ones(matrix.shape[0], float64), number);
        return cholesky_solve(right, linalg.cholesky(system)).MoveToOuterDisposeScope();
    }
}
