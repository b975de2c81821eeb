using Prosodia.Evaluation.Metrics;
using Prosodia.Features;
using Prosodia.Training.Classifiers;
using Prosodia.Training.Experiments;
using Prosodia.Training.Torch;
using static TorchSharp.torch;

namespace Prosodia.Training.Export;

/// <summary>What a model learns from: features of recordings, each in several versions, and of other sound.</summary>
/// <param name="Versions">Features by version and recording; the first version is the recording as it is.</param>
/// <param name="Labels">The emotion of each recording.</param>
/// <param name="Speakers">The speaker of each recording.</param>
/// <param name="Corpora">The corpus of each recording; empty where only one is known.</param>
/// <param name="Emotions">The emotions.</param>
internal sealed record Examples(
    float[][][] Versions,
    int[] Labels,
    string[] Speakers,
    string[] Corpora,
    string[] Emotions
);

/// <summary>
/// A model, and what it says of recordings that it was fitted to, each time without their corpus, or without their
/// speakers where all are of one corpus.
/// </summary>
/// <param name="Model">The model.</param>
/// <param name="Shrinkage">What was chosen.</param>
/// <param name="Held">The emotions' probabilities of each known recording.</param>
/// <param name="HeldSpeech">Whether each was taken for speech.</param>
internal sealed record CrossFit(
    LinearEmotionModel Model,
    double Shrinkage,
    IReadOnlyDictionary<int, double[]> Held,
    IReadOnlyDictionary<int, bool> HeldSpeech
);

/// <summary>
/// Fits a model to recordings of known speakers. How strongly it is regularized, how sure it may be and how unlike
/// speech speech may be come from cross-validation over their corpora, or over the speakers of a single one.
/// </summary>
internal sealed class CrossFitting(Examples examples, int seed)
{
    private const int InnerGroupCount = 5;
    private const double SpeechShrinkage = 0.3,
        SpeechLost = 0.005,
        OtherTaken = 0.05; // shares that the edges leave out
    private const double Leniency = 0.3; // of the way from speech to other sound

    private static readonly string[] MovingFunctionals =
    [
        "_deviation",
        "_rise",
        "_fall",
        "_slope",
        "hz",
        "_variation",
        "_stretches",
        "_length_mean",
        "_length_deviation",
        "_share",
        "_peaks",
    ];
    private static readonly long[] Moving =
    [
        .. ProsodicFeatures
            .FeatureNames.Index()
            .Where(n => MovingFunctionals.Any(f => n.Item.EndsWith(f, StringComparison.Ordinal)))
            .Select(n => (long)n.Index),
    ];
    private static readonly double[] Shrinkages = [0.1, 0.3, 0.5, 0.7];

    /// <summary>Fits a model.</summary>
    /// <param name="known">The recordings to fit it to.</param>
    /// <param name="other">Features of sound that is no speech.</param>
    public CrossFit Fit(int[] known, IReadOnlyList<float[]> other)
    {
        using var scope = NewDisposeScope();
        var emotions = examples.Emotions.Length;
        var scale = QuantileNormalizer.Fit([.. known.Select(u => examples.Versions[0][u])]);
        var deviates = known.ToDictionary(u => u, u => examples.Versions.Select(v => scale.Apply(v[u])).ToArray());
        int[][] corpora = [.. known.GroupBy(u => examples.Corpora[u]).Select(g => g.ToArray())];
        var groups = corpora.Length > 1 ? corpora : InnerFolds.Of(known, examples.Speakers, InnerGroupCount, seed);
        LinearDiscriminant.Statistics[] statistics =
        [
            .. groups.Select(group =>
                LinearDiscriminant.Statistics.Of(
                    [.. group.SelectMany(u => deviates[u])],
                    [.. group.SelectMany(u => deviates[u].Select(_ => examples.Labels[u]))],
                    emotions
                )
            ),
        ];
        float[][] otherDeviates = [.. other.Select(scale.Apply)];
        var otherStatistics = LinearDiscriminant.Statistics.Of(otherDeviates, [.. other.Select(_ => 0)], 2);

        var scores = Shrinkages.Select(_ => new Dictionary<int, double[]>()).ToArray();
        var speech = new Dictionary<int, double>();
        foreach (var (g, group) in groups.Index())
        {
            var rest = LinearDiscriminant.Statistics.Total([.. statistics.Where((_, i) => i != g)]);
            foreach (var (s, shrinkage) in Shrinkages.Index())
            {
                var discriminant = LinearDiscriminant.Fit(rest, shrinkage);
                foreach (var u in group)
                    scores[s][u] = discriminant.Score(deviates[u][0]);
            }
            var (weights, bias) = SpeechScore(rest, otherStatistics);
            foreach (var u in group)
                speech[u] = Score(weights, bias, deviates[u][0]);
        }

        var (best, temperature) = Shrinkages
            .Select((_, s) => (Index: s, Fit: Calibrate(scores[s])))
            .MinBy(c => c.Fit.Loss)
            is var chosen
            ? (chosen.Index, chosen.Fit.Temperature)
            : default;
        var all = LinearDiscriminant.Statistics.Total(statistics);
        var final = LinearDiscriminant.Fit(all, Shrinkages[best]);
        var (speechWeights, speechBias) = SpeechScore(all, otherStatistics);
        var least = Between(
            speech.Values,
            otherDeviates.Select(d => Score(speechWeights, speechBias, d)),
            corpora.Length > 1 ? 0 : Leniency
        );
        return new CrossFit(
            new LinearEmotionModel(
                scale,
                [.. final.Weights.Select(w => w.Select(x => (float)(x / temperature)).ToArray())],
                [.. final.Bias.Select(b => (float)(b / temperature))],
                speechWeights,
                (float)(speechBias - least)
            ),
            Shrinkages[best],
            scores[best].ToDictionary(s => s.Key, s => Probabilities.Softmax(s.Value, temperature)),
            speech.ToDictionary(s => s.Key, s => s.Value >= least)
        );
    }

