using CsCheck;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Recognition;
using Prosodia.Tests.Recognition;
using Prosodia.Training.Export;
using Xunit;

namespace Prosodia.Tests.Training.Export;

[Trait("Tier", "Slow")]
public sealed class LinearEmotionModelTests
{
    private static readonly float[][] Features =
    [
        .. SyntheticCorpus.Speak(1).Take(24).Select(s => ModelFeatures.Acoustic.Of(s)),
    ];

    [Fact]
    public void The_graph_says_what_the_formula_says()
    {
        var model = Random(7);
        var onnx = model.ToOnnx();
        using var opened = EmotionModel.Open(onnx, Cards.For(onnx, 3).ToJson(), "test");
        foreach (var features in Features)
        {
            var deviates = model.Scale.Apply(features);
            var output = opened.Run(features);
            Assert.Equal(model.Probabilities(deviates), output.Probabilities, (a, b) => Math.Abs(a - b) < 1e-4);
            var (seen, contributions) = opened.Explain(features);
            Assert.Equal(deviates, seen, (a, b) => Math.Abs(a - b) < 1e-3);
            Assert.Equal(Math.Sqrt(deviates.Average(d => (double)d * d)), output.Distance, 1e-3);
            double[] scores =
            [
                .. Enumerable
                    .Range(0, 3)
                    .Select(c => model.Bias[c] + contributions.Where((_, i) => i % 3 == c).Sum(x => (double)x)),
            ];
            var softmax = scores.Select(s => Math.Exp(s - scores.Max())).ToArray();
            Assert.Equal(
                softmax.Select(s => s / softmax.Sum()),
                output.Probabilities,
                (a, b) => Math.Abs(a - b) < 1e-3
            );
        }
    }

    [Fact]
    public void Dimensions_are_those_of_the_formula_within_the_range_of_the_card()
    {
        var (model, onnx, card) = DimensionModel.Of(QuantileNormalizer.Fit(Features), 9);
        using var opened = EmotionModel.Open(onnx, card.ToJson(), "test");
        var outputs = opened.Run(Features);
        foreach (var (features, output) in Features.Zip(outputs))
        {
            var expected = model.Dimensions!.Apply(model.Scale.Apply(features));
            Assert.Equal(Math.Clamp(expected[0], 1, 5), output.Dimensions[0], 1e-3);
            Assert.Equal(Math.Clamp(expected[1], 0, 1), output.Dimensions[1], 1e-3);
        }
        Assert.Throws<InputException>(() =>
            EmotionModel.Open(onnx, (card with { Emotions = ["angry", "arousal", "sad"] }).ToJson(), "test")
        );
        var without = Random(7).ToOnnx();
        var claimed = Cards.For(without, 3) with { Dimensions = card.Dimensions };
        Assert.Contains(
            "does not give the dimensions",
            Assert.Throws<InputException>(() => EmotionModel.Open(without, claimed.ToJson(), "test")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_graph_adapts_as_the_formula_does()
    {
        var model = Random(8);
        var onnx = model.ToOnnx();
        using var opened = EmotionModel.Open(onnx, Cards.For(onnx, 3).ToJson(), "test");
        var deviates = Features.Select(model.Scale.Apply).ToArray();
        foreach (var (feature, own) in Features.Zip(deviates))
            Assert.Equal(own, opened.Deviates(feature), (a, b) => Math.Abs(a - b) < 1e-3);
        var adaptation = FeatureAdaptation.Of(deviates);
        foreach (var (feature, own) in Features.Zip(deviates))
            Assert.Equal(
                model.Probabilities(adaptation.Apply(own)),
                opened.Run(feature, adaptation).Probabilities,
                (a, b) => Math.Abs(a - b) < 1e-3
            );
    }

    [Fact]
    public void Deviates_rise_with_their_feature_and_stay_in_bounds() =>
        Gen.Float[-1000, 1000]
            .Array[40, 60]
            .Select(Gen.Float[-2000, 2000], Gen.Float[0, 500])
            .Sample(
                (training, x, more) =>
                {
                    var scale = QuantileNormalizer.Fit([.. training.Select(t => new[] { t })]);
                    var (low, high) = (scale.Apply([x])[0], scale.Apply([x + more])[0]);
                    Assert.InRange(low, QuantileNormalizer.Lowest - 0.001f, -QuantileNormalizer.Lowest + 0.001f);
                    Assert.True(high >= low - 1e-4f);
                },
                iter: 200
            );

    [Fact]
    public void Normal_features_keep_their_deviations()
    {
        var random = new Random(1);
        var scale = QuantileNormalizer.Fit([
            .. Enumerable
                .Range(0, 20_000)
                .Select(_ => new[] { (float)MathNet.Numerics.Distributions.Normal.Sample(random, 5, 2) }),
        ]);
        Assert.All(new[] { -2f, -1f, 0f, 0.5f, 2f }, z => Assert.Equal(z, scale.Apply([5 + 2 * z])[0], 0.1f));
    }

    private static LinearEmotionModel Random(int seed)
    {
        var random = new Random(seed);
        float Number() => (float)(random.NextDouble() - 0.5) / 10;
        return new LinearEmotionModel(
            QuantileNormalizer.Fit(Features),
            [.. Features[0].Select(_ => new[] { Number(), Number(), Number() })],
            [0.1f, 0, -0.1f]
        );
    }
}
