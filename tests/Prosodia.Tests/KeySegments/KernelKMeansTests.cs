using CsCheck;
using Prosodia.KeySegments;
using Xunit;

namespace Prosodia.Tests.KeySegments;

public sealed class KernelKMeansTests
{
    private static readonly Gen<(double[] Points, int Clusters)> Problem = Gen.Double[-3, 3]
        .Array[1, 25]
        .SelectMany(points => Gen.Int[1, points.Length].Select(k => (points, k)));

    [Fact]
    public void Every_cluster_has_a_member_and_every_point_is_at_its_nearest_centre()
    {
        Problem.Sample(
            (points, clusters) =>
            {
                var clustering = KernelKMeans.Fit(Gram(points), clusters);
                Assert.Equal(clusters, clustering.Labels.Distinct().Count());
                var size = clustering.Labels.CountBy(l => l).ToDictionary();
                for (var i = 0; i < points.Length; i++)
                {
                    if (size[clustering.Labels[i]] == 1)
                        continue; // may have been moved to fill an empty cluster
                    for (var c = 0; c < clusters; c++)
                        Assert.True(
                            clustering.SquaredDistances[i, clustering.Labels[i]]
                                <= clustering.SquaredDistances[i, c] + 1e-9
                        );
                }
            },
            iter: 300
        );
    }

    [Fact]
    public void More_starts_are_never_worse()
    {
        Problem.Sample(
            (points, clusters) =>
                Assert.True(
                    KernelKMeans.Fit(Gram(points), clusters, starts: 8).Objective
                        <= KernelKMeans.Fit(Gram(points), clusters, starts: 1).Objective + 1e-12
                ),
            iter: 200
        );
    }

    [Fact]
    public void The_same_seed_gives_the_same_clusters()
    {
        Problem.Sample(
            (points, clusters) =>
                Assert.Equal(
                    KernelKMeans.Fit(Gram(points), clusters, seed: 5).Labels,
                    KernelKMeans.Fit(Gram(points), clusters, seed: 5).Labels
                ),
            iter: 100
        );
    }

    [Fact]
    public void Distances_are_those_of_the_kernels_space()
    {
        // A linear kernel spans the space itself, where the center is the plain mean.
        double[] points = [0, 1, 2, 10, 11];
        var gram = new double[5, 5];
        for (var i = 0; i < 5; i++)
        for (var j = 0; j < 5; j++)
            gram[i, j] = points[i] * points[j];
        var clustering = KernelKMeans.Run(gram, 2, [0, 0, 0, 1, 1]);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(Math.Pow(points[i] - 1, 2), clustering.SquaredDistances[i, 0], 1e-9);
            Assert.Equal(Math.Pow(points[i] - 10.5, 2), clustering.SquaredDistances[i, 1], 1e-9);
        }
        Assert.Equal(2.5, clustering.Objective, 1e-9);
    }

    [Fact]
    public void The_kernel_orders_points_unlike_Euclid()
    {
        // Nearest the mean in input space is the point between the groups; in the kernel's space it is one of the
        // larger group.
        double[] points = [-2, -1.9, -2.1, 0.1, 2.4, 2.6];
        var gram = Gram(points, sigmaSquared: 0.25);
        var clustering = KernelKMeans.Run(gram, 1, new int[6]);
        var kernelNearest = Enumerable.Range(0, 6).MinBy(i => clustering.SquaredDistances[i, 0]);
        var euclidNearest = Enumerable.Range(0, 6).MinBy(i => Math.Abs(points[i] - points.Average()));
        Assert.Equal((0, 3), (kernelNearest, euclidNearest));
    }

    [Fact]
    public void Empty_clusters_of_a_start_are_filled()
    {
        var clustering = KernelKMeans.Run(Gram([0, 0.1, 5, 5.1]), 3, [0, 0, 0, 0]);
        Assert.Equal(3, clustering.Labels.Distinct().Count());
    }

    private static double[,] Gram(double[] points, double sigmaSquared = 1)
    {
        var gram = new double[points.Length, points.Length];
        for (var i = 0; i < points.Length; i++)
        for (var j = 0; j < points.Length; j++)
            gram[i, j] = Math.Exp(-Math.Pow(points[i] - points[j], 2) / (2 * sigmaSquared));
        return gram;
    }
}
