namespace Prosodia.Encoders;

/// <summary>An utterance, or a stretch of it, as a network takes it.</summary>
/// <param name="Values">Row-major, of <see cref="Shape"/>.</param>
/// <param name="Shape">Sizes, with a batch of one.</param>
/// <param name="Length">Samples or frames, with padding.</param>
/// <param name="Present">Samples or frames that the stretch fills, from the start.</param>
/// <param name="Total">How many would fill it.</param>
internal sealed record EncoderItem(float[] Values, long[] Shape, int Length, int Present, int Total)
{
    /// <summary>How many of so many positions the stretch fills, at least one.</summary>
    public int PresentOf(int positions) =>
        (int)Math.Clamp(((long)positions * Present + Total - 1) / Total, 1, positions);
}

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
