using Prosodia.Training.Features;
using Xunit;

namespace Prosodia.Tests.Training.Features;

[Trait("Tier", "Slow")]
public sealed class TemporalFeaturesTests
{
    private const int Contours = 5;

    [Fact]
    public void Scaled_contours_have_mean_0_and_deviation_1_and_no_outliers()
    {
        float[][] recordings = [.. Enumerable.Range(0, 10).Select(i => Noise(100 + i, i, scale: 7, offset: 30))];
        var scale = DescriptorStandardizer.Fit(recordings, Contours);
        for (var c = 0; c < Contours; c++)
        {
            float[] all = [.. recordings.SelectMany(r => scale.Apply(r)[c])];
            Assert.Equal(0, all.Average(), 0.01);
            Assert.Equal(1, Math.Sqrt(all.Average(x => (double)x * x)), 0.01);
        }
        Assert.All(scale.Apply([1e9f, -1e9f, 30, 30, 30]), c => Assert.InRange(c[0], -4, 4));
    }

    [Fact]
    public void A_seed_draws_the_same_patterns_and_another_seed_others()
    {
        var contours = DescriptorStandardizer.Fit([Noise(80, 1)], Contours).Apply(Noise(80, 1));
        Assert.Equal(
            new RandomConvolutions(Contours, 1).Of(contours),
            new RandomConvolutions(Contours, 1).Of(contours)
        );
        Assert.NotEqual(
            new RandomConvolutions(Contours, 1).Of(contours),
            new RandomConvolutions(Contours, 2).Of(contours)
        );
    }

    [Fact]
    public void Statistics_of_a_pattern_are_in_order()
    {
        var features = new RandomConvolutions(Contours, 1).Of(
            DescriptorStandardizer.Fit([Noise(200, 1)], Contours).Apply(Noise(200, 1))
        );
        Assert.Equal(RandomConvolutions.Count, features.Length);
        foreach (
            var (mean, deviation, above, positive, step, low, high) in features
                .Chunk(7)
                .Select(f => (f[0], f[1], f[2], f[3], f[4], f[5], f[6]))
        )
        {
            Assert.InRange(mean, low, high);
            Assert.InRange(above, 0, 1);
            Assert.InRange(positive, Math.Max(0, mean), float.MaxValue);
            Assert.True(deviation > 0 && step > 0);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(17)]
    public void Even_a_few_frames_have_features(int frames)
    {
        var dynamics = TemporalFeatures.Fit([Noise(100, 1), Noise(120, 2)], Contours, seed: 1);
        Assert.All(dynamics.Of(Noise(frames, 3)).SelectMany(g => g), f => Assert.True(float.IsFinite(f)));
    }

    [Fact]
    public void Contours_that_move_together_are_told_from_those_that_do_not()
    {
        var apart = Enumerable.Range(0, 20).Select(i => Noise(200, i)).ToArray();
        var together = Enumerable.Range(0, 20).Select(i => Together(Noise(200, 100 + i))).ToArray();
        var covariances = LogCovariances.Fit([.. apart.Concat(together).Select(Columns)]);
        double Distance(float[] one, float[] other) =>
            Math.Sqrt(
                covariances
                    .Of(Columns(one))
                    .Zip(covariances.Of(Columns(other)), (a, b) => (double)(a - b) * (a - b))
                    .Sum()
            );
        Assert.True(Distance(apart[0], together[0]) > 2 * Distance(apart[0], apart[1]));
        Assert.True(Distance(apart[0], together[0]) > 2 * Distance(together[0], together[1]));
    }

    private static float[] Noise(int frames, int seed, float scale = 1, float offset = 0)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, frames * Contours)
                .Select(_ => offset + scale * (random.NextSingle() - random.NextSingle())),
        ];
    }

    /// <summary>The second contour follows the first.</summary>
    private static float[] Together(float[] contours) =>
        [.. contours.Select((x, i) => i % Contours == 1 ? contours[i - 1] + 0.1f * x : x)];

    private static float[][] Columns(float[] contours) =>
        [.. Enumerable.Range(0, Contours).Select(c => contours.Where((_, i) => i % Contours == c).ToArray())];
}
