using System.Text.Json;
using System.Text.Json.Serialization;

namespace Prosodia.Evaluation;

/// <summary>What was evaluated: enough to repeat it.</summary>
/// <param name="Protocol">The protocol's name.</param>
/// <param name="ProtocolDescription">What the protocol does, in words.</param>
/// <param name="Corpus">The manifest's name.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Encoder">What made its features, with its SHA-256; null where the model reads spectrograms.</param>
/// <param name="Note">What a reader must know about the figures, such as synthetic speech or weights that were not pretrained; or null.</param>
/// <param name="Seed">The seed of folds, clustering, weights and batches.</param>
/// <param name="Settings">The settings of segments and training.</param>
public sealed record EvaluationSetup(string Protocol, string ProtocolDescription, string Corpus, string Model, string? Encoder, string? Note, int Seed,
    IReadOnlyDictionary<string, double> Settings);

/// <summary>The outcome of a cross-validation: all that <c>results.json</c> and the report say.</summary>
/// <param name="Setup">What was evaluated.</param>
/// <param name="Classes">The emotions, in the order of every table and matrix.</param>
/// <param name="Folds">The folds, in the order of the protocol.</param>
public sealed record EvaluationResult(EvaluationSetup Setup, IReadOnlyList<string> Classes, IReadOnlyList<FoldResult> Folds)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The test predictions of all folds together.</summary>
    public IReadOnlyList<Prediction> Predictions { get; } = [.. Folds.SelectMany(f => f.Test)];

    /// <summary>The confusion matrix of all folds together.</summary>
    public ConfusionMatrix Confusion => Scores.Matrix(Predictions, Classes);

    /// <summary>The figures of all folds together.</summary>
    public Scores Pooled => Scores.Of(Confusion);

    /// <summary>The mean of the folds' figures.</summary>
    public Scores Mean => Scores.Mean([.. Folds.Select(f => Scores.Of(f.Test, Classes))]);

    /// <summary>95 % intervals of the pooled figures.</summary>
    public IReadOnlyDictionary<string, double[]> Ci95 { get; } =
        SpeakerBootstrap.Intervals([.. Folds.SelectMany(f => f.Test)], Classes, Setup.Seed);

    /// <summary>The text of <c>results.json</c>: the same for the same recordings, settings, seed and machine.</summary>
    public string ToJson() => JsonSerializer.Serialize(new
    {
        Setup.Protocol,
        Setup.Corpus,
        Setup.Model,
        Setup.Encoder,
        Setup.Note,
        Setup.Seed,
        Setup.Settings,
        Classes,
        Folds = Folds.Select(f => new
        {
            f.Name,
            f.TrainSpeakers,
            f.ValidationSpeakers,
            f.TestSpeakers,
            f.NTrain,
            NValidation = f.Validation.Length,
            NTest = f.Test.Length,
            f.BestEpoch,
            Validation = Scores.Of(f.Validation, Classes),
            Test = Scores.Of(f.Test, Classes),
        }),
        Pooled = new
        {
            Pooled.Wa,
            Pooled.Ua,
            Pooled.Recall,
            Pooled.Precision,
            Pooled.F1,
            Confusion = Confusion.ToRows(),
        },
        Mean,
        Ci95,
    }, Json) + "\n";
}
