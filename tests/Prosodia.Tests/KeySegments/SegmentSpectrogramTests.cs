using CsCheck;
using Prosodia.KeySegments;
using Xunit;

namespace Prosodia.Tests.KeySegments;

public sealed class SegmentSpectrogramTests
{
    [Fact]
    public void A_sine_on_a_bin_has_half_its_amplitude_there()
    {
        Gen.Int[4, 252]
            .Sample(
                bin =>
                {
                    var magnitudes = Magnitudes(TestData.Sine(bin * 31.25, 16000, 8000));
                    for (var frame = 4; frame < 58; frame++)
                    {
                        Assert.Equal(0.25, magnitudes[bin * SegmentSpectrogram.Frames + frame], 1e-5);
                        Assert.Equal(0, magnitudes[(bin + 3) % 257 * SegmentSpectrogram.Frames + frame], 1e-5);
                    }
                },
                iter: 40
            );
    }

    [Fact]
    public void Equals_the_definition()
    {
        var random = new Random(1);
        float[] samples = [.. Enumerable.Range(0, 8000).Select(_ => (float)(random.NextDouble() - 0.5))];
        var magnitudes = Magnitudes(samples);
        foreach (var (frame, bin) in new[] { (0, 0), (0, 3), (10, 256), (31, 77), (62, 200) })
        {
            var sum = System.Numerics.Complex.Zero;
            for (var t = 0; t < 512; t++)
            {
                var at = frame * 128 - 256 + t;
                at =
                    at < 0 ? -at
                    : at > 7999 ? 2 * 7999 - at
                    : at;
                sum +=
                    samples[at]
                    * (0.5 - 0.5 * Math.Cos(2 * Math.PI * t / 512))
                    * System.Numerics.Complex.Exp(new(0, -2 * Math.PI * bin * t / 512));
            }
            Assert.Equal(sum.Magnitude / 256, magnitudes[bin * SegmentSpectrogram.Frames + frame], 1e-6);
        }
    }

    [Fact]
    public void Several_segments_come_one_after_the_other()
    {
        float[] samples = [.. Enumerable.Range(0, 30_000).Select(i => MathF.Sin(i * i * 1e-6f))];
        var speech = new SegmentedSpeech(samples);
        var both = new float[2 * SegmentSpectrogram.Size];
        var one = new float[SegmentSpectrogram.Size];
        new SegmentSpectrogram().Magnitudes(speech, [3, 1], both);
        new SegmentSpectrogram().Magnitudes(speech, [1], one);
        Assert.Equal(one, both[SegmentSpectrogram.Size..]);
    }

    [Fact]
    public void Logarithms_have_a_floor()
    {
        float[] values = [0, 1e-9f, 1, 0.5f];
        SegmentSpectrogram.ToLog(values);
        Assert.Equal(
            [MathF.Log(1e-5f), MathF.Log(1e-5f), 0, MathF.Log(0.5f)],
            values,
            (a, b) => Math.Abs(a - b) < 1e-5
        );
    }

    private static float[] Magnitudes(float[] samples)
    {
        var magnitudes = new float[SegmentSpectrogram.Size];
        new SegmentSpectrogram().Magnitudes(new SegmentedSpeech(samples), [0], magnitudes);
        return magnitudes;
    }
}
