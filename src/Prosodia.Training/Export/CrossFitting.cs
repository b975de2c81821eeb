using Prosodia.Evaluation.Metrics;
using Prosodia.Training.Classifiers;
using static TorchSharp.torch;

namespace Prosodia.Training.Export;

/// <summary>What a model learns from: features of recordings, each in several versions.</summary>
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
internal sealed record CrossFit(LinearEmotionModel Model, double Shrinkage, IReadOnlyDictionary<int, double[]> Held);

/// <summary>
/// Fits a model to recordings of known speakers. How strongly it is regularized and how sure it may be come from
/// cross-validation over their corpora, or over the speakers of a single one.
/// </summary>
internal sealed class CrossFitting(Examples examples, int seed)
{
    private const int InnerGroupCount = 5;
    private static readonly double[] Shrinkages = [0.1, 0.3, 0.5, 0.7];

    /// <summary>Fits a model.</summary>
    /// <param name="known">The recordings to fit it to.</param>
    public CrossFit Fit(int[] known)
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

        var scores = Shrinkages.Select(_ => new Dictionary<int, double[]>()).ToArray();
        foreach (var (g, group) in groups.Index())
        {
            var rest = LinearDiscriminant.Statistics.Total([.. statistics.Where((_, i) => i != g)]);
            foreach (var (s, shrinkage) in Shrinkages.Index())
            {
                var discriminant = LinearDiscriminant.Fit(rest, shrinkage);
                foreach (var u in group)
                    scores[s][u] = discriminant.Score(deviates[u][0]);
            }
        }

        var (best, temperature) = Shrinkages
            .Select((_, s) => (Index: s, Fit: Calibrate(scores[s])))
            .MinBy(c => c.Fit.Loss)
            is var chosen
            ? (chosen.Index, chosen.Fit.Temperature)
            : default;
        var all = LinearDiscriminant.Statistics.Total(statistics);
        var final = LinearDiscriminant.Fit(all, Shrinkages[best]);
        return new CrossFit(
            new LinearEmotionModel(
                scale,
                [.. final.Weights.Select(w => w.Select(x => (float)(x / temperature)).ToArray())],
                [.. final.Bias.Select(b => (float)(b / temperature))]
            ),
            Shrinkages[best],
            scores[best].ToDictionary(s => s.Key, s => Probabilities.Softmax(s.Value, temperature))
        );
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
