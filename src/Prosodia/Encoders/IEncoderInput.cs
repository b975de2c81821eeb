namespace Prosodia.Encoders;

/// <summary>An utterance, or a stretch of it, as a network takes it.</summary>
/// <param name="Values">Row-major, of <see cref="Shape"/>.</param>
/// <param name="Shape">Sizes, with a batch of one.</param>
/// <param name="Length">Samples or frames, with padding.</param>
/// <param name="Share">Which share of these the stretch fills, from the start.</param>
internal sealed record EncoderItem(float[] Values, long[] Shape, int Length, double Share);

/// <summary>How sound is turned into what a network takes. Thread-safe.</summary>
internal interface IEncoderInput
{
    /// <summary>The input in words.</summary>
    string Description { get; }

    /// <summary>Samples of a stretch at most; longer utterances are encoded in several.</summary>
    int MaxSamples { get; }

    /// <summary>Prepares a stretch.</summary>
    /// <param name="samples">At 16 kHz, not empty.</param>
    EncoderItem Write(ReadOnlySpan<float> samples);
}
