using System.Text.Json;
using System.Text.Json.Serialization;
using Prosodia.Evaluation.Metrics;
using Prosodia.KeySegments;

namespace Prosodia.Evaluation.Runs;

/// <summary>What was evaluated: enough to repeat it.</summary>
/// <param name="Protocol">The protocol's name.</param>
/// <param name="ProtocolDescription">What the protocol does, in words.</param>
/// <param name="Corpus">The manifest's name.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Encoder">What made its features, with its SHA-256; null where the model reads spectrograms.</param>
/// <param name="Note">What a reader must know about the figures, such as synthetic speech or weights that were not
/// pretrained; or null.</param>
/// <param name="Seed">The seed of folds, clustering, weights and batches.</param>
/// <param name="KeySegments">How key segments are chosen.</param>
/// <param name="Channel">Which channel of the recordings is kept, from 1; null averages them.</param>
/// <param name="Settings">All settings by name.</param>
internal sealed record EvaluationSetup(
    string Protocol,
    string ProtocolDescription,
    string Corpus,
    string Model,
    string? Encoder,
    string? Note,
    int Seed,
    KeySegmentOptions KeySegments,
    int? Channel,
    IReadOnlyDictionary<string, object> Settings
)
{
    /// <summary>What sets it apart from others of the model: targets, votes, adaptation; empty for nothing.</summary>
    public string Variant => VariantOf(name => Settings.GetValueOrDefault(name)?.ToString());

    /// <summary>The same by the values of settings.</summary>
    internal static string VariantOf(Func<string, string?> setting) =>
        string.Join(
            ", ",
            new[]
            {
                setting("targets") is { } targets ? $"target {targets}" : null,
                setting("votes") is { } votes
                    ? $"votes {votes}{(setting("vote_set") is { } set ? $" ({set})" : "")}"
                    : null,
                setting("adapt") is { } adapted and not "no" ? $"adapt {adapted}" : null,
            }.OfType<string>()
        );
}

