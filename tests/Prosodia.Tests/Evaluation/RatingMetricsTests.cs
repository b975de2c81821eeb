using Prosodia.Evaluation.Metrics;
using Xunit;

namespace Prosodia.Tests.Evaluation;

public sealed class RatingMetricsTests
{
    [Fact]
    public void Figures_of_numbers_are_scipys()
    {
        foreach (var golden in TestData.Golden("ratings.json").GetProperty("numbers").EnumerateArray())
        {
            var figures = RegressionMetrics.Of(
                golden.GetProperty("truth").Doubles(),
                golden.GetProperty("predicted").Doubles()
            );
            foreach (var (name, value) in figures.All)
                Assert.Equal(golden.GetProperty(name).GetDouble(), value, 1e-10);
        }
    }

    [Fact]
    public void Figures_of_votes_are_scipys()
    {
        foreach (var golden in TestData.Golden("ratings.json").GetProperty("votes").EnumerateArray())
        {
            var shares = VoteMetrics.Shares(golden.GetProperty("votes").Doubles());
            var predicted = golden.GetProperty("predicted").Doubles();
            Assert.Equal(golden.GetProperty("entropy").GetDouble(), VoteMetrics.Entropy(shares), 1e-10);
            Assert.Equal(golden.GetProperty("kl").GetDouble(), VoteMetrics.KullbackLeibler(shares, predicted), 1e-10);
            Assert.Equal(golden.GetProperty("jsd").GetDouble(), VoteMetrics.JensenShannon(shares, predicted), 1e-10);
        }
    }

    [Fact]
    public void A_pair_drawn_twice_counts_as_two_pairs()
    {
        double[] truth = [1, 2, 2, 5, 4],
            predicted = [1.5, 2, 3, 3, 3];
        var weighted = new WeightedPairs(truth, predicted).Of([2, 0, 1, 3, 1]);
        int[] drawn = [0, 0, 2, 3, 3, 3, 4];
        var repeated = RegressionMetrics.Of([.. drawn.Select(i => truth[i])], [.. drawn.Select(i => predicted[i])]);
        foreach (var (one, other) in weighted.All.Zip(repeated.All))
            Assert.Equal(other.Value, one.Value, 1e-12);
    }

    [Fact]
    public void Constant_numbers_have_no_correlation_and_no_infinite_figure()
    {
        var figures = RegressionMetrics.Of([1, 2, 3], [2, 2, 2]);
        Assert.Equal((0, 0, 0), (figures.Ccc, figures.Pearson, figures.Spearman));
        Assert.Equal(1, RegressionMetrics.Of([2, 2], [2, 2]).Ccc);
    }

