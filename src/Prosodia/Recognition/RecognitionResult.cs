using Prosodia.Audio;

namespace Prosodia.Recognition;

/// <summary>Whether an emotion was recognized, and if not, why.</summary>
public enum PredictionStatus
{
    /// <summary>An emotion.</summary>
    Emotion,

    /// <summary>
    /// No emotion reaches the threshold, or the recording is unlike those of training; the most probable emotion is
    /// still reported.
    /// </summary>
    Unsure,

    /// <summary>Nobody speaks.</summary>
    NoSpeech,

    /// <summary>Too little speech to tell.</summary>
    TooShort,
}

/// <summary>How a stretch of speech sounds.</summary>
/// <param name="Status">What kind of answer it is.</param>
/// <param name="Emotion">The likeliest emotion; empty where there is no speech or too little.</param>
/// <param name="Probability">Its probability; 0 where there is none.</param>
/// <param name="Probabilities">Of each emotion of the model, in its order; empty where there is no speech or too
/// little.</param>
public sealed record EmotionPrediction(
    PredictionStatus Status,
    string Emotion,
    double Probability,
    IReadOnlyList<double> Probabilities
)
{
    /// <summary>The answer in a word or two: the emotion, or why there is none.</summary>
    public string Label =>
        Status switch
        {
            PredictionStatus.Emotion => Emotion,
            PredictionStatus.Unsure => "unsure",
            PredictionStatus.NoSpeech => "no speech",
            _ => "too short",
        };

    private static readonly Dictionary<string, double> None = [];

    /// <summary>
    /// The numbers that the model predicts beside emotions, such as arousal, by the names of
    /// <see cref="ModelCard.Dimensions"/>; empty where it has none, or where there is no speech or too little.
    /// </summary>
    public IReadOnlyDictionary<string, double> Dimensions { get; init; } = None;

    /// <summary>Whether the recording is too far from those of training for an answer.</summary>
    public bool IsUnfamiliar { get; init; }

    /// <summary>Why the answer is unsure; null where it isn't.</summary>
    public string? Reason =>
        Status != PredictionStatus.Unsure ? null
        : IsUnfamiliar ? "unlike the recordings that this model knows"
        : "no emotion is probable enough";

    /// <summary>Where nobody speaks.</summary>
    public static EmotionPrediction NoSpeech { get; } = new(PredictionStatus.NoSpeech, "", 0, []);

    /// <summary>Where there is too little speech.</summary>
    public static EmotionPrediction TooShort { get; } = new(PredictionStatus.TooShort, "", 0, []);
}

/// <summary>A segment of a recording and the emotion predicted for it.</summary>
/// <param name="Start">Where it begins in the recording.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Channel">The channel, from 1; 0 where channels were mixed or one was chosen.</param>
/// <param name="Prediction">How it sounds.</param>
public sealed record EmotionSegment(TimeSpan Start, TimeSpan End, int Channel, EmotionPrediction Prediction)
{
    /// <summary>Whether the speaker goes on, so that another answer will follow for this segment.</summary>
    public bool IsProvisional { get; init; }

    /// <summary>The source that its features were adapted to, and by how many recordings; null for none.</summary>
    public string? AdaptedTo { get; init; }
}

/// <summary>What was recognized in a recording.</summary>
/// <param name="Source">The file, or what else it came from.</param>
/// <param name="Duration">Length of the recording.</param>
/// <param name="Segments">One that is the whole recording, or the segments of a timeline, in the order of time.</param>
/// <param name="IsTimeline">Whether it is long enough for a timeline.</param>
/// <param name="Warnings">What was odd about it.</param>
public sealed record RecognitionResult(
    string Source,
    TimeSpan Duration,
    IReadOnlyList<EmotionSegment> Segments,
    bool IsTimeline,
    IReadOnlyList<string> Warnings
)
{
    /// <summary>How many <see cref="Peaks"/> a second has.</summary>
    public const int PeaksPerSecond = 20;

    /// <summary>The largest amplitude of the first channel in each twentieth of a second, for plots.</summary>
    public IReadOnlyList<float> Peaks { get; init; } = [];

    /// <summary>
    /// What segments were adapted to, a line for each channel: that of its last one, which knew most; empty for
    /// nothing.
    /// </summary>
    internal IEnumerable<string> AdaptedTo =>
        Segments
            .Where(s => s.AdaptedTo is not null)
            .GroupBy(s => s.Channel)
            .Select(c => (c.Key > 0 ? $"channel {c.Key} adapted to " : "adapted to ") + c.Last().AdaptedTo);
}

/// <summary>Audio that was read to its end: a timeline, or up to ten seconds that are still to be classified.</summary>
/// <param name="Audio">What is known of it; without segments where these are still to come.</param>
/// <param name="Channels">What is to be classified, at 16 kHz; empty where there is a timeline.</param>
/// <param name="Adaptation">What the features are adapted to; null for nothing.</param>
internal sealed record BufferedAudio(
    RecognitionResult Audio,
    IReadOnlyList<Recording> Channels,
    Adaptation? Adaptation = null
);
