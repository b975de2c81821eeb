using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Runs;
using Prosodia.KeySegments;
using Xunit;

namespace Prosodia.Tests.Evaluation;

public sealed class SeedSummaryTests
{
    [Fact]
    public void Figures_are_means_with_their_deviation()
    {
        var summary = new SeedSummary([Run(1, 8), Run(2, 10), Run(3, 12)]);
        Assert.Equal(0.5, summary.Mean.Ua, 1e-12);
        Assert.Equal(0.1, summary.Deviation.Ua, 1e-12);
        Assert.Equal(60, summary.Predictions.DistinctBy(p => p.Path).Count());
        Assert.InRange(0.5, summary.UaInterval.Low!.Value, summary.UaInterval.High!.Value);
    }

    [Fact]
    public void One_seed_has_its_own_figures_and_no_deviation()
    {
        var run = Run(1, 8);
        var summary = new SeedSummary([run]);
        Assert.Equal((run.Pooled, 0), (summary.Mean, summary.Deviation.Ua));
        Assert.Equal(run.Ci95["ua"], summary.UaInterval);
        Assert.Equal(run.Predictions, summary.Predictions);
    }

    /// <summary>Twenty recordings of five speakers, half of each class; so many are right.</summary>
    private static EvaluationResult Run(int seed, int right)
    {
        Prediction[] predictions =
        [
            .. Enumerable
                .Range(0, 20)
                .Select(i =>
                {
                    var (truth, other) = i % 2 == 0 ? ("happy", "sad") : ("sad", "happy");
                    return new Prediction($"{i}.wav", $"{i % 5}", truth, i < right ? truth : other, [0.5, 0.5]);
                }),
        ];
        var setup = new EvaluationSetup(
            "p",
            "",
            "c",
            "m",
            null,
            null,
            seed,
            new KeySegmentOptions(),
            null,
            new Dictionary<string, object>()
        );
        return new EvaluationResult(
            setup,
            ["happy", "sad"],
            [
                new FoldResult<Prediction>(
                    "1",
                    ["a"],
                    ["b"],
                    ["c"],
                    1,
                    1,
                    [new LossPoint(1, 1, 1)],
                    predictions,
                    predictions
                ),
            ]
        );
    }
}
