using Prosodia.Recognition;
using Prosodia.Training.Export;

namespace Prosodia.Tests.Recognition;

/// <summary>A small model of three emotions that predicts valence and arousal, too.</summary>
internal static class DimensionModel
{
    public static (LinearEmotionModel Model, byte[] Onnx, ModelCard Card) Of(QuantileNormalizer scale, int seed)
    {
        var random = new Random(seed);
        float Number() => (float)(random.NextDouble() - 0.5) / 10;
        var model = new LinearEmotionModel(
            scale,
            [.. scale.Knots.Select(_ => new[] { Number(), Number(), Number() })],
            [0.1f, 0, -0.1f]
        )
        {
            Dimensions = new DimensionHead([.. scale.Knots.Select(_ => new[] { Number(), Number() })], [3, 0.5f]),
        };
        var onnx = model.ToOnnx();
        var card = Cards.For(onnx, 3) with
        {
            Dimensions =
            [
                new("arousal", 1, 5, 100, "speaker-groups:6", 0.5, [0.4, 0.6], 0.8, 1.2),
                new("valence", 0, 1, 100, "speaker-groups:6", 0.5, [], 0.2, null),
            ],
        };
        return (model, onnx, card);
    }

    /// <summary>A recognizer of one, whose features all have the same scale.</summary>
    public static RecognitionEngine Recognizer()
    {
        float[] knots = [.. Enumerable.Range(0, QuantileNormalizer.Count).Select(k => 10f * k - 160)];
        var (_, onnx, card) = Of(new QuantileNormalizer([.. ModelFeatures.Acoustic.Names.Select(_ => knots)]), 1);
        return new RecognitionEngine(EmotionModel.Open(onnx, card.ToJson(), "test"));
    }
}
