using Prosodia.Audio;
using Prosodia.KeySegments;

namespace Prosodia.Recognition;

/// <summary>What a key segment contributes to an answer.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Drop">How much less likely the recognized emotion is without it; below 0 where it is likelier.</param>
public sealed record SegmentAttribution(TimeSpan Start, TimeSpan End, double Drop);

/// <summary>
/// A feature of the voice that is unlike the speaker's other recordings, or where there are none, the training
/// recordings' middle.
/// </summary>
/// <param name="Name">What it is.</param>
/// <param name="Deviations">How far, in deviations over the training recordings.</param>
public sealed record FeatureDeviation(string Name, double Deviations);

/// <summary>
/// What a group of features adds to the score of the recognized emotion, over the mean of the others.
/// </summary>
/// <param name="Name">The group.</param>
/// <param name="Score">In logarithms of odds.</param>
public sealed record FeatureGroupAttribution(string Name, double Score);

/// <summary>Why a recording got its answer.</summary>
/// <param name="Prediction">The answer.</param>
/// <param name="Segments">The key segments in the order of time: what the answer loses without each (occlusion; Zeiler
/// and Fergus, ECCV 2014).</param>
/// <param name="Voice">What of the voice stands out, most first.</param>
/// <param name="Groups">What decided, most first; exact, since scores are sums.</param>
public sealed record Explanation(
    EmotionPrediction Prediction,
    IReadOnlyList<SegmentAttribution> Segments,
    IReadOnlyList<FeatureDeviation> Voice,
    IReadOnlyList<FeatureGroupAttribution> Groups
)
{
    private const int MaxStandingOut = 8;
    private const double StandsOut = 0.5; // deviations

    // features that people have a word for
    private static readonly (string Feature, string Name)[] Words =
    [
        ("f0_median", "pitch"),
        ("f0_deviation", "variation of pitch"),
        ("f0_slope", "rise of pitch over the utterance"),
        ("f0_rise", "speed of rising pitch"),
        ("energy_deviation", "variation of loudness"),
        ("loudness_rise", "suddenness of loudness"),
        ("alpha_ratio_voiced_mean", "brightness of the voice"),
        ("hammarberg_index_voiced_mean", "softness of the voice"),
        ("hnr_median", "clearness of the voice"),
        ("jitter_median", "roughness (jitter)"),
        ("shimmer_median", "roughness (shimmer)"),
        ("h1_h2_median", "breathiness"),
        ("f1_median", "first formant"),
        ("f2_median", "second formant"),
        ("loudness_peaks", "syllables a second"),
        ("pause_length_longest", "longest pause"),
        ("voiced_length_mean", "length of voiced stretches"),
        ("duration", "length of the utterance"),
    ];

    private static readonly (string Prefix, string Group)[] Families =
    [
        ("f0", "pitch"),
        ("hnr", "voice quality"),
        ("periodicity", "voice quality"),
        ("jitter", "voice quality"),
        ("shimmer", "voice quality"),
        ("h1_h2", "voice quality"),
        ("f1", "formants"),
        ("f2", "formants"),
        ("f3", "formants"),
        ("loudness", "loudness"),
        ("energy", "loudness"),
        ("duration", "rhythm"),
        ("voiced", "rhythm"),
        ("unvoiced", "rhythm"),
        ("pause", "rhythm"),
        ("covariance", "movement"),
        ("steps", "movement"),
        ("", "spectrum"),
    ];

    internal static Explanation Of(
        EmotionModel model,
        Recording recording,
        EmotionPrediction estimate,
        IReadOnlyList<Recording> sameSpeaker,
        FeatureAdaptation? adaptation
    )
    {
        if (estimate.Emotion.Length == 0)
            return new Explanation(estimate, [], [], []);
        var emotion = model.Card.Emotions.Index().First(e => e.Item == estimate.Emotion).Index;
        var (deviates, contributions) = model.Explain(model.FeaturesOf(recording.Samples), adaptation);
        return new Explanation(
            estimate,
            Occlusion(model, recording, estimate, emotion, adaptation),
            model.Features.AreNamed ? StandOut(deviates, UsualOf(model, sameSpeaker, adaptation)) : [],
            model.Features.AreNamed ? Decided(contributions, emotion, model.Card.Emotions.Count) : []
        );
    }

    private static IReadOnlyList<SegmentAttribution> Occlusion(
        EmotionModel model,
        Recording recording,
        EmotionPrediction estimate,
        int emotion,
        FeatureAdaptation? adaptation
    )
    {
        var (speech, start) = InputNormalizer.Apply(recording.Samples);
        var speechSamples = recording.Samples.AsSpan(start, speech.Samples.Length);
        var keys = KeySegmentSelection
            .Select(new SegmentedSpeech(speechSamples.ToArray()), new KeySegmentOptions())
            .Keys;
        var influences = new List<SegmentAttribution>();
        foreach (var key in keys)
        {
            var (from, to) = (
                key.Segment * SegmentedSpeech.Hop,
                Math.Min(speechSamples.Length, key.Segment * SegmentedSpeech.Hop + SegmentedSpeech.Length)
            );
            if (speechSamples.Length - (to - from) < AudioFile.MinSeconds * Recording.SampleRate)
                continue;
            var without = model
                .Run(model.FeaturesOf([.. speechSamples[..from], .. speechSamples[to..]]), adaptation)
                .Probabilities[emotion];
            influences.Add(
                new SegmentAttribution(
                    Recording.TimeOf(start + from),
                    Recording.TimeOf(start + to),
                    estimate.Probability - without
                )
            );
        }
        return influences;
    }

    /// <summary>
    /// The mean deviates of a speaker's recordings; the training recordings' middle, 0, where there are none.
    /// </summary>
    private static Func<int, double> UsualOf(
        EmotionModel model,
        IReadOnlyList<Recording> sameSpeaker,
        FeatureAdaptation? adaptation
    )
    {
        var deviations = sameSpeaker
            .Select(r => model.Explain(model.FeaturesOf(r.Samples), adaptation).Deviates)
            .ToArray();
        return feature => deviations.Select(d => (double)d[feature]).DefaultIfEmpty().Average();
    }

    private static IReadOnlyList<FeatureDeviation> StandOut(float[] deviates, Func<int, double> usual)
    {
        var place = ModelFeatures.Acoustic.Names.Index().ToDictionary(n => n.Item, n => n.Index);
        return
        [
            .. Words
                .Select(w => (w.Name, Index: place[ModelFeatures.Normalized + w.Feature]))
                .Select(w => new FeatureDeviation(w.Name, deviates[w.Index] - usual(w.Index)))
                .Where(s => Math.Abs(s.Deviations) >= StandsOut)
                .OrderByDescending(s => Math.Abs(s.Deviations))
                .Take(MaxStandingOut),
        ];
    }

    private static IReadOnlyList<FeatureGroupAttribution> Decided(float[] contributions, int emotion, int emotions) =>
        [
            .. ModelFeatures
                .Acoustic.Names.Index()
                .GroupBy(n => GroupOf(n.Item), n => contributions.AsSpan(n.Index * emotions, emotions).ToArray())
                .Select(g => new FeatureGroupAttribution(
                    g.Key,
                    g.Sum(c => c[emotion] - (c.Sum() - c[emotion]) / (emotions - 1))
                ))
                .OrderByDescending(g => Math.Abs(g.Score)),
        ];

    private static string GroupOf(string feature)
    {
        var name = feature.StartsWith(ModelFeatures.Normalized, StringComparison.Ordinal)
            ? feature[ModelFeatures.Normalized.Length..]
            : feature;
        return Families.First(f => name.StartsWith(f.Prefix, StringComparison.Ordinal)).Group;
    }
}
