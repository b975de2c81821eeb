using Prosodia.KeySegments;

namespace Prosodia.Evaluation.FeatureStore;

/// <summary>What an encoder makes of an utterance.</summary>
/// <param name="Keys">The key segments, in the order of time.</param>
/// <param name="Values">Their features, (key segments, features), row-major.</param>
internal sealed record KeyFeatures(IReadOnlyList<KeySegment> Keys, ReadOnlyMemory<float> Values);
