using System.Numerics.Tensors;
using Prosodia.Audio;
using Prosodia.Vad;

namespace Prosodia.Recognition;

/// <summary>A stretch of audio that is to be classified.</summary>
/// <param name="Audio">One channel at 16 kHz.</param>
/// <param name="Channel">Which one, from 0.</param>
/// <param name="Adaptation">What its features are adapted to; null for nothing.</param>
internal sealed record SpeechStretch(Recording Audio, int Channel, Adaptation? Adaptation);

/// <summary>What the model says of a stretch of speech.</summary>
/// <param name="Probabilities">Of each emotion.</param>
/// <param name="Distance">How far its features are from the training recordings.</param>
/// <param name="Source">What they were adapted to; null for nothing.</param>
/// <param name="Dimensions">The numbers that it predicts.</param>
internal sealed record SpeechOutput(
    double[] Probabilities,
    float Distance,
    AdaptationProfile? Source,
    double[] Dimensions
);

/// <summary>The answer for a stretch of audio.</summary>
/// <param name="Prediction">How it sounds.</param>
/// <param name="Source">What it was adapted to; null for nothing.</param>
internal sealed record SpeechEstimate(EmotionPrediction Prediction, AdaptationProfile? Source)
{
    /// <summary>The answer at its place in a recording.</summary>
    public EmotionSegment At(TimeSpan start, TimeSpan end, int channel) =>
        new(start, end, channel, Prediction) { AdaptedTo = Source?.ToString() };
}

/// <summary>Answers for stretches of audio, by a model.</summary>
/// <param name="model">The model.</param>
internal sealed class SpeechClassifier(EmotionModel model)
{
    /// <summary>
    /// Below this probability the answer is "unsure", 0 to 1; the model's card says what that brings. At 0 there always
    /// is an emotion, also where a recording is unlike those of training.
    /// </summary>
    public double Threshold { get; set; } = model.Card.Abstention.Threshold;

    /// <summary>Classifies stretches, those of one source in one run of the model.</summary>
    public SpeechEstimate[] Classify(IReadOnlyList<SpeechStretch> stretches)
    {
        var estimates = stretches.Select(s => new SpeechEstimate(WithoutSpeech(s.Audio), null)).ToArray();
        var speech = stretches
            .Index()
            .Where(s => SpeechSegmenter.FindsIn(s.Item.Audio.Samples))
            .Select(s =>
            {
                var features = model.FeaturesOf(s.Item.Audio.Samples);
                return (s.Index, Features: features, Source: SourceOf(features, s.Item.Adaptation, s.Item.Channel));
            })
            .ToArray();
        foreach (var source in speech.GroupBy(s => s.Source))
        {
            var outputs = model.Run([.. source.Select(s => s.Features)], source.Key?.Features);
            foreach (var (stretch, output) in source.Zip(outputs))
                estimates[stretch.Index] = Estimate(
                    new SpeechOutput(output.Probabilities, output.Distance, source.Key, output.Dimensions)
                );
        }
        return estimates;
    }

    /// <summary>What the model reads of a stretch of speech.</summary>
    public float[] FeaturesOf(ReadOnlySpan<float> samples) => model.FeaturesOf(samples);

    /// <summary>Asks the model.</summary>
    /// <param name="features">Of a stretch of speech.</param>
    /// <param name="adaptation">What they are adapted to; null for nothing.</param>
    /// <param name="channel">Its channel, from 0.</param>
    /// <param name="isProvisional">Whether the stretch goes on.</param>
    public SpeechOutput Run(float[] features, Adaptation? adaptation, int channel, bool isProvisional = false)
    {
        var source = SourceOf(features, adaptation, channel, isProvisional);
        var output = model.Run(features, source?.Features);
        return new SpeechOutput(output.Probabilities, output.Distance, source, output.Dimensions);
    }

    /// <summary>The answer that an output means.</summary>
    public SpeechEstimate Estimate(SpeechOutput output)
    {
        var best = TensorPrimitives.IndexOfMax(output.Probabilities);
        var unfamiliar = Threshold > 0 && output.Distance > model.Card.Abstention.MaxDistance;
        var unsure = unfamiliar || output.Probabilities[best] < Threshold;
        return new SpeechEstimate(
            new EmotionPrediction(
                unsure ? PredictionStatus.Unsure : PredictionStatus.Emotion,
                model.Card.Emotions[best],
                output.Probabilities[best],
                output.Probabilities
            )
            {
                IsUnfamiliar = unfamiliar,
                Dimensions = output
                    .Dimensions.Zip(model.Card.Dimensions ?? [])
                    .ToDictionary(d => d.Second.Name, d => d.First),
            },
            output.Source
        );
    }

    private AdaptationProfile? SourceOf(
        float[] features,
        Adaptation? adaptation,
        int channel,
        bool isProvisional = false
    ) => adaptation?.Of(channel, () => model.Deviates(features), isProvisional);

    private static EmotionPrediction WithoutSpeech(Recording audio) =>
        audio.Seconds < AudioFile.MinSeconds ? EmotionPrediction.TooShort : EmotionPrediction.NoSpeech;
}
