using Prosodia.Audio;
using Prosodia.Evaluation.Degradations;
using Xunit;

namespace Prosodia.Tests.Training;

public sealed class SimulatedRoomTests
{
    [Theory]
    [InlineData(0.3, 0)]
    [InlineData(0.9, 6)]
    public void A_click_is_followed_by_a_decay_of_the_energy_and_the_time_asked_for(double time, double ratio)
    {
        var click = new float[2 * Recording.SampleRate];
        click[100] = 0.5f;
        var reverberant = new Recording(click, []).InRoom(time, ratio, seed: 3).Samples;
        Assert.Equal(click.Length, reverberant.Length);
        Assert.Equal(0.5, reverberant[100], 1e-3);
        Assert.All(reverberant[..100], x => Assert.Equal(0, x, 1e-4));
        double Energy(int from, int to) => reverberant[from..to].Sum(x => (double)x * x);
        Assert.Equal(ratio, 10 * Math.Log10(0.25 / Energy(101, reverberant.Length)), 0.05);
        // half of the time is 30 dB
        var part = (int)(time * Recording.SampleRate / 10);
        var fall = Energy(200, 200 + part) / Energy(200 + 5 * part, 200 + 6 * part);
        Assert.Equal(30, 10 * Math.Log10(fall), 2.0);
    }

    [Fact]
    public void The_same_seed_is_the_same_room()
    {
        var random = new Random(1);
        var speech = new Recording([.. Enumerable.Range(0, 8000).Select(_ => random.NextSingle() - 0.5f)], []);
        Assert.Equal(speech.InRoom(0.5, 0, 1).Samples, speech.InRoom(0.5, 0, 1).Samples);
        Assert.NotEqual(speech.InRoom(0.5, 0, 1).Samples, speech.InRoom(0.5, 0, 2).Samples);
    }
}
