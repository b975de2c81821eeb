using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Protocols;
using Prosodia.Training.Adaptation;
using Prosodia.Training.Data;
using Prosodia.Training.Experiments;
using Xunit;

namespace Prosodia.Tests.Training.Adaptation;

[Trait("Tier", "Slow")]
public sealed class SpeakerAdaptationTests
{
    [Theory]
    [InlineData("speaker", "speaker")]
    [InlineData("speaker:12.5", "speaker:12.5")]
    [InlineData("neutral:3", "neutral:3")]
    [InlineData("neutral", null)]
    [InlineData("neutral:0", null)]
    [InlineData("speaker:-1", null)]
    [InlineData("room", null)]
    public void Names_are_understood_or_refused(string name, string? understood) =>
        Assert.Equal(understood, SpeakerAdaptation.Parse(name)?.Name);

    [Fact]
    public void Speakers_who_differ_in_everything_become_alike()
    {
        var adapted = Adapt("speaker");
        foreach (var speaker in Speakers)
        {
            var own = adapted
                .Utterances.Index()
                .Where(u => u.Item.Speaker == speaker)
                .Select(u => Values(adapted)[u.Index][0])
                .ToArray();
            Assert.Equal(0, own.Average(), 0.2);
            Assert.InRange(Math.Sqrt(own.Average(x => x * x)), 0.7, 1.3);
        }
    }

    [Fact]
    public void Neutral_recordings_that_enrolled_a_speaker_are_in_no_part()
    {
        var adapted = Adapt("neutral:4");
        Assert.Equal(5 * 16, adapted.Utterances.Count);
        Assert.All(
            Speakers,
            s => Assert.Equal(6, adapted.Utterances.Count(u => u.Speaker == s && u.Emotion == "neutral"))
        );
        Assert.All(
            Speakers,
            s =>
            {
                var neutral = adapted
                    .Utterances.Index()
                    .Where(u => u.Item.Speaker == s && u.Item.Emotion == "neutral")
                    .Average(u => Values(adapted)[u.Index][0]);
                Assert.Equal(0, neutral, 0.5);
            }
        );
    }

    [Theory]
    [InlineData("speaker")]
    [InlineData("neutral:4")]
    public void A_speaker_at_another_speed_is_a_speaker_of_its_own(string name)
    {
        var corpus = Corpus(1);
        float[][] faster = [.. corpus.Items[InputKind.Prosody].Select(x => new[] { 1.5f * x[0] + 40 })];
        corpus = corpus with
        {
            Perturbed = new Dictionary<InputKind, IReadOnlyList<IReadOnlyList<float[]>>>
            {
                [InputKind.Prosody] = [faster],
            },
        };
        var adapted = SpeakerAdaptation.Parse(name)!.Apply(corpus, u => new LeaveOneSpeakerOut().Split(u, 1), 1);
        var perturbed = adapted.Voices!.Standardize(adapted.Perturbed[InputKind.Prosody].Single(), [1]);
        // scaled and moved alike for all speakers
        Assert.All(Values(adapted).Zip(perturbed), x => Assert.Equal(x.First[0], x.Second[0], 1e-3));
    }

    [Fact]
    public void Few_neutral_recordings_are_told()
    {
        var error = Assert.Throws<InputException>(() => Adapt("neutral:11"));
        Assert.Contains("too few", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_one_tested_speaker_says_does_not_reach_another_tested_with_it()
    {
        // one fold tests speakers 1 and 2; the recordings of 2 change, what is made of 1 doesn't
        Fold[] Splits(IReadOnlyList<Utterance> all) =>
            [
                new Fold(
                    "a",
                    all.Where(u => u.Speaker is "3" or "4"),
                    all.Where(u => u.Speaker == "5"),
                    all.Where(u => u.Speaker is "1" or "2"),
                    true
                ),
            ];
        float[] Of(double loud)
        {
            var adapted = SpeakerAdaptation.Parse("speaker:3")!.Apply(Corpus(loud), Splits, 1);
            return
            [
                .. adapted
                    .Utterances.Index()
                    .Where(u => u.Item.Speaker == "1")
                    .Select(u => Values(adapted)[u.Index][0]),
            ];
        }
        Assert.Equal(Of(1), Of(1000));
    }

    private static IReadOnlyList<float[]> Values(ExperimentCorpus adapted) =>
        adapted.Voices!.Standardize(adapted.Items[InputKind.Prosody], [1]);

    private static string[] Speakers => ["1", "2", "3", "4", "5"];

    private static ExperimentCorpus Adapt(string name) =>
        SpeakerAdaptation.Parse(name)!.Apply(Corpus(1), u => new LeaveOneSpeakerOut().Split(u, 1), 1);

    /// <summary>
    /// Ten neutral and ten sad recordings of each speaker, whose voices differ in mean and deviation.
    /// </summary>
    private static ExperimentCorpus Corpus(double second)
    {
        var random = new Random(4);
        Utterance[] utterances =
        [
            .. Speakers.SelectMany(s =>
                Enumerable
                    .Range(0, 20)
                    .Select(i => new Utterance($"{s}-{i}.wav", s, i < 10 ? "neutral" : "sad") { Seconds = 1 })
            ),
        ];
        float[][] items =
        [
            .. utterances.Select(u =>
                new[]
                {
                    (float)(
                        (u.Speaker == "2" ? second : 1)
                        * (
                            10 * int.Parse(u.Speaker)
                            + (5 + int.Parse(u.Speaker)) / 7.0 * (random.NextDouble() + (u.Emotion == "sad" ? 1 : 0))
                        )
                    ),
                }
            ),
        ];
        return new ExperimentCorpus(
            utterances,
            new Dictionary<InputKind, IReadOnlyList<float[]>> { [InputKind.Prosody] = items },
            new Dictionary<InputKind, long[]> { [InputKind.Prosody] = [1] },
            [],
            []
        );
    }
}
