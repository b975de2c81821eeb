namespace Prosodia.Training;

/// <summary>What a model's card says, and how its training is followed.</summary>
public sealed record TrainerOptions
{
    /// <summary>The languages that are spoken in the recordings.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>The license under which the model may be used, which is up to the recordings' own.</summary>
    public string License { get; init; } = "not stated";

    /// <summary>The seed of all random choices; the same seed and recordings give the same model.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Reports progress by stage.</summary>
    public IProgress<StageProgress>? Progress { get; init; }
}
