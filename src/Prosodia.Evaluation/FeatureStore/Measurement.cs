namespace Prosodia.Evaluation.FeatureStore;

/// <summary>What was measured of a recording.</summary>
/// <param name="Values">The numbers, of whatever kind.</param>
/// <param name="Seconds">Its length.</param>
/// <param name="Warnings">What was odd about it, to be read after its path.</param>
internal sealed record Measurement(float[][] Values, double Seconds, IReadOnlyList<string> Warnings);