/// <summary>The outcome of a cross-validation: all that <c>results.json</c> and the report say.</summary>
/// <param name="Setup">What was evaluated.</param>
/// <param name="Classes">The emotions, in the order of every table and matrix.</param>
/// <param name="Folds">The folds, in the order of the protocol.</param>
internal sealed record EvaluationResult(
    EvaluationSetup Setup,
    IReadOnlyList<string> Classes,
    IReadOnlyList<FoldResult<Prediction>> Folds
)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private Derivation? _derivation;

    /// <summary>Whether something was trained in epochs, so that there are loss curves.</summary>
    public bool HasLoss => Folds.Any(f => f.Loss.Length > 0);

    /// <summary>Key segments that the model reads of an utterance, in the mean; 0 where it reads none.</summary>
    public double SegmentsPerUtterance { get; init; }

    /// <summary>
    /// How many speeds each of the model's streams read a recording at; empty where that is not known.
    /// </summary>
    public IReadOnlyList<int> Speeds { get; init; } = [];

    /// <summary>The test predictions of all folds together.</summary>
    public IReadOnlyList<Prediction> Predictions => Derived.Predictions;

    /// <summary>The confusion matrix of all folds together.</summary>
    public ConfusionMatrix Confusion => ClassificationMetrics.Matrix(Predictions, Classes);

    /// <summary>The figures of all folds together.</summary>
    public ClassificationMetrics Pooled => ClassificationMetrics.Of(Confusion);

    /// <summary>The mean of the folds' figures.</summary>
    public ClassificationMetrics Mean =>
        ClassificationMetrics.Mean([
            .. Folds.Select(f => ClassificationMetrics.OfAny(f.Test, Classes)).OfType<ClassificationMetrics>(),
        ]);

    /// <summary>95 % intervals of the pooled figures.</summary>
    public IReadOnlyDictionary<string, SpeakerInterval> Ci95 => Derived.Ci95.Value;

    /// <summary>The figures by speaker and by every other group.</summary>
    public IReadOnlyList<GroupMetrics> Groups => Derived.Groups.Value;

    /// <summary>Each fold's temperature, fitted on its validation recordings.</summary>
    public IReadOnlyList<double> Temperatures => Derived.Temperatures.Value;

    /// <summary>Whether the networks' probabilities mean what they say.</summary>
    public Calibration Calibration => Derived.Calibration.Value;

    /// <summary>The same with each fold's temperature.</summary>
    public Calibration ScaledCalibration => Derived.ScaledCalibration.Value;

    /// <summary>How well the votes of raters are predicted; null where there are none.</summary>
    public VoteResult? Votes => Derived.Votes.Value;

    /// <summary>The test recordings with the distribution of votes that is predicted; empty where there are none.
    /// </summary>
    public IReadOnlyList<(string Fold, VotedPrediction Prediction)> Voted => Derived.Voted.Value;

    /// <summary>What follows from the folds, computed once; a copy that <c>with</c> makes computes its own.</summary>
    private Derivation Derived =>
        _derivation is { } known && ReferenceEquals(known.Of, this) ? known : _derivation = new Derivation(this);

    /// <summary>
    /// The text of <c>results.json</c>: the same for the same recordings, settings, seed and machine.
    /// </summary>
    public string ToJson() =>
        JsonSerializer.Serialize(
            new
            {
                Setup.Protocol,
                Setup.Corpus,
                Setup.Model,
                Setup.Encoder,
                Setup.Note,
                Setup.Seed,
                Setup.Settings,
                SegmentsPerUtterance,
                Classes,
                Folds = Folds.Zip(
                    Temperatures,
                    (f, temperature) =>
                        new
                        {
                            f.Name,
                            f.TrainSpeakers,
                            f.ValidationSpeakers,
                            f.TestSpeakers,
                            f.NTrain,
                            NValidation = f.Validation.Length,
                            NTest = f.Test.Length,
                            f.BestEpoch,
                            f.Chosen,
                            Temperature = temperature,
                            Validation = ClassificationMetrics.OfAny(f.Validation, Classes),
                            Test = ClassificationMetrics.OfAny(f.Test, Classes),
                        }
                ),
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
                Groups,
                WorstGroup = GroupMetrics.Worst(Groups),
                Votes,
                Calibration = new
                {
                    Calibration.ExpectedError,
                    ScaledExpectedError = ScaledCalibration.ExpectedError,
                    ScaledCalibration.Bins,
                    ScaledCalibration.RiskCoverage,
                },
            },
            Json
        ) + "\n";

    private sealed class Derivation
    {
        public Derivation(EvaluationResult of)
        {
            Of = of;
            Predictions = [.. of.Folds.SelectMany(f => f.Test)];
            Ci95 = new(() => SpeakerBootstrap.Intervals(Predictions, of.Classes, of.Setup.Seed));
            Voted = new(() => VoteResult.Predictions(of.Folds));
            Votes = new(() => VoteResult.Of(of.Folds, Voted.Value, of.Classes, of.Setup.Seed));
            Groups = new(() => GroupMetrics.Of(Predictions, of.Classes));
            Temperatures = new(() => [.. of.Folds.Select(f => TemperatureScaling.Fit(f.Validation, of.Classes))]);
            Calibration = new(() => Metrics.Calibration.Of(Predictions));
            ScaledCalibration = new(() =>
                Metrics.Calibration.Of([
                    .. of
                        .Folds.Zip(Temperatures.Value)
                        .SelectMany(f =>
                            f.First.Test.Select(p =>
                                p with
                                {
                                    Probabilities = TemperatureScaling.Apply(p.Probabilities, f.Second),
                                }
                            )
                        ),
                ])
            );
        }

        public EvaluationResult Of { get; }

        public Prediction[] Predictions { get; }

        public Lazy<IReadOnlyDictionary<string, SpeakerInterval>> Ci95 { get; }

        public Lazy<IReadOnlyList<(string Fold, VotedPrediction Prediction)>> Voted { get; }

        public Lazy<VoteResult?> Votes { get; }

        public Lazy<IReadOnlyList<GroupMetrics>> Groups { get; }

        public Lazy<IReadOnlyList<double>> Temperatures { get; }

        public Lazy<Calibration> Calibration { get; }

        public Lazy<Calibration> ScaledCalibration { get; }
    }
}
