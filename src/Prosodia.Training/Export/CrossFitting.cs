using Prosodia.Evaluation.Metrics;
using Prosodia.Recognition;
using Prosodia.Training.Learners;
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
)
{
    /// <summary>How many features each view has; the scores of views add up.</summary>
    public IReadOnlyList<int> Views { get; init; } = ModelFeatures.Acoustic.Views;
}

/// <summary>
/// A model, and what it says of recordings that it was fitted to, each time without their corpus, or without their
/// speakers where all are of one corpus.
/// </summary>
/// <param name="Model">The model.</param>
/// <param name="Held">The emotions' probabilities of each known recording.</param>
/// <param name="MaxDistance">Distance from the others that few of these exceed.</param>
/// <param name="Examples">What it was fitted on.</param>
internal sealed record CrossFit(
    LinearEmotionModel Model,
    IReadOnlyDictionary<int, double[]> Held,
    double MaxDistance,
    Examples Examples
)
{
    /// <summary>Negative log-likelihood of <see cref="Held"/>, each emotion having the same weight.</summary>
    public double Loss =>
        Held.GroupBy(h => Examples.Labels[h.Key])
            .Average(c => c.Average(h => -Math.Log(Math.Max(1e-12, h.Value[c.Key]))));
}

/// <summary>
/// Fits a model to recordings of known speakers. How sure it may be comes from cross-validation over their corpora, or
/// over the speakers of a single one.
/// </summary>
internal sealed class CrossFitting(Examples examples, int seed)
{
    private const int InnerGroupCount = 5;
    private const double Unfamiliar = 0.02; // share of recordings, of groups left out
    private const double Shrinkage = 0.65; // anything from 0.5 to 0.8 does as well on corpora left out

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
        if (groups.Any(g => g.Length == 0) || groups.Length < 2)
            throw new InputException(
                "the recordings to train on",
                $"are {known.Length}, too few",
                $"Give corpora of {InnerGroupCount + 1} speakers or more"
            );
        var weights = WeightsOf(known);
        LinearDiscriminant.Statistics[][] statistics = [.. groups.Select(g => StatisticsOf(g, deviates, weights))];

