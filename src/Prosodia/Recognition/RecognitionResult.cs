using Prosodia.Audio;

namespace Prosodia.Recognition;

/// <summary>Kinds of answers.</summary>
public enum PredictionStatus
{
    /// <summary>An emotion.</summary>
    Emotion,

    /// <summary>No emotion is likely enough; the likeliest is given all the same.</summary>
    Unsure,

    /// <summary>Nobody speaks.</summary>
    NoSpeech,

    /// <summary>Too little speech to tell.</summary>
    TooShort,
}

/// <summary>How a stretch of speech sounds.</summary>
/// <param name="Answer">What kind of answer it is.</param>
/// <param name="Emotion">The likeliest emotion; empty where there is no speech or too little.</param>
/// <param name="Probability">Its probability; 0 where there is none.</param>
/// <param name="Probabilities">Of each emotion of the model, in its order; empty where there is no speech or too
/// little.</param>
public sealed record EmotionPrediction(
    PredictionStatus Answer,
    string Emotion,
    double Probability,
    IReadOnlyList<double> Probabilities
)
{
    /// <summary>The answer in a word or two: the emotion, or why there is none.</summary>
    public string Label =>
        Answer switch
        {
            PredictionStatus.Emotion => Emotion,
            PredictionStatus.Unsure => "unsure",
            PredictionStatus.NoSpeech => "no speech",
            _ => "too short",
        };

    /// <summary>Where nobody speaks.</summary>
    public static EmotionPrediction NoSpeech { get; } = new(PredictionStatus.NoSpeech, "", 0, []);

    /// <summary>Where there is too little speech.</summary>
    public static EmotionPrediction TooShort { get; } = new(PredictionStatus.TooShort, "", 0, []);
}

/// <summary>A stretch of a recording and how it sounds.</summary>
/// <param name="Start">Where it begins, in seconds.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Channel">The channel, from 1; 0 where channels were mixed or one was chosen.</param>
/// <param name="Estimate">How it sounds.</param>
public sealed record EmotionSegment(double Start, double End, int Channel, EmotionPrediction Estimate)
{
    /// <summary>Whether the speaker goes on, so that another answer will follow for this turn.</summary>
    public bool IsProvisional { get; init; }
}

/// <summary>What was recognized in a recording.</summary>
/// <param name="Source">The file, or what else it came from.</param>
/// <param name="Seconds">Length of the recording.</param>
/// <param name="Turns">One that is the whole recording, or the turns of a timeline, in the order of time.</param>
/// <param name="IsTimeline">Whether it is long enough for a timeline.</param>
/// <param name="Warnings">What was odd about it.</param>
public sealed record RecognitionResult(
    string Source,
    double Seconds,
    IReadOnlyList<EmotionSegment> Turns,
    bool IsTimeline,
    IReadOnlyList<string> Warnings
)
{
    /// <summary>How many <see cref="Peaks"/> a second has.</summary>
    public const int PeaksPerSecond = 20;

    /// <summary>The largest amplitude of the first channel in each twentieth of a second, for pictures.</summary>
    public IReadOnlyList<float> Peaks { get; init; } = [];
}

/// <summary>Audio that was read to its end: a timeline, or up to ten seconds that are still to be judged.</summary>
/// <param name="Audio">What is known of it; without turns where these are still to come.</param>
/// <param name="Channels">What is to be judged, at 16 kHz; empty where a timeline has been.</param>
public sealed record BufferedAudio(RecognitionResult Audio, IReadOnlyList<Recording> Channels);
