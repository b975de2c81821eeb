namespace Prosodia.Evaluation.Metrics;

/// <summary>What a model said about an utterance that it never saw in training.</summary>
/// <param name="Path">The recording.</param>
/// <param name="Speaker">Who speaks.</param>
/// <param name="Truth">The corpus's label.</param>
/// <param name="Predicted">The class of the highest probability.</param>
/// <param name="Probabilities">One a class, in the order of the classes; they sum to 1.</param>
internal sealed record Prediction(string Path, string Speaker, string Truth, string Predicted, double[] Probabilities)
{
    /// <summary>How many raters chose each class, in the order of the classes; null where nobody was asked.</summary>
    public double[]? Votes { get; init; }

    /// <summary>What else the manifest says of the recording (sex, sentence, ...), by column.</summary>
    public IReadOnlyDictionary<string, string> Groups { get; init; } = new Dictionary<string, string>();
}
