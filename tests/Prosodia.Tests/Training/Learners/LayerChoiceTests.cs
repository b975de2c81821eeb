using Prosodia.Training.Data;
using Prosodia.Training.Learners;
using Xunit;

namespace Prosodia.Tests.Training.Learners;

public sealed class LayerChoiceTests
{
    private const int Layers = 3,
        Features = 4,
        Speakers = 8,
        PerSpeaker = 6;

    [Theory]
    [InlineData(null, 1)]
    [InlineData(2, 2)]
    public void The_layer_that_knows_the_classes_is_chosen_unless_another_is_asked_for(int? asked, int expected)
    {
        var random = new Random(1);
        int[] labels = [.. Enumerable.Range(0, Speakers * PerSpeaker).Select(i => i % 2)];
        string[] speakers = [.. labels.Select((_, i) => $"{i / PerSpeaker}")];
        float[][] items =
        [
            .. labels.Select(label =>
                Enumerable
                    .Range(0, Layers * Features)
                    .Select(i => random.NextSingle() + (i / Features == 1 ? label : 0))
                    .ToArray()
            ),
        ];
        var choice = new LayerChoice(
            new SequenceSet(InputKind.EncoderLayers, items, [Layers, Features]),
            Targets.Of(labels, 2),
            asked,
            layer => new ClosedFormLearner([layer], speakers, null, Targets.Of(labels, 2))
        );
        int[] Of(Func<int, bool> speaker) => [.. labels.Select((_, i) => i).Where(i => speaker(i / PerSpeaker))];
        var parts = new FoldParts(Of(s => s < 5), Of(s => s is 5 or 6), Of(s => s == 7));
        var (last, outcome) = (0, choice.Run(parts, 1, "", n => { }, TestContext.Current.CancellationToken));
        _ = choice.Run(parts, 1, "", n => last = n, TestContext.Current.CancellationToken);
        Assert.Equal(choice.Steps, last);
        Assert.Equal(expected, outcome.Chosen!["layer"]);
        var right = outcome.Test.Zip(parts.Test).Count(t => (t.First[1] > 0.5 ? 1 : 0) == labels[t.Second]);
        Assert.InRange(right, expected == 1 ? PerSpeaker - 1 : 0, PerSpeaker);
    }
}
