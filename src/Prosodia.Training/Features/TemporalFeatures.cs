using Prosodia.Training.Experiments;

namespace Prosodia.Training.Features;

/// <summary>
/// Features of how an utterance's contours go, beside the hand-made functionals: <see cref="RandomConvolutions"/> and
/// <see cref="LogCovariances"/>. What they need to know of speech in general comes from recordings without their
/// emotions.
/// </summary>
internal sealed class TemporalFeatures
{
    private readonly DescriptorStandardizer _scale;
    private readonly RandomConvolutions _convolutions;
    private readonly LogCovariances _covariances;

    private TemporalFeatures(
        DescriptorStandardizer scale,
        RandomConvolutions convolutions,
        LogCovariances covariances
    ) => (_scale, _convolutions, _covariances) = (scale, convolutions, covariances);

    /// <summary>Measures the scale and the principal components of recordings, and draws the patterns.</summary>
    /// <param name="recordings">Contours of each, (frames, contours), row-major.</param>
    /// <param name="contours">How many contours there are.</param>
    /// <param name="seed">Seed of the patterns.</param>
    public static TemporalFeatures Fit(IReadOnlyList<float[]> recordings, int contours, int seed)
    {
        var scale = DescriptorStandardizer.Fit(recordings, contours);
        return new TemporalFeatures(
            scale,
            new RandomConvolutions(contours, seed),
            LogCovariances.Fit([.. recordings.Select(scale.Apply)])
        );
    }

    /// <summary>The features of an utterance in two groups, convolutions and covariances.</summary>
    /// <param name="contours">Its contours, (frames, contours), row-major.</param>
    public float[][] Of(float[] contours)
    {
        var scaled = _scale.Apply(contours);
        return [_convolutions.Of(scaled), _covariances.Of(scaled)];
    }
}