    [Theory]
    [InlineData(20, 0.5)]
    [InlineData(60, 0.5)]
    [InlineData(60, 0)]
    [InlineData(22, 1)]
    public void Intervals_of_90_percent_cover_88_to_92_on_unknown_speakers(int speakers, double ofSpeaker)
    {
        var random = new Random(speakers);
        double Normal() => MathNet.Numerics.Distributions.Normal.Sample(random, 0, 1);
        double[][] Errors(int count) =>
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(_ => ofSpeaker * Normal())
                    .Select(own => Enumerable.Range(0, 20 + random.Next(60)).Select(_ => own + Normal()).ToArray()),
            ];
        var coverage = Enumerable
            .Range(0, 60)
            .Average(_ =>
            {
                var half = ConformalInterval.HalfWidth(Errors(speakers))!.Value;
                return Errors(40).Average(s => s.Average(e => Math.Abs(e) <= half ? 1.0 : 0));
            });
        Assert.InRange(coverage, 0.88, 0.92);
    }

    [Fact]
    public void Of_too_few_recordings_there_is_no_interval()
    {
        Assert.Null(
            ConformalInterval.HalfWidth([
                [1, 2],
                [3],
            ])
        );
        Assert.NotNull(
            ConformalInterval.HalfWidth([
                [.. Enumerable.Range(1, 10).Select(i => (double)i)],
            ])
        );
    }

    [Fact]
    public void One_rater_is_judged_by_the_others()
    {
        // of three raters two agree: each of them finds a tie among the others, or is against them
        var agreement = RaterAgreement.Of(
            [
                [2, 1],
                [0, 3],
            ],
            1
        )!;
        // the first: the two find a tie among the others; the third is judged by two for the first label, and is wrong;
        // the second: all three are right
        Assert.Equal(0.5, agreement.Ua, 1e-12);
        Assert.Equal(0.75, agreement.Wa, 1e-12);
        Assert.Equal(2, agreement.Recordings);
        Assert.Null(
            RaterAgreement.Of(
                [
                    [1, 0],
                ],
                1
            )
        );
        var values = RaterAgreement.Of([
            [1.0, 2, 3],
            [4.0, 4],
        ])!;
        Assert.Equal(RegressionMetrics.Of([2.5, 2, 1.5, 4, 4], [1, 2, 3, 4, 4]), values);
    }

    [Fact]
    public void Halves_of_raters_who_agree_don_t_diverge()
    {
        Assert.Equal(
            0,
            RaterAgreement
                .Of(
                    [
                        [8, 0],
                        [0, 8],
                    ],
                    1
                )!
                .JsdOfHalves,
            1e-12
        );
        Assert.True(
            RaterAgreement
                .Of(
                    [
                        [4, 4],
                        [4, 4],
                    ],
                    1
                )!
                .JsdOfHalves > 0.02
        );
    }

    [Fact]
    public void Several_labels_have_thresholds_of_their_own()
    {
        // the second label is never predicted above 0.3, and yet can be told apart
        double[][] shares =
        [
            [1, 0, 0],
            [0.5, 0.5, 0],
            [0, 0, 1],
            [0.4, 0.6, 0],
        ];
        double[][] predicted =
        [
            [0.8, 0.1, 0.1],
            [0.6, 0.3, 0.1],
            [0.2, 0.1, 0.7],
            [0.5, 0.25, 0.25],
        ];
        var thresholds = SeveralLabels.Thresholds(shares, predicted);
        Assert.Equal([0.5, 0.25, 0.7], thresholds);
        bool[][] labels = [.. predicted.Select(p => p.Zip(thresholds, (x, t) => x >= t).ToArray())];
        Assert.Equal(1, SeveralLabels.MacroF1(shares, labels), 1e-12);
        Assert.Equal([true, true, false], SeveralLabels.Of([0.4, 0.6, 0]));
    }

    [Fact]
    public void Calibration_finds_the_votes_that_probabilities_stand_for()
    {
        var random = new Random(3);
        double[][] probabilities =
        [
            .. Enumerable
                .Range(0, 400)
                .Select(_ => Probabilities.Softmax([.. Enumerable.Range(0, 3).Select(_ => 2 * random.NextDouble())])),
        ];
        double[] factors = [1, 3, 0.5];
        double[][] shares =
        [
            .. probabilities.Select(p => VoteMetrics.Shares([.. p.Zip(factors, (x, f) => f * Math.Pow(x, 1.5))])),
        ];
        var calibration = VoteCalibration.Fit(probabilities, shares);
        Assert.True(
            probabilities.Zip(shares).Average(p => VoteMetrics.JensenShannon(p.Second, calibration.Apply(p.First)))
                < 0.001
        );
        Assert.Equal(1, calibration.Apply([1, 0, 0]).Sum(), 1e-12);
    }

    [Fact]
    public void Paired_differences_are_those_of_speakers()
    {
        var random = new Random(4);
        (string, double, double, double)[] pairs =
        [
            .. Enumerable
                .Range(0, 240)
                .Select(i =>
                {
                    var truth = random.NextDouble();
                    return ($"{i / 20}", truth, truth + 0.5 * random.NextDouble(), truth + 0.1 * random.NextDouble());
                }),
        ];
        var ccc = PairedStatistic.OfConcordance(pairs, 1);
        var figures = RegressionMetrics.Of([.. pairs.Select(p => p.Item2)], [.. pairs.Select(p => p.Item4)]);
        Assert.Equal(figures.Ccc, ccc.Other, 1e-9);
        Assert.Equal((240, 12), (ccc.Recordings, ccc.Speakers));
        Assert.True(ccc.Permutation < 0.01 && ccc.Interval.Low > 0);
        var same = PairedStatistic.OfMeans([.. pairs.Select(p => (p.Item1, p.Item2, p.Item2))], 1);
        Assert.Equal((1, 0), (same.Permutation, same.Other - same.One));
    }
}