    /// <summary>
    /// LDA of speech against other sound, as one score that is above 0 for speech. It uses how sound moves, not its
    /// level: levels and spectra differ from one room to the next, and speech in another room is still speech.
    /// </summary>
    private static (float[] Weights, double Bias) SpeechScore(
        LinearDiscriminant.Statistics speech,
        LinearDiscriminant.Statistics other
    )
    {
        using var scope = NewDisposeScope();
        var moving = tensor(Moving);
        var squares = speech
            .Squares.add(other.Squares, PinnedScalars.One)
            .index_select(0, moving)
            .index_select(1, moving);
        var sums = cat([other.Sums[..1], speech.Sums.sum([0]).unsqueeze(0)], 0).index_select(1, moving);
        var discriminant = LinearDiscriminant.Fit(
            new LinearDiscriminant.Statistics(squares, sums, [other.Counts[0], speech.Counts.Sum()]),
            SpeechShrinkage
        );
        var weights = new float[speech.Squares.shape[0]];
        foreach (var (i, feature) in Moving.Index())
            weights[feature] = (float)(discriminant.Weights[i][1] - discriminant.Weights[i][0]);
        return (weights, discriminant.Bias[1] - discriminant.Bias[0]);
    }

    private static double Score(float[] weights, double bias, float[] deviates) =>
        bias + weights.Zip(deviates, (w, x) => (double)w * x).Sum();

    /// <summary>
    /// The least score of speech: that of speech left out, or where only speakers were left out, below it, towards that
    /// of other sound, since speech of another corpus scores lower.
    /// </summary>
    private static double Between(IEnumerable<double> speech, IEnumerable<double> other, double leniency)
    {
        double[] low = [.. speech.Order()],
            high = [.. other.OrderDescending()];
        var edge = low[(int)(SpeechLost * low.Length)];
        return Math.Min(edge, edge + leniency * (high[(int)(OtherTaken * high.Length)] - edge));
    }

    /// <summary>
    /// The temperature of the lowest negative log-likelihood, each emotion having the same weight; and that likelihood.
    /// </summary>
    private (double Temperature, double Loss) Calibrate(Dictionary<int, double[]> scores)
    {
        var counts = scores.Keys.CountBy(u => examples.Labels[u]).ToDictionary();
        double[] candidates = [.. Enumerable.Range(0, 61).Select(i => Math.Pow(10, -1 + i / 20.0))];
        return candidates
            .Select(t =>
                (
                    t,
                    scores.Sum(s =>
                        -Math.Log(Math.Max(1e-12, Probabilities.Softmax(s.Value, t)[examples.Labels[s.Key]]))
                        / counts[examples.Labels[s.Key]]
                    )
                )
            )
            .MinBy(c => c.Item2);
    }
}
