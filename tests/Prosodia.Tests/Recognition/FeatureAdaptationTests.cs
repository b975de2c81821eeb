using CsCheck;
using Prosodia.Recognition;
using Xunit;

namespace Prosodia.Tests.Recognition;

public sealed class FeatureAdaptationTests
{
    [Fact]
    public void Many_recordings_have_mean_0_and_deviation_1_once_adapted() =>
        Gen.Select(Gen.Float[-2, 2], Gen.Float[0.3f, 2], Gen.Int[0, 1000])
            .Sample(
                (mean, deviation, seed) =>
                {
                    var random = new Random(seed);
                    float[][] recordings =
                    [
                        .. Enumerable
                            .Range(0, 4000)
                            .Select(_ => new[] { mean + deviation * (float)(random.NextDouble() * 3.46 - 1.73) }),
                    ];
                    var adaptation = FeatureAdaptation.Of(recordings);
                    Assert.Equal(4000, adaptation.Recordings);
                    var adapted = recordings.Select(r => (double)adaptation.Apply(r)[0]).ToArray();
                    Assert.Equal(0, adapted.Average(), 0.05);
                    Assert.Equal(1, Math.Sqrt(adapted.Average(a => a * a)), 0.05);
                },
                iter: 50
            );

    [Fact]
    public void One_recording_says_little()
    {
        var adaptation = FeatureAdaptation.Of([
            [2f, -1f],
        ]);
        Assert.Equal([2 / 6f, -1 / 6f], adaptation.Shift, (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.All(adaptation.Gain, g => Assert.InRange(g, 1, 1.1f));
    }

    [Fact]
    public void Features_that_never_change_stay_in_bounds()
    {
        var adaptation = FeatureAdaptation.Of(Enumerable.Repeat(new[] { 2.8f }, 1000));
        Assert.Equal(0, adaptation.Apply([2.8f])[0], 0.2f);
        Assert.Equal(-FeatureAdaptation.Furthest, adaptation.Apply([-2.8f])[0]);
    }

    [Fact]
    public void Nothing_is_no_source() => Assert.Throws<InvalidOperationException>(() => FeatureAdaptation.Of([]));
}
