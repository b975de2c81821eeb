using System.Numerics.Tensors;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Metrics;
using Prosodia.Recognition;

namespace Prosodia.Training.Export;

/// <summary>
/// Out-of-fold predictions of recordings by models not trained on their corpus, or on their speakers where there is
/// one corpus.
/// </summary>
/// <param name="corpus">The recordings.</param>
/// <param name="protocol">How they are divided.</param>
internal sealed class ModelTrial(ModelCorpus corpus, string protocol)
{
    private const string Collection = AdaptationProfile.Collection, // what predictions are adapted to
        Speaker = AdaptationProfile.Speaker;
    private const double RightAnswers = 0.7, // share wanted among the answers that a model gives
        MostCoverage = 0.7, // shares of the recordings that it answers
        LeastCoverage = 0.63; // corpora left out are answered less often

    private readonly Examples _examples = corpus.Examples;
    private readonly List<Prediction> _predictions = [];

    private readonly Dictionary<string, List<Prediction>> _adapted = new() { [Collection] = [], [Speaker] = [] };
    private readonly List<bool> _answered = [];

    public IReadOnlyList<Prediction> Predictions => _predictions;

    public void Test(CrossFit fit, int[] test)
    {
        var threshold = Threshold(fit.Held);
        var model = fit.Model;
        float[][] unadapted = [.. test.Select(u => model.Scale.Apply(fit.Examples.Versions[0][u]))];
        Adapt(Collection, u => _examples.Corpora[u]);
        Adapt(Speaker, u => _examples.Speakers[u]);
        foreach (var (u, deviates) in test.Zip(unadapted))
        {
            var probabilities = model.Probabilities(deviates);
            var best = TensorPrimitives.IndexOfMax(probabilities);
            _predictions.Add(corpus.Predicted(u, probabilities));
            _answered.Add(probabilities[best] >= threshold && FeatureAdaptation.Distance(deviates) <= fit.MaxDistance);
        }
        void Adapt(string to, Func<int, string> source) =>
            _adapted[to]
                .AddRange(
                    test.Zip(
                        SourceAdaptation.ToAll(unadapted, test, source),
                        (u, row) => corpus.Predicted(u, model.Probabilities(row))
                    )
                );
    }

    /// <summary>
    /// The lowest probability above which enough of the answers are right, of the most and the fewest recordings
    /// that are to be answered.
    /// </summary>
    private double Threshold(IReadOnlyDictionary<int, double[]> held)
    {
        (double Probability, bool Right)[] sorted =
        [
            .. held.Select(h => (h.Value.Max(), TensorPrimitives.IndexOfMax(h.Value) == _examples.Labels[h.Key]))
                .OrderByDescending(h => h.Item1),
        ];
        int fewest = (int)(LeastCoverage * sorted.Length),
            answered = (int)(MostCoverage * sorted.Length),
            right = sorted.Take(answered).Count(h => h.Right);
        for (; answered > fewest && right < RightAnswers * answered; answered--)
            right -= sorted[answered - 1].Right ? 1 : 0;
        return sorted[Math.Max(0, answered - 1)].Probability;
    }

    public Abstention Abstention(CrossFit final)
    {
        var wrong = _predictions.Select(p => p.Predicted != p.Truth).ToArray();
        return new Abstention(
            Threshold(final.Held),
            Share(_answered),
            Share(wrong.Where((_, i) => _answered[i])),
            Share(wrong)
        )
        {
            MaxDistance = final.MaxDistance,
        };
    }

    public ModelMetrics Figures(int seed)
    {
        var scores = ClassificationMetrics.Of(_predictions, _examples.Emotions);
        double Ua(IEnumerable<Prediction> predictions) =>
            corpus.IsApart
                ? ByCorpus(predictions).Average(c => ClassificationMetrics.Of(c.Value, _examples.Emotions).Ua)
                : ClassificationMetrics.Of([.. predictions], _examples.Emotions).Ua;
        var corpora = ByCorpus(_predictions);
        return new ModelMetrics(
            protocol,
            seed,
            Ua(_predictions),
            corpus.IsApart
                ? SpeakerBootstrap.MeanUaInterval([.. corpora.Values], _examples.Emotions, seed).Limits()
                : SpeakerBootstrap.Intervals(_predictions, _examples.Emotions, seed)["ua"].Limits(),
            scores.Wa,
            scores.F1,
            corpora.ToDictionary(c => c.Key, c => ClassificationMetrics.Of(c.Value, _examples.Emotions).Ua),
            ClassificationMetrics.Matrix(_predictions, _examples.Emotions).ToRows(),
            Calibration.Of(_predictions).ExpectedError
        )
        {
            UaAdapted = _adapted.ToDictionary(a => a.Key, a => Ua(a.Value)),
        };
    }

    private static SortedDictionary<string, Prediction[]> ByCorpus(IEnumerable<Prediction> predictions) =>
        new(
            predictions
                .GroupBy(p => p.Groups[Manifest.CorpusColumn])
                .Where(g => g.Key.Length > 0)
                .ToDictionary(g => g.Key, g => g.ToArray()),
            StringComparer.Ordinal
        );

    private static double Share(IEnumerable<bool> of) => of.Select(b => b ? 1.0 : 0).DefaultIfEmpty().Average();
}
