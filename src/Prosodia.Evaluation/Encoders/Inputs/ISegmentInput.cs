using Prosodia.KeySegments;

namespace Prosodia.Evaluation.Encoders.Inputs;

/// <summary>What an encoder is fed: a segment of 500 ms as numbers of one shape. Thread-safe.</summary>
internal interface ISegmentInput
{
    /// <summary>The input in words, for people.</summary>
    string Description { get; }

    /// <summary>Sizes of an item, outermost first, without the batch.</summary>
    IReadOnlyList<long> Shape { get; }

    /// <summary>Writes a segment as numbers, row-major.</summary>
    void Write(SegmentedSpeech speech, int segment, Span<float> item);
}
