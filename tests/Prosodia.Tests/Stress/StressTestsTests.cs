using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Stress;
using Xunit;

namespace Prosodia.Tests.Stress;

/// <summary>Tests of models whose faults are known.</summary>
public sealed class StressTestsTests
{
    private static readonly string[] Emotions = ["angry", "happy", "neutral", "sad"];
    private static readonly StressCondition[] Conditions =
    [
        new("hiss", 40, "dB", StressDemand.Small),
        new("hiss", 20, "dB", StressDemand.Usual),
        new("hiss", 0, "dB", StressDemand.Beyond),
    ];

    [Fact]
    public void A_model_that_is_always_right_fails_nothing()
    {
        var tests = Run((u, _) => u.Emotion);
        Assert.DoesNotContain(tests, t => t.Passes == false);
        Assert.Contains(tests, t => t is { Group: StressTest.Fairness, Passes: true });
        Assert.All(
            tests.Where(t => t.Passes is null),
            t => Assert.True(t.Name.EndsWith("ranking of speakers") || t.Metric.StartsWith("AUROC"))
        );
    }

    [Fact]
    public void A_model_that_fails_women_is_unfair_and_one_that_fails_noise_not_robust()
    {
        var tests = Run((u, c) => u.Sex == "female" && u.Emotion == "happy" ? "angry" : u.Emotion);
        Assert.Contains(tests, t => t is { Group: StressTest.Fairness, Name: "sex female", Passes: false });
        Assert.DoesNotContain(tests, t => t is { Group: StressTest.Robustness, Passes: false });

        tests = Run((u, c) => c == 1 ? "sad" : u.Emotion);
        Assert.Equal(
            ["hiss 20 dB"],
            tests.Where(t => t is { Group: StressTest.Robustness, Passes: false }).Select(t => t.Name)
        );
        tests = Run((u, c) => c == 2 ? "sad" : u.Emotion); // beyond what is asked for
        Assert.DoesNotContain(tests, t => t is { Group: StressTest.Robustness, Passes: false });
    }

    [Fact]
    public void A_class_that_does_not_occur_fails_nothing()
    {
        var tests = Run((u, _) => u.Emotion == "sad" ? "happy" : u.Emotion, relabel: e => e == "sad" ? "happy" : e);
        Assert.DoesNotContain(tests, t => t.Passes == false);
        Assert.Contains(tests, t => t is { Name: "sad", Metric: "precision", Passes: null });
    }

    [Fact]
    public void A_class_that_is_never_answered_fails_without_an_error()
    {
        var tests = Run((u, _) => u.Emotion == "sad" ? "happy" : u.Emotion, unequal: true);
        Assert.Contains(tests, t => t is { Name: "sad", Metric: "precision", Value: 0 });
        Assert.Contains(tests, t => t is { Name: "sad, ranking of speakers", Value: 0, Passes: false });
    }

    [Fact]
    public void Without_labels_unchanged_answers_are_what_is_tested()
    {
        var tests = Run((u, c) => c >= 1 && u.Emotion == "happy" ? "sad" : u.Emotion, labeled: false);
        Assert.DoesNotContain(tests, t => t.Group is StressTest.Correctness or StressTest.Fairness);
        Assert.Equal(
            [("hiss 40 dB", true), ("hiss 20 dB", false)],
            tests.Where(t => t.Group == StressTest.Robustness).Select(t => (t.Name, t.Passes!.Value))
        );
    }

    [Fact]
    public void Fair_models_are_rarely_called_unfair_even_with_small_groups()
    {
        var unfair = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var tests = Run(
                (u, _) => random.NextDouble() < 0.6 ? u.Emotion : Emotions[random.Next(4)],
                recordings: 160
            );
            if (tests.Any(t => t is { Group: StressTest.Fairness, Passes: false } && t.Name.StartsWith("sex ")))
                unfair++;
        }
        Assert.InRange(unfair, 0, 4);
    }

    [Fact]
    public void Thresholds_of_fairness_are_wider_for_smaller_groups()
    {
        double Of(int ofClass) =>
            GuessingModel.LargestDistances(
                [new([ofClass, ofClass], [0, 0]), new([10 * ofClass, 10 * ofClass], [0, 0])],
                seed: 1
            )[0];
        Assert.True(Of(10) > 1.5 * Of(100));
        Assert.True(Of(1000) < 0.06);
    }

    [Fact]
    public void Confidence_that_grows_while_answers_get_worse_is_found()
    {
        var tests = Run((u, c) => c == 2 ? "sad" : u.Emotion, confidence: c => c == 2 ? 0.9 : 0.6);
        Assert.Contains(
            tests,
            t => t is { Group: StressTest.Uncertainty, Name: "hiss 0 dB", Passes: false } && t.Metric.StartsWith("mean")
        );
        tests = Run((u, c) => c == 2 ? "sad" : u.Emotion, confidence: c => c == 2 ? 0.3 : 0.6);
        Assert.DoesNotContain(tests, t => t.Metric.StartsWith("mean") && t.Passes == false);
    }

    private static IReadOnlyList<StressTest> Run(
        Func<Utterance, int, string> answer,
        bool labeled = true,
        int recordings = 640,
        Func<int, double>? confidence = null,
        Func<string, string>? relabel = null,
        bool unequal = false
    )
    {
        Utterance[] utterances =
        [
            .. Enumerable
                .Range(0, recordings)
                .Select(i => new Utterance($"{i}.wav", $"{i % 10}", labeled ? Label(i) : "")
                {
                    Sex = i % 2 == 0 ? "female" : "male",
                }),
        ];
        string Label(int i)
        {
            // speakers with more of one class than of others, where it is asked for
            var emotion = unequal && i / 40 % 2 == 0 ? Emotions[i % 4] : Emotions[i / 10 % 4];
            return relabel?.Invoke(emotion) ?? emotion;
        }
        StressAnswer Answer(Utterance u, int i, int condition) =>
            new(answer(u with { Emotion = Label(i) }, condition), IsSure: true, confidence?.Invoke(condition) ?? 0.5);
        return new StressTests(
            new StressData(
                utterances,
                [
                    .. utterances.Select(
                        (u, i) =>
                            new StressedRecording(
                                u.Name,
                                100 + i % 7,
                                Answer(u, i, -1),
                                [.. Conditions.Select((_, c) => Answer(u, i, c))]
                            )
                    ),
                ],
                Conditions,
                [],
                Emotions,
                [],
                seed: 1
            )
        ).Run();
    }
}
