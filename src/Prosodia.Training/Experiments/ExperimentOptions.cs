using Prosodia.Encoders;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Runs;
using Prosodia.KeySegments;
using Prosodia.Training.Adaptation;
using Prosodia.Training.Data;
using Prosodia.Training.Optimization;

namespace Prosodia.Training.Experiments;

/// <summary>The models that can be evaluated.</summary>
internal enum Model
{
    /// <summary>The acoustic model and networks over contours, with weights learned in each fold.</summary>
    Fusion,

    /// <summary>A small CNN over key segments, trained in each fold together with the classifier.</summary>
    Compact,

    /// <summary>The paper's: an encoder, frozen or fine-tuned, and the classifier.</summary>
    Paper,

    /// <summary>Networks over the contours of pitch, voice and spectrum.</summary>
    Contours,

    /// <summary>Hand-made features of the utterance and a classifier in closed form.</summary>
    Prosody,

    /// <summary>
    /// Hand-made features, random convolutions and covariances of the contours, and a classifier in closed form.
    /// </summary>
    Acoustic,

    /// <summary>The field's baseline: eGeMAPS, standardized, and LDA.</summary>
    Egemaps,

    /// <summary>
    /// A layer of an encoder of whole utterances: its mean and deviation over time and a classifier in closed form, or
    /// a network that pools it by attention.
    /// </summary>
    Encoder,
}

/// <summary>How what an encoder gives over time becomes one answer.</summary>
internal enum EncoderPooling
{
    /// <summary>Mean and deviation, and a classifier in closed form.</summary>
    Statistics,

    /// <summary>A network that pools by attention.</summary>
    Attentive,
}

/// <summary>A part of a model that could classify alone.</summary>
/// <param name="Name">What results call it.</param>
/// <param name="ClosedForm">Whether it is fitted in closed form; a network otherwise.</param>
/// <param name="Inputs">What it reads of recordings.</param>
internal sealed record ModelStream(string Name, bool ClosedForm, params InputKind[] Inputs);

/// <summary>What models consist of.</summary>
internal static class Models
{
    /// <summary>The model where nothing is said.</summary>
    public const Model Default = Model.Acoustic;

    private static readonly ModelStream Acoustic =
            new("acoustic features", true, InputKind.Prosody, InputKind.Contours),
        Contours = new("contours", false, InputKind.Contours),
        EncoderStatistics = new("encoder", true, InputKind.EncoderLayers),
        EncoderAttention = new("encoder", false, InputKind.EncoderFrames);

    /// <summary>The streams of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="fineTuned">Whether an encoder's last stages are trained.</param>
    /// <param name="pooling">How an encoder of whole utterances is pooled over time; null where there is none.</param>
    public static ModelStream[] Streams(this Model model, bool fineTuned, EncoderPooling? pooling) =>
        model switch
        {
            Model.Fusion when pooling is { } of => [Acoustic, Contours, Encoder(of)],
            Model.Fusion => [Acoustic, Contours],
            Model.Encoder when pooling is { } of => [Encoder(of)],
            Model.Acoustic => [Acoustic],
            Model.Contours => [Contours],
            Model.Compact => [new("key segments", false, InputKind.KeySpectrograms)],
            Model.Paper => [new("key segments", false, fineTuned ? InputKind.KeyMaps : InputKind.KeyFeatures)],
            Model.Egemaps => [new("eGeMAPS", true, InputKind.Prosody)],
            _ => [new("prosody", true, InputKind.Prosody)],
        };

    private static ModelStream Encoder(EncoderPooling pooling) =>
        pooling == EncoderPooling.Statistics ? EncoderStatistics : EncoderAttention;
}

