using Prosodia.Audio;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Recognition;
using Xunit;

namespace Prosodia.Tests.Recognition;

public sealed class InputNormalizerTests
{
    private static readonly float[] Voice = [.. SyntheticCorpus.Speak(3).First()];

    public static TheoryData<string, Func<float, float>> Lines() =>
        new()
        {
            { "30 dB quieter", x => x * 0.0316f },
            { "louder", x => x * 1.9f },
            { "with an offset", x => x + 0.1f },
            { "upside down and with an offset", x => x - 0.05f },
        };

    [Theory, MemberData(nameof(Lines))]
    public void Level_and_offset_change_nothing(string _, Func<float, float> line)
    {
        var (plain, start) = InputNormalizer.Apply(Voice);
        var (changed, changedStart) = InputNormalizer.Apply([.. Voice.Select(line)]);
        Assert.Equal(start, changedStart);
        Assert.Equal(plain.Samples.Length, changed.Samples.Length);
        var largest = plain.Samples.Zip(changed.Samples, (a, b) => Math.Abs(a - b)).Max();
        Assert.InRange(largest, 0, 0.002);
    }

    [Fact]
    public void Silence_around_speech_is_cut_off()
    {
        var (plain, _) = InputNormalizer.Apply(Voice);
        var (padded, start) = InputNormalizer.Apply([.. new float[16_000], .. Voice, .. new float[16_000]]);
        Assert.Equal(plain.Samples, padded.Samples, (a, b) => Math.Abs(a - b) < 0.001f);
        Assert.InRange(start, 16_000, 16_000 + 0.5 * Recording.SampleRate);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(3000, true)]
    [InlineData(3700, false)]
    [InlineData(6000, false)]
    [InlineData(10, false)]
    public void What_a_telephone_does_not_let_through_is_not_heard(double hertz, bool heard)
    {
        float[] mixed =
        [
            .. TestData.Sine(500, 16_000, 16_000).Zip(TestData.Sine(hertz, 16_000, 16_000), (a, b) => a + b),
        ];
        var speech = InputNormalizer.Apply(mixed).Speech.Samples;
        var (sine, cosine) = (0.0, 0.0);
        for (var i = 0; i < speech.Length; i++)
        {
            sine += speech[i] * Math.Sin(2 * Math.PI * hertz * i / 16_000);
            cosine += speech[i] * Math.Cos(2 * Math.PI * hertz * i / 16_000);
        }
        var amplitude = 2 * Math.Sqrt(sine * sine + cosine * cosine) / speech.Length;
        if (heard)
            Assert.InRange(amplitude, 0.03, 0.06);
        else
            Assert.InRange(amplitude, 0, 0.003);
    }

    [Fact]
    public void Silence_stays_finite() =>
        Assert.All(InputNormalizer.Apply(new float[5000]).Speech.Samples, x => Assert.True(float.IsFinite(x)));
}
