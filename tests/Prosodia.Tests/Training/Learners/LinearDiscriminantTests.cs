using Prosodia.Training.Learners;
using TorchSharp;
using Xunit;

namespace Prosodia.Tests.Training.Learners;

[Trait("Tier", "Slow")]
public sealed class LinearDiscriminantTests
{
    private static readonly Random Random = new(3);
    private static readonly float[][] Examples =
    [
        .. Enumerable
            .Range(0, 60)
            .Select(i =>
                Enumerable.Range(0, 7).Select(f => (float)(Random.NextDouble() + (i % 3 == f % 3 ? 0.4 : 0))).ToArray()
            ),
    ];
    private static readonly int[] Labels = [.. Enumerable.Range(0, 60).Select(i => i % 3)];

    [Fact]
    public void It_says_what_the_form_for_many_features_says()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor([.. Examples.SelectMany(e => e)], [60, 7]).clone().to(torch.float64);
        var products = x.matmul(x.t());
        // shrinkage 0.5
        var many = new ShrinkageLda(7).Scores(
            new InnerProducts(products, products, products.diagonal()),
            Targets.OneHot(Labels, 3)
        )[1];
        var expected = many.contiguous().data<double>().ToArray().Chunk(3).ToArray();
        var few = LinearDiscriminant.Fit(
            LinearDiscriminant.Statistics.Of(Examples, Labels, Equal(Labels.Length), 3),
            0.5
        );
        foreach (var (example, scores) in Examples.Zip(expected))
        {
            var own = few.Score(example);
            Assert.Equal(scores[1] - scores[0], own[1] - own[0], 1e-6);
            Assert.Equal(scores[2] - scores[0], own[2] - own[0], 1e-6);
        }
    }

    [Fact]
    public void Groups_add_up_to_all()
    {
        using var scope = torch.NewDisposeScope();
        var parts = Examples
            .Zip(Labels)
            .Chunk(25)
            .Select(c =>
                LinearDiscriminant.Statistics.Of(
                    [.. c.Select(p => p.First)],
                    [.. c.Select(p => p.Second)],
                    Equal(c.Count()),
                    3
                )
            )
            .ToArray();
        var (sum, all) = (
            LinearDiscriminant.Fit(LinearDiscriminant.Statistics.Total(parts), 0.3),
            LinearDiscriminant.Fit(LinearDiscriminant.Statistics.Of(Examples, Labels, Equal(Labels.Length), 3), 0.3)
        );
        Assert.All(Examples, e => Assert.Equal(all.Score(e), sum.Score(e), (a, b) => Math.Abs(a - b) < 1e-9));
    }

    [Fact]
    public void Weights_count_like_repetitions()
    {
        using var scope = torch.NewDisposeScope();
        double[] weights = [.. Enumerable.Range(0, 60).Select(i => i % 2 + 1.0)];
        float[][] repeated = [.. Examples.SelectMany((e, i) => Enumerable.Repeat(e, i % 2 + 1))];
        int[] labels = [.. Labels.SelectMany((l, i) => Enumerable.Repeat(l, i % 2 + 1))];
        var (weighted, plain) = (
            LinearDiscriminant.Fit(LinearDiscriminant.Statistics.Of(Examples, Labels, weights, 3), 0.3),
            LinearDiscriminant.Fit(LinearDiscriminant.Statistics.Of(repeated, labels, Equal(repeated.Length), 3), 0.3)
        );
        Assert.All(Examples, e => Assert.Equal(plain.Score(e), weighted.Score(e), (a, b) => Math.Abs(a - b) < 1e-9));
    }

    private static double[] Equal(int count) => [.. Enumerable.Repeat(1.0, count)];
}
