using Prosodia.Training.Adaptation;
using Prosodia.Training.Data;
using Prosodia.Training.Learners;
using Xunit;

namespace Prosodia.Tests.Training.Learners;

[Trait("Tier", "Slow")]
public sealed class NystromLearnerTests : IDisposable
{
    private const int Speakers = 10,
        Each = 24;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void With_all_recordings_as_landmarks_it_is_exact(bool isBaseline, bool adapts)
    {
        var (sets, speakers, parts, labels) = Corpus(seed: 1, speeds: 0);
        var voices = adapts ? new SpeakerStatistics(speakers, [.. speakers.Select(_ => true)], true, s => [s]) : null;
        var exact = Run(new ClosedFormLearner(sets, speakers, voices, Targets.Of(labels, 3), isBaseline), parts);
        var nystrom = Run(new NystromLearner(sets, speakers, voices, Targets.Of(labels, 3), isBaseline), parts);
        Assert.Equal(exact.Chosen, nystrom.Chosen);
        foreach (var (one, other) in exact.Test.Zip(nystrom.Test))
            Assert.Equal(one, other, (a, b) => Math.Abs(a - b) < 0.01);
        foreach (var (recording, one) in exact.Held)
            Assert.Equal(one, nystrom.Held[recording], (a, b) => Math.Abs(a - b) < 0.01);
    }

    [Fact]
    public void Few_landmarks_are_nearly_as_good_and_every_run_the_same()
    {
        var (sets, speakers, parts, labels) = Corpus(seed: 2, speeds: 2);
        double Right(FoldOutcome outcome) =>
            parts.Test.Zip(outcome.Test).Average(t => t.Second.IndexOf(t.Second.Max()) == labels[t.First] ? 1.0 : 0);
        var exact = Run(new ClosedFormLearner(sets, speakers, null, Targets.Of(labels, 3)), parts);
        var few = Run(new NystromLearner(sets, speakers, null, Targets.Of(labels, 3), landmarkCount: 60), parts);
        Assert.InRange(Right(exact), 0.7, 1);
        Assert.InRange(Right(few), Right(exact) - 0.1, 1);
        Assert.Equal(
            few.Test,
            Run(new NystromLearner(sets, speakers, null, Targets.Of(labels, 3), landmarkCount: 60), parts).Test
        );
    }

    private FoldOutcome Run(IFoldLearner classifier, FoldParts parts)
    {
        var steps = 0;
        var outcome = classifier.Run(parts, 1, _folder.Path, s => steps = s, TestContext.Current.CancellationToken);
        Assert.Equal(classifier.Steps, steps);
        return outcome;
    }

    private static (SequenceSet[] Sets, string[] Speakers, FoldParts Parts, int[] Labels) Corpus(int seed, int speeds)
    {
        var random = new Random(seed);
        int[] recordings = [.. Enumerable.Range(0, Speakers * Each)];
        int[] labels = [.. recordings.Select(i => i % 3)];
        string[] speakers = [.. recordings.Select(i => $"{i / Each}")];
        float[][] Items(int features, double signal) =>
            [
                .. recordings.Select(i =>
                    Enumerable
                        .Range(0, features)
                        .Select(f => (float)(random.NextDouble() - 0.5 + (f % 3 == labels[i] ? signal : 0)))
                        .ToArray()
                ),
            ];
        SequenceSet Set(int features, double signal) =>
            new(InputKind.Prosody, Items(features, signal), [features])
            {
                Perturbed = [.. Enumerable.Range(0, speeds).Select(_ => Items(features, signal))],
            };
        return (
            [Set(40, 0.12), Set(300, 0.03)],
            speakers,
            new FoldParts(recordings[..(6 * Each)], recordings[(6 * Each)..(8 * Each)], recordings[(8 * Each)..]),
            labels
        );
    }
}