        var scores = new Dictionary<int, double[]>();
        foreach (var (g, group) in groups.Index())
        {
            var discriminant = Discriminant([.. statistics.Where((_, i) => i != g)]);
            foreach (var u in group)
                scores[u] = discriminant.Score(deviates[u][0]);
        }
        var temperature = TemperatureOf(scores);
        var final = Discriminant(statistics);
        return new CrossFit(
            new LinearEmotionModel(
                scale,
                [.. final.Weights.Select(w => w.Select(x => (float)(x / temperature)).ToArray())],
                [.. final.Bias.Select(b => (float)(b / temperature))]
            ),
            scores.ToDictionary(s => s.Key, s => Probabilities.Softmax(s.Value, temperature)),
            MaxDistance(known, groups),
            examples
        );
    }

    /// <summary>
    /// The distance from those of training that another recording exceeds with a probability of 2 % at most, as far as
    /// it is like those of the groups when each was left out (conformal prediction; Vovk, Gammerman and Shafer, 2005).
    /// </summary>
    private double MaxDistance(int[] known, int[][] groups)
    {
        double[] distances = [.. groups.SelectMany(g => Distances(g, [.. known.Except(g)])).Order()];
        var rank = (int)Math.Ceiling((distances.Length + 1) * (1 - Unfamiliar));
        return distances[Math.Min(rank, distances.Length) - 1];
    }

    private IEnumerable<double> Distances(int[] group, int[] others)
    {
        var scale = QuantileNormalizer.Fit([.. others.Select(u => examples.Versions[0][u])]);
        return group.Select(u => (double)FeatureAdaptation.Distance(scale.Apply(examples.Versions[0][u])));
    }

    /// <summary>
    /// One over how many recordings of a corpus have an emotion, so that all of these count the same.
    /// </summary>
    private Dictionary<int, double> WeightsOf(int[] known)
    {
        var counts = known.CountBy(u => (examples.Corpora[u], examples.Labels[u])).ToDictionary();
        return known.ToDictionary(
            u => u,
            u => (double)known.Length / counts.Count / counts[(examples.Corpora[u], examples.Labels[u])]
        );
    }

    /// <summary>
    /// Statistics of each view of a group's recordings: as they are, adapted to the group and adapted to their
    /// speakers, because one set of weights has to serve all of these.
    /// </summary>
    private LinearDiscriminant.Statistics[] StatisticsOf(
        int[] group,
        Dictionary<int, float[][]> deviates,
        Dictionary<int, double> weights
    )
    {
        int[] labels = [.. group.Select(u => examples.Labels[u])];
        double[] weight = [.. group.Select(u => weights[u])];
        using var scope = NewDisposeScope();
        return
        [
            .. Enumerable
                .Range(0, examples.Versions.Length)
                .Select(version => OfVersion([.. group.Select(u => deviates[u][version])]))
                .Aggregate(Sum)
                .Select(s => s.MoveToOuterDisposeScope()),
        ];

        LinearDiscriminant.Statistics[] OfVersion(float[][] rows)
        {
            using var version = NewDisposeScope();
            return
            [
                .. Sources
                    .Select(source => OfViews(source is null ? rows : SourceAdaptation.ToAll(rows, group, source)))
                    .Aggregate(Sum)
                    .Select(s => s.MoveToOuterDisposeScope()),
            ];
        }

        LinearDiscriminant.Statistics[] OfViews(float[][] rows)
        {
            var starts = examples.Views.Select((_, v) => examples.Views.Take(v).Sum());
            return
            [
                .. starts.Zip(
                    examples.Views,
                    (start, count) =>
                        LinearDiscriminant.Statistics.Of(
                            [.. rows.Select(r => r[start..(start + count)])],
                            labels,
                            weight,
                            examples.Emotions.Length
                        )
                ),
            ];
        }

        static LinearDiscriminant.Statistics[] Sum(
            LinearDiscriminant.Statistics[] a,
            LinearDiscriminant.Statistics[] b
        ) => [.. a.Zip(b, (x, y) => LinearDiscriminant.Statistics.Total([x, y]))];
    }

    /// <summary>What features are adapted to: nothing, the group, the speaker.</summary>
    private Func<int, string>?[] Sources => [null, _ => "", u => examples.Speakers[u]];

    /// <summary>The sum of the discriminants of all views.</summary>
    private static LinearDiscriminant Discriminant(LinearDiscriminant.Statistics[][] groups)
    {
        using var scope = NewDisposeScope();
        var views = Enumerable
            .Range(0, groups[0].Length)
            .Select(v =>
                LinearDiscriminant.Fit(LinearDiscriminant.Statistics.Total([.. groups.Select(g => g[v])]), Shrinkage)
            )
            .ToArray();
        return new LinearDiscriminant(
            [.. views.SelectMany(v => v.Weights)],
            [.. views[0].Bias.Select((_, c) => views.Sum(v => v.Bias[c]))]
        );
    }

    /// <summary>The temperature of the lowest negative log-likelihood, each emotion having the same weight.</summary>
    private double TemperatureOf(Dictionary<int, double[]> scores)
    {
        var counts = scores.Keys.CountBy(u => examples.Labels[u]).ToDictionary();
        double[] candidates = [.. Enumerable.Range(0, 61).Select(i => Math.Pow(10, -1 + i / 20.0))];
        return candidates.MinBy(t =>
            scores.Sum(s =>
                -Math.Log(Math.Max(1e-12, Probabilities.Softmax(s.Value, t)[examples.Labels[s.Key]]))
                / counts[examples.Labels[s.Key]]
            )
        );
    }
}
