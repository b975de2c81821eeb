namespace Prosodia.Training;

/// <summary>What a model's card says, and how its training is followed.</summary>
public sealed record TrainerOptions
{
    /// <summary>The languages that are spoken in the recordings.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>The license under which the model may be used, which is up to the recordings' own.</summary>
    public string License { get; init; } = "not stated";

    /// <summary>
    /// A network that reads whole utterances, such as wav2vec 2.0 as an ONNX file; null for the library's own features.
    /// The model needs it beside it, unless <see cref="EmbedsEncoder"/>.
    /// </summary>
    public string? EncoderPath { get; init; }

    /// <summary>Whether the model's file holds the encoder.</summary>
    public bool EmbedsEncoder { get; init; }

    /// <summary>
    /// Columns of numbers that the model predicts beside the emotions, such as <c>arousal</c>, or <c>arousal:1:5</c>
    /// with their range. It learns them from the recordings that have all of them.
    /// </summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>The seed of all random choices; the same seed and recordings give the same model.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Reports progress by stage.</summary>
    public IProgress<StageProgress>? Progress { get; init; }
}
