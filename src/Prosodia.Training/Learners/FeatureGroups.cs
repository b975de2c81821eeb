using Prosodia.Training.Data;
using Prosodia.Training.Features;

namespace Prosodia.Training.Learners;

/// <summary>What classifiers in closed form read of a recording, in groups that have the same weight.</summary>
internal static class FeatureGroups
{
    /// <summary>Hand-made features are a group; contours have random convolutions and covariances.</summary>
    /// <param name="set">What is read of recordings.</param>
    /// <param name="examples">Items of some, which tell the scale of contours.</param>
    /// <param name="seed">Seed of the random convolutions.</param>
    public static Func<float[], float[][]> Of(SequenceSet set, IReadOnlyList<float[]> examples, int seed) =>
        set.Kind == InputKind.Contours ? TemporalFeatures.Fit(examples, set.ItemSize, seed).Of : features => [features];

    /// <summary>The scale of a group of features: ranks, or of the field's baseline standardized.</summary>
    /// <param name="training">The group's features of training examples.</param>
    /// <param name="isBaseline">Whether it is the baseline.</param>
    public static IFeatureScale ScaleOf(IReadOnlyList<float[]> training, bool isBaseline) =>
        isBaseline ? new StandardScaler(training) : new RankGaussTransform(training);
}
