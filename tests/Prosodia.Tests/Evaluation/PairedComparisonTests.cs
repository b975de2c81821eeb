using Prosodia.Evaluation.Metrics;
using Xunit;

namespace Prosodia.Tests.Evaluation;

public sealed class PairedComparisonTests
{
    [Fact]
    public void McNemar_is_the_exact_binomial_test()
    {
        // scipy.stats.binomtest(13, 36).pvalue and binomtest(2, 12).pvalue
        Assert.Equal(0.132498, Compare(13, 23).McNemar, 1e-6);
        Assert.Equal(0.038574, Compare(2, 10).McNemar, 1e-6);
        Assert.Equal(1, Compare(5, 5).McNemar);
        Assert.Equal(1, Compare(0, 0).McNemar);
        Assert.InRange(Compare(800, 1000).McNemar, 1e-6, 1e-5); // binomtest(800, 1800).pvalue is 2.7e-06
    }

    [Fact]
    public void A_run_is_as_good_as_itself()
    {
        var run = Random(1, 0.6);
        var comparison = PairedComparison.Of(run, run, seed: 1);
        Assert.Equal((1, 1), (comparison.McNemar, comparison.Permutation));
        Assert.Equal([0, 0], comparison.Interval.Limits());
    }

    [Fact]
    public void Better_for_every_speaker_is_as_unlikely_as_the_number_of_speakers_allows()
    {
        var comparison = PairedComparison.Of(Random(1, 0.2), Random(2, 0.95), seed: 1);
        Assert.Equal(2.0 / 256, comparison.Permutation, 1e-12); // all eight change sides, or none does
        Assert.True(comparison.Interval.Low > 0);
        Assert.Equal((8, 320), (comparison.Speakers, comparison.Recordings));
    }

    [Fact]
    public void Runs_that_are_as_good_are_called_different_one_time_in_twenty()
    {
        var called = Enumerable
            .Range(0, 200)
            .Count(i => PairedComparison.Of(Random(2 * i, 0.6), Random(2 * i + 1, 0.6), seed: 1).Permutation < 0.05);
        Assert.InRange(called, 2, 21); // 10 are expected; 2 and 21 leave out one in a thousand on either side
    }

    [Fact]
    public void Only_recordings_of_both_count_in_whatever_order()
    {
        var run = Random(1, 0.6);
        var comparison = PairedComparison.Of([.. run.Reverse()], run[..40], seed: 1);
        Assert.Equal((40, 1.0), (comparison.Recordings, comparison.McNemar));
        Assert.Throws<InputException>(() => PairedComparison.Of(run[..40], run[40..], seed: 1));
        Assert.Contains(
            "labeled differently",
            Assert
                .Throws<InputException>(() =>
                    PairedComparison.Of(run, [.. run.Select(p => p with { Truth = "x" })], seed: 1)
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    private static PairedComparison Compare(int onlyOne, int onlyOther)
    {
        Prediction[] one =
        [
            .. Enumerable.Range(0, 10 + onlyOne + onlyOther).Select(i => Say(i, $"{i % 4}", right: i < 10 + onlyOne)),
        ];
        Prediction[] other = [.. one.Select((p, i) => Say(i, p.Speaker, right: i < 10 || i >= 10 + onlyOne))];
        return PairedComparison.Of(one, other, seed: 1);
    }

    private static Prediction[] Random(int seed, double right)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 320).Select(i => Say(i, $"{i % 8}", random.NextDouble() < right))];
    }

    private static Prediction Say(int i, string speaker, bool right)
    {
        var truth = i / 8 % 2 == 0 ? "sad" : "happy";
        return new Prediction(
            $"{i}.wav",
            speaker,
            truth,
            right ? truth
                : truth == "sad" ? "happy"
                : "sad",
            [0.5, 0.5]
        );
    }
}
