using Prosodia.Training.Learners;
using Prosodia.Training.Optimization;
using static TorchSharp.torch;

namespace Prosodia.Tests.Training;

/// <summary>Labels in the forms that learners take.</summary>
internal static class Targets
{
    public static Tensor OneHot(int[] labels, int classes) =>
        tensor(
                [.. labels.SelectMany(l => Enumerable.Range(0, classes).Select(c => c == l ? 1.0 : 0))],
                [labels.Length, classes]
            )
            .clone();

    public static ClassificationTask Of(int[] labels, int classes) => new(labels, classes);

    /// <summary>Two classes, one after the other.</summary>
    public static ClassObjective Alternating(int count) =>
        new([.. Enumerable.Range(0, count).Select(i => i % 2)], 2, 0.1);
}
