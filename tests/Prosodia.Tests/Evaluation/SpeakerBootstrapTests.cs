using Prosodia.Evaluation.Metrics;
using Xunit;

namespace Prosodia.Tests.Evaluation;

/// <summary>
/// Intervals over speakers: simulated speakers who are understood differently well, so that the true UA is known.
/// </summary>
public sealed class SpeakerBootstrapTests
{
    private const double MeanRecall = 0.7,
        Deviation = 0.12;

    [Fact]
    public void Draws_whole_speakers()
    {
        // all of each speaker right, or all wrong: an interval over utterances would be narrow
        var interval = SpeakerBootstrap.Intervals(RightOrWrong(speakers: 6), ["x", "y"], seed: 1)["ua"];
        Assert.Equal([0, 1], interval.Limits());
        Assert.Equal("95 % over 6 speakers: 0.000 to 1.000", $"{interval}");
    }

    [Fact]
    public void Too_few_speakers_have_no_interval()
    {
        var interval = SpeakerBootstrap.Intervals(RightOrWrong(speakers: 4), ["x", "y"], seed: 1)["ua"];
        Assert.Empty(interval.Limits());
        Assert.Equal("no interval: 4 speakers are too few", $"{interval}");
    }

    private static Prediction[] RightOrWrong(int speakers) =>
        [
            .. Enumerable
                .Range(0, 100 * speakers)
                .Select(i => new Prediction(
                    $"{i}",
                    $"{i / 100}",
                    i % 2 == 0 ? "x" : "y",
                    i % 2 == 0 == (i / 100 % 2 == 0) ? "x" : "y",
                    [0.5, 0.5]
                )),
        ];

    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(24)]
    public void Covers_the_true_UA_93_to_97_times_in_100(int speakers)
    {
        const int Simulations = 400;
        var covered = 0;
        Parallel.For(
            0,
            Simulations,
            simulation =>
            {
                var interval = SpeakerBootstrap.Intervals(
                    Simulate(speakers, new Random(simulation)),
                    ["a", "b", "c"],
                    seed: 1
                )["ua"];
                if (interval.Low <= MeanRecall && MeanRecall <= interval.High)
                    Interlocked.Increment(ref covered);
            }
        );
        Assert.InRange((double)covered / Simulations, 0.93, 0.97);
    }

    /// <summary>Each speaker has a recall of their own, even around the mean; 60 recordings of each.</summary>
    private static Prediction[] Simulate(int speakers, Random random) =>
        [
            .. from speaker in Enumerable.Range(0, speakers)
            let recall = MeanRecall + Deviation * Math.Sqrt(3) * (2 * random.NextDouble() - 1)
            from i in Enumerable.Range(0, 60)
            let truth = "abc"[i % 3]
            let right = random.NextDouble() < recall
            select new Prediction(
                $"{speaker}-{i}",
                $"{speaker}",
                $"{truth}",
                $"{(right ? truth : truth == 'a' ? 'b' : 'a')}",
                []
            ),
        ];
}
