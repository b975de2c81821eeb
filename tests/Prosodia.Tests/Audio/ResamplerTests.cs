using CsCheck;
using Prosodia.Audio;
using Xunit;

namespace Prosodia.Tests.Audio;

public sealed class ResamplerTests
{
    public static TheoryData<int> Rates() => [8000, 11025, 11027, 22050, 44100, 44101, 48000, 96000];

    [Theory, MemberData(nameof(Rates))]
    public void Pass_band_is_flat_within_a_tenth_of_a_decibel(int rate)
    {
        var top = Math.Min(7000, rate / 2 * 7 / 8);
        for (var hertz = 50.0; hertz <= top; hertz *= 1.17)
            Assert.InRange(Decibels(Level(Resample(TestData.Sine(hertz, rate, rate)), hertz) / 0.5), -0.1, 0.1);
        Assert.InRange(Decibels(Level(Resample(TestData.Sine(top, rate, rate)), top) / 0.5), -0.1, 0.1);
    }

    [Theory, MemberData(nameof(Rates))]
    public void Aliases_and_images_are_80_decibels_down(int rate)
    {
        if (rate > 16000)
            for (var hertz = 8000.0; hertz < rate / 2.0; hertz += 613) // a sweep through all that 16 kHz cannot hold
                Assert.True(Decibels(Loudest(Resample(TestData.Sine(hertz, rate, rate))) / 0.5) < -80, $"{hertz} Hz");
        else
            // the mirror image above the input's Nyquist frequency
            for (var hertz = 100.0; hertz < rate / 2.0 * 7 / 8; hertz += 331)
                Assert.True(
                    Decibels(Level(Resample(TestData.Sine(hertz, rate, rate)), rate - hertz) / 0.5) < -80,
                    $"{hertz} Hz"
                );
    }

    [Theory, MemberData(nameof(Rates))]
    public void Adds_no_delay(int rate)
    {
        var got = Resample(TestData.Sine(300, rate, rate));
        var expected = TestData.Sine(300, 16000, 16000);
        Assert.Equal(16000, got.Length);
        for (var i = 1000; i < 15000; i++)
            Assert.Equal(expected[i], got[i], 0.002);
    }

    [Fact]
    public void Result_does_not_depend_on_the_blocks()
    {
        Gen.Select(Gen.Int[1, 96000], Gen.Float[-1, 1].Array[1, 3000], Gen.Int[1, 700])
            .Sample(
                (rate, input, block) =>
                {
                    var resampler = new Resampler(rate);
                    var output = new List<float>();
                    foreach (var part in input.Chunk(block))
                        resampler.Write(part, output);
                    resampler.Finish(output);
                    Assert.Equal(Resample(input, rate), output);
                    Assert.Equal((input.Length * 16000L + rate - 1) / rate, output.Count);
                },
                iter: 100
            );
    }

    private static float[] Resample(float[] second) => Resample(second, second.Length);

    private static float[] Resample(float[] input, int rate)
    {
        var resampler = new Resampler(rate);
        var output = new List<float>();
        resampler.Write(input, output);
        resampler.Finish(output);
        return [.. output];
    }

    private static double Decibels(double ratio) => 20 * Math.Log10(Math.Max(ratio, 1e-12));

    // away from the ends, where the signal begins and stops
    private static double Loudest(float[] samples) => samples.Skip(2000).Take(12000).Max(x => Math.Abs((double)x));

    /// <summary>Amplitude at a frequency: projection on it under a smooth window.</summary>
    private static double Level(float[] samples, double hertz)
    {
        double re = 0,
            im = 0,
            sum = 0;
        for (var i = 2000; i < 14000; i++)
        {
            var x = (i - 2000) / 12000.0;
            var w =
                0.35875
                - 0.48829 * Math.Cos(2 * Math.PI * x)
                + 0.14128 * Math.Cos(4 * Math.PI * x)
                - 0.01168 * Math.Cos(6 * Math.PI * x);
            re += w * samples[i] * Math.Cos(2 * Math.PI * hertz * i / 16000);
            im += w * samples[i] * Math.Sin(2 * Math.PI * hertz * i / 16000);
            sum += w;
        }
        return 2 * Math.Sqrt(re * re + im * im) / sum;
    }
}
