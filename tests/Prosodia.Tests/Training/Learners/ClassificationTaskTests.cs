using Prosodia.Training.Data;
using Prosodia.Training.Learners;
using Xunit;

namespace Prosodia.Tests.Training.Learners;

public sealed class ClassificationTaskTests
{
    private static readonly int[] Labels = [0, 1, -1];
    private static readonly double[][] Shares =
    [
        [0.75, 0.25],
        [0.4, 0.6],
        [0.5, 0.5],
    ];

    [Theory]
    [InlineData("Majority", 1.0, 0.0, 0.0, 1.0, 0.0, 0.0)]
    [InlineData("Weighted", 0.75, 0.0, 0.0, 0.6, 0.0, 0.0)]
    [InlineData("Distribution", 0.75, 0.25, 0.4, 0.6, 0.5, 0.5)]
    public void What_is_learned_of_votes_is_what_was_asked_for(string from, params double[] expected)
    {
        var task = new ClassificationTask(Labels, 2, Shares, Enum.Parse<VoteTraining>(from));
        Assert.Equal(expected, Enumerable.Range(0, 3).SelectMany(u => task.Target(u)));
        Assert.Equal(from == "Distribution", task.Teaches(2)); // a tie has no label
        Assert.True(task.Teaches(0));
    }

    [Fact]
    public void Draws_of_raters_are_always_the_same_and_as_frequent_as_their_votes()
    {
        double[][] shares = [.. Enumerable.Range(0, 4000).Select(_ => Shares[0])];
        var task = new ClassificationTask([.. shares.Select(_ => 0)], 2, shares, VoteTraining.OneRater);
        double[][] drawn = [.. shares.Select((_, u) => task.Target(u, u % 3))];
        Assert.All(drawn, d => Assert.Equal(1, d.Sum()));
        Assert.Equal(0.75, drawn.Average(d => d[0]), 0.03);
        Assert.Equal(drawn, shares.Select((_, u) => task.Target(u, u % 3)));
    }

    [Fact]
    public void A_loss_of_labels_is_that_of_votes_which_all_agree()
    {
        var held = new Dictionary<int, double[]> { [0] = [0.9, 0.1], [1] = [0.3, 0.7] };
        var labels = new ClassificationTask([0, 1], 2);
        var votes = new ClassificationTask(
            [0, 1],
            2,
            [
                [1, 0],
                [0, 1],
            ],
            VoteTraining.Distribution
        );
        Assert.Equal(-(Math.Log(0.9) + Math.Log(0.7)) / 2, labels.Loss(held), 1e-12);
        Assert.Equal(labels.Loss(held), votes.Loss(held), 1e-12);
    }
}
