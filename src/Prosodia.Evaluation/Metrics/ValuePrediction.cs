namespace Prosodia.Evaluation.Metrics;

/// <summary>The numbers that a model predicted for an utterance that it never saw in training.</summary>
/// <param name="Path">The recording.</param>
/// <param name="Speaker">Who speaks.</param>
/// <param name="Truth">What the corpus says, a number a target.</param>
/// <param name="Predicted">What the model says.</param>
internal sealed record ValuePrediction(string Path, string Speaker, double[] Truth, double[] Predicted)
{
    /// <summary>What else the manifest says of the recording (sex, sentence, ...), by column.</summary>
    public IReadOnlyDictionary<string, string> Groups { get; init; } = new Dictionary<string, string>();

    /// <summary>Half the width of the interval around each prediction; empty where there is none.</summary>
    public double[] HalfWidths { get; init; } = [];

    /// <summary>The error of a target.</summary>
    public double Error(int target) => Predicted[target] - Truth[target];
}
