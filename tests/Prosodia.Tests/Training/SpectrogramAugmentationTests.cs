using Prosodia.Training.Augmentation;
using Xunit;

namespace Prosodia.Tests.Training;

[Trait("Tier", "Slow")]
public sealed class SpectrogramAugmentationTests
{
    private const int Bins = 257,
        Frames = 63,
        Size = Bins * Frames;

    [Fact]
    public void The_same_seed_gives_the_same_voices_and_another_seed_others()
    {
        Assert.Equal(Augmented(1), Augmented(1));
        Assert.NotEqual(Augmented(1), Augmented(2));
    }

    [Fact]
    public void Gaps_are_few_and_all_values_come_from_the_spectrogram_and_one_level()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var values = Augmented(seed);
            Assert.InRange(values.Count(v => v == 0) / (double)values.Length, 0, 0.45);
            Assert.All(values, v => Assert.InRange(v, -0.5f, Bins + 0.5f));
        }
    }

    [Fact]
    public void Frequencies_are_stretched_by_at_most_12_percent()
    {
        for (var seed = 0; seed < 50; seed++)
            foreach (var (i, value) in Augmented(seed).Index())
            {
                var bin = i % Size / Frames + 1;
                if (value != 0 && bin < 200)
                    Assert.InRange(value, bin / 1.13 - 1.5, bin * 1.13 + 1.5);
            }
    }

    /// <summary>Two utterances of 1 and 2 spectrograms whose values are the numbers of their bins, from 1.</summary>
    private static float[] Augmented(int seed)
    {
        float[] values = [.. Enumerable.Range(0, 3 * Size).Select(i => (float)(i % Size / Frames + 1))];
        new SpectrogramAugmentation(Bins, Frames, new Random(seed)).Apply(values, [1, 2]);
        return values;
    }
}
