using Prosodia.Evaluation.Onnx;
using Prosodia.KeySegments;

namespace Prosodia.Evaluation.Encoders;

/// <summary>
/// The part of a residual network before the stages that are trained: segments to feature maps. Thread-safe.
/// </summary>
internal sealed class FeatureMapEncoder : IDisposable
{
    private readonly SegmentEncoder _encoder;

    /// <summary>Cuts a network and opens its first part.</summary>
    /// <param name="network">The whole network.</param>
    /// <param name="stages">How many of the last stages are trained; null for all.</param>
    /// <exception cref="InputException">It is no residual network of so many stages.</exception>
    public FeatureMapEncoder(SegmentEncoder network, int? stages)
    {
        ArgumentNullException.ThrowIfNull(network);
        Trained = EncoderCut.Of(network.File, stages);
        Description = $"encoder {network.Sha256} before '{Trained.Input}'";
        var file = Path.GetTempFileName();
        try
        {
            Trained.Before.Write(file);
            _encoder = new SegmentEncoder(file, pooled: false);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The stages that are trained.</summary>
    public EncoderCut Trained { get; }

    /// <summary>Everything that maps depend on beside the segments.</summary>
    public string Description { get; }

    /// <summary>Channels, height and width of a map.</summary>
    public long[] Shape => [.. _encoder.OutputShape];

    /// <summary>The maps of some segments, (segments, channels, height, width), row-major.</summary>
    public float[] Maps(SegmentedSpeech speech, IReadOnlyList<int> segments) => _encoder.Encode(speech, segments);

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();
}
