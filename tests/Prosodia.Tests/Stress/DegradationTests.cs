using Prosodia.Audio;
using Prosodia.Evaluation.Degradations;
using Prosodia.Evaluation.Stress;
using Xunit;

namespace Prosodia.Tests.Stress;

/// <summary>What conditions do to recordings.</summary>
public sealed class DegradationTests
{
    private static readonly Recording Speech = new(
        [.. TestData.Sine(300, Recording.SampleRate, 32_000).Select((x, t) => x * (t % 8000 < 6000 ? 1 : 0.01f))],
        []
    );

    [Theory]
    [InlineData(20)]
    [InlineData(5)]
    [InlineData(-3)]
    public void Added_sound_lies_so_far_under_the_recording(double decibels)
    {
        var mixed = Speech.With(Noises.White(10_000, seed: 1), decibels);
        float[] added = [.. mixed.Samples.Zip(Speech.Samples, (a, b) => a - b)];
        Assert.Equal(decibels, 10 * Math.Log10(Mixture.Power(Speech.Samples) / Mixture.Power(added)), 0.2);
    }

    [Fact]
    public void Filters_of_order_one_lose_3_dB_at_their_frequency_and_6_dB_an_octave_beyond()
    {
        double Loss(Func<Recording, Recording> filter, double hertz)
        {
            var tone = new Recording(TestData.Sine(hertz, Recording.SampleRate, 32_000), []);
            return 10
                * Math.Log10(
                    Mixture.Power(tone.Samples.AsSpan(8000)) / Mixture.Power(filter(tone).Samples.AsSpan(8000))
                );
        }
        Assert.Equal(3, Loss(r => r.LowPass(1000), 1000), 0.1);
        Assert.Equal(3, Loss(r => r.HighPass(1000), 1000), 0.1);
        Assert.Equal(12.3, Loss(r => r.HighPass(1000), 250), 0.3);
        Assert.InRange(Loss(r => r.LowPass(1000), 100), 0, 0.1);
    }

    [Fact]
    public void Clipping_cuts_the_share_of_samples_that_is_asked_for()
    {
        var clipped = Speech.Clipped(0.05);
        var peak = clipped.Samples.Max(Math.Abs);
        Assert.InRange(clipped.Samples.Count(x => Math.Abs(x) >= peak) / 32_000.0, 0.045, 0.07);
        Assert.Equal(32_000, clipped.Samples.Length);
    }

    [Fact]
    public void Tilt_changes_the_balance_of_octaves_and_not_the_level()
    {
        var two = new Recording(
            [.. TestData.Sine(500, 16_000, 32_768).Zip(TestData.Sine(4000, 16_000, 32_768), (a, b) => (a + b) / 4)],
            []
        );
        var tilted = two.Tilted(3);
        double Level(Recording r, double hertz) =>
            20
            * Math.Log10(
                Math.Sqrt(
                    Math.Pow(r.Samples.Select((x, t) => x * Math.Cos(2 * Math.PI * hertz * t / 16_000)).Sum(), 2)
                        + Math.Pow(r.Samples.Select((x, t) => x * Math.Sin(2 * Math.PI * hertz * t / 16_000)).Sum(), 2)
                )
            );
        var before = Level(two, 4000) - Level(two, 500);
        Assert.Equal(before + 9, Level(tilted, 4000) - Level(tilted, 500), 0.1); // three octaves
        Assert.Equal(Mixture.Power(two.Samples), Mixture.Power(tilted.Samples), 1e-3);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.2)]
    public void Packets_are_lost_at_the_rate_that_is_asked_for(double share)
    {
        var noise = new Recording(Noises.White(3_200_000, seed: 3), []);
        var lossy = noise.LosingPackets(share, seed: 1);
        var lost = Enumerable
            .Range(0, 10_000)
            .Count(p => !lossy.Samples.AsSpan(p * 320, 320).SequenceEqual(noise.Samples.AsSpan(p * 320, 320)));
        Assert.Equal(share, lost / 10_000.0, 0.02);
    }

    [Fact]
    public void Pink_noise_falls_by_3_dB_an_octave()
    {
        var pink = new Recording(Noises.Pink(1 << 19, seed: 1), []);
        double Band(double hertz)
        {
            var band = pink.HighPass(hertz)
                .HighPass(hertz)
                .HighPass(hertz)
                .LowPass(hertz)
                .LowPass(hertz)
                .LowPass(hertz);
            return 10 * Math.Log10(Mixture.Power(band.Samples) / hertz); // of each hertz
        }
        Assert.Equal(9, Band(200) - Band(1600), 1.5);
    }

    [Fact]
    public void Every_condition_gives_a_recording_that_can_be_used_and_the_same_one_again()
    {
        var around = new StressSurroundings(
            [.. Enumerable.Range(0, 8).Select(v => ($"{v}", Noises.White(20_000, v)))],
            [Noises.Music(16_000, 1)],
            Seed: 1
        );
        var sound = new StressSound(Speech, "0", Seed: 5);
        Assert.All(
            StressBattery.All.Where(c => c.Codec is null),
            condition =>
            {
                var degraded = condition.Degrade!(sound, around);
                Assert.All(degraded.Samples, x => Assert.True(float.IsFinite(x)));
                Assert.InRange(degraded.Samples.Length, 20_000, 45_000);
                if (condition.Family is not ("packet loss" or "clipping")) // of a short recording or a sine
                    Assert.NotEqual(Speech.Samples, degraded.Samples);
                Assert.Equal(degraded.Samples, condition.Degrade(sound, around).Samples);
            }
        );
        Assert.Equal(StressBattery.All.Count, StressBattery.All.DistinctBy(c => c.Name).Count());
    }

    [Fact]
    public void Codecs_keep_recordings_in_their_places()
    {
        var codecs = StressBattery.All.Where(c => c.Codec?.IsThere == true).ToArray();
        Assert.SkipWhen(codecs.Length == 0, "no ffmpeg with these encoders");
        var second = new Recording(TestData.Sine(700, Recording.SampleRate, 20_000), []);
        Assert.All(
            codecs,
            c =>
            {
                var coded = c.Codec!.Code([Speech, second]);
                Assert.Equal([32_000, 20_000], coded.Select(r => r.Samples.Length));
                // pauses are where they were, within the delay of a codec
                Assert.True(Mixture.Power(coded[0].Samples.AsSpan(6800, 1000)) < Mixture.Power(Speech.Samples) / 20);
                Assert.True(Mixture.Power(coded[1].Samples.AsSpan(1000)) > Mixture.Power(second.Samples) / 3);
            }
        );
    }
}
