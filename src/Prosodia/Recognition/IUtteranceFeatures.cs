namespace Prosodia.Recognition;

/// <summary>What a model reads of a stretch of sound. Thread-safe.</summary>
internal interface IUtteranceFeatures : IDisposable
{
    /// <summary>SHA-256 of everything that decides about the values: what models must have been trained on.</summary>
    string Id { get; }

    /// <summary>The features' names, in their order.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>How many features each view has; the scores of views add up.</summary>
    IReadOnlyList<int> Views { get; }

    /// <summary>Whether people have words for what features measure.</summary>
    bool AreNamed { get; }

    /// <summary>Measures a stretch of sound.</summary>
    /// <param name="samples">At 16 kHz.</param>
    float[] Of(ReadOnlySpan<float> samples);
}