/// <summary>What an evaluation consists of, beside its corpus.</summary>
/// <param name="Model">The model.</param>
/// <param name="Protocol">The folds.</param>
/// <param name="KeySegments">How key segments are chosen.</param>
/// <param name="Training">How networks are trained; its seed is the seed of everything.</param>
internal sealed record ExperimentOptions(
    Model Model,
    IProtocol Protocol,
    KeySegmentOptions KeySegments,
    TrainingOptions Training
)
{
    /// <summary>Which channel of the recordings to keep, from 1; null averages them.</summary>
    public int? Channel { get; init; }

    /// <summary>The features of the utterance that <see cref="Model.Prosody"/> reads.</summary>
    public RecordingFeatures Features { get; init; } =
        Model == Model.Egemaps ? RecordingFeatures.Egemaps : RecordingFeatures.Prosody;

    /// <summary>What is true of recordings: labels, votes or numbers.</summary>
    public Truth Truth { get; init; } = Truth.Labels;

    /// <summary>How each speaker's recordings are adapted to; null where they are not.</summary>
    public SpeakerAdaptation? Adaptation { get; init; }

    /// <summary>What every reader of the figures must know about the corpus; or null.</summary>
    public string? Note { get; init; }

    /// <summary>What makes the features of <see cref="Model.Paper"/>.</summary>
    public EncoderSelection? Encoder { get; init; }

    /// <summary>The encoder of whole utterances that <see cref="Model.Encoder"/> reads; or null.</summary>
    public UtteranceEncoder? Utterances { get; init; }

    /// <summary>The one layer of it that is read; null for the best.</summary>
    public int? Layer { get; init; }

    /// <summary>How what it gives over time is pooled.</summary>
    public EncoderPooling Pooling { get; init; }

    /// <summary>The folder where features of encoders are kept.</summary>
    public string Cache { get; init; } = "";

    /// <summary>The same with another seed.</summary>
    public ExperimentOptions WithSeed(int seed) =>
        this with
        {
            KeySegments = KeySegments with { Seed = seed },
            Training = Training with { Seed = seed },
        };

    /// <summary>What results say of all this.</summary>
    public EvaluationSetup Describe(Manifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        string?[] notes = [Note, Protocol.Note, Adaptation?.Note, Encoder?.Note];
        var note = string.Join(" ", notes.Where(n => n is not null));
        return new EvaluationSetup(
            Protocol.Name,
            Protocol.Description,
            manifest.Name,
            Name(Model),
            Encoder?.Name
                ?? (
                    Utterances is { } utterances
                        ? $"{Path.GetFileName(utterances.Name)}, SHA-256 {utterances.Sha256[..12]}"
                        : null
                )
                ?? (Model == Model.Prosody && Features != RecordingFeatures.Prosody ? Features.Name : null),
            note.Length > 0 ? note : null,
            Training.Seed,
            KeySegments,
            Channel,
            Settings
        );
    }

    /// <summary>The model's streams.</summary>
    public ModelStream[] Streams => Model.Streams(Training.FineTuning is not null, Utterances is null ? null : Pooling);

    private Dictionary<string, object> Settings
    {
        get
        {
            var settings = Common;
            if (Features != RecordingFeatures.Prosody)
                settings["set"] = Features.Name;
            if (Truth.Targets.Count > 0)
            {
                settings["targets"] = string.Join(", ", Truth.Targets);
                settings.Remove("label_smoothing");
            }
            if (Truth.Votes is { } votes)
            {
                settings["votes"] = Name(votes.Training);
                if (votes.Set.Length > 0)
                    settings["vote_set"] = votes.Set;
            }
            if (Utterances is not null)
            {
                settings["input"] = Utterances.Description;
                settings["pooling"] = Name(Pooling);
                settings["layer"] = Layer is { } layer ? layer : "chosen";
            }
            if (Training.FineTuning is { } fineTuning)
            {
                settings["fine_tune"] = fineTuning.StagesName;
                settings["batch_norms"] = fineTuning.TrainsBatchNorms ? "trained" : "frozen";
                settings["encoder_rate"] = fineTuning.Rate;
            }
            return settings;
        }
    }

    private Dictionary<string, object> Common =>
        new()
        {
            ["segments"] = Name(KeySegments.Choice),
            ["distance"] = Name(KeySegments.Distance),
            ["beta"] = KeySegments.Beta,
            ["kmeans_starts"] = KeySegments.Starts,
            ["skip_silence_db"] = KeySegments.SilenceDecibels ?? 0,
            ["channel"] = Channel ?? 0,
            ["adapt"] = Adaptation?.Name ?? "no",
            ["normalise"] = Training.Normalize,
            ["head"] = Name(Training.Head),
            ["epochs"] = Training.Epochs,
            ["batches"] = Training.MaxBatches ?? 0,
            ["validate_every"] = Training.ValidateEvery,
            ["patience"] = Training.Patience,
            ["batch"] = Training.Batch,
            ["learning_rate"] = Training.LearningRate,
            ["weight_decay"] = Training.WeightDecay,
            ["dropout"] = Training.Dropout,
            ["label_smoothing"] = Training.LabelSmoothing,
        };

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
