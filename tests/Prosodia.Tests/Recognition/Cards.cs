using Prosodia.Recognition;

namespace Prosodia.Tests.Recognition;

/// <summary>Cards of small models.</summary>
internal static class Cards
{
    public static ModelCard For(byte[] onnx, int emotions) =>
        new(
            ModelCard.CurrentFormat,
            "small",
            Sha256Hash.Of(onnx),
            "2026-11-25",
            [.. new[] { "angry", "happy", "sad" }.Take(emotions)],
            ModelFeatures.Acoustic.Id,
            ["none"],
            "none",
            [new TrainingCorpus("small", 24, 2, "")],
            new ModelMetrics("none", 1, 0.5, [0.4, 0.6], 0.5, 0.5, new Dictionary<string, double>(), [], 0),
            new Abstention(0.5, 0.7, 0.1, 0.2) { MaxDistance = 10 },
            "none"
        );
}
