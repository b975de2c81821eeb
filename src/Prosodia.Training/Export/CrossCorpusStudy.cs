using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Reports;
using Prosodia.Recognition;

namespace Prosodia.Training.Export;

/// <summary>
/// What models of <see cref="EmotionModel"/>'s kind know of corpora that they are not trained on: trained on each
/// corpus alone and on all but one, tested on the others, with everything that users can adapt to.
/// </summary>
/// <param name="corpus">The recordings of all corpora.</param>
/// <param name="seed">Of all that is random.</param>
internal sealed class CrossCorpusStudy(ModelCorpus corpus, int seed)
{
    private const int Draws = 3; // of the recordings that a point of the curve adapts to
    private const int FewestSpeakers = 6; // to train on
    private const string SoFar = " so far";

    private static readonly int[] Counts = [1, 2, 5, 10, 20, 50, 100];

    private readonly ILookup<string, int> _corpora = Enumerable
        .Range(0, corpus.Utterances.Count)
        .ToLookup(u => corpus.Examples.Corpora[u]);

    private readonly CrossFitting _fitting = new(corpus.Examples, seed);

    /// <summary>Runs it.</summary>
    /// <param name="progress">Reports progress.</param>
    /// <param name="cancellationToken">Stops between models.</param>
    /// <exception cref="InputException">There are no two corpora that are apart.</exception>
    public CrossCorpusResult Run(Action<StageProgress> progress, CancellationToken cancellationToken)
    {
        if (!corpus.IsApart)
            throw new InputException(
                "the corpora",
                "share speakers, or an emotion is not in all of them",
                "Give two corpora at least, with speakers of their own and an emotion in common"
            );
        string[] names = [.. _corpora.Select(c => c.Key).Order(StringComparer.Ordinal)];
        var models = names
            .Select(left =>
                (Training: CrossCorpusResult.AllOthers, Known: names.Except([left]), Tests: (string[])[left])
            )
            .Concat(
                names
                    .Where(n => SpeakersOf(n) >= FewestSpeakers && names.Length > 2)
                    .Select(n => (Training: n, Known: Enumerable.Repeat(n, 1), Tests: names.Except([n]).ToArray()))
            )
            .ToArray();
        var figures = new List<CrossCorpusFigure>();
        var curve = new List<CrossCorpusCurvePoint>();
        foreach (var (i, (training, known, tests)) in models.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var model = _fitting.Fit([.. known.SelectMany(n => _corpora[n])]).Model;
            foreach (var test in tests)
            {
                int[] recordings = [.. _corpora[test]];
                float[][] rows = [.. recordings.Select(u => model.Scale.Apply(corpus.Examples.Versions[0][u]))];
                figures.AddRange(Figures(model, training, test, recordings, rows));
                if (training == CrossCorpusResult.AllOthers)
                    curve.AddRange(Curve(model, test, recordings, rows));
            }
            progress(new StageProgress("Training", i + 1, models.Length));
        }
        return new CrossCorpusResult(corpus.Examples.Emotions, names, figures, curve, seed);
    }

    private int SpeakersOf(string name) => _corpora[name].Select(u => corpus.Examples.Speakers[u]).Distinct().Count();

    private IEnumerable<CrossCorpusFigure> Figures(
        LinearEmotionModel model,
        string training,
        string test,
        int[] recordings,
        float[][] rows
    )
    {
        foreach (
            var (adaptation, adapted) in new (string, float[][])[]
            {
                (CrossCorpusResult.Nothing, rows),
                (AdaptationProfile.Collection, SourceAdaptation.ToAll(rows, recordings, Collection)),
                (
                    AdaptationProfile.Collection + SoFar,
                    SourceAdaptation.SoFar(rows, recordings, Collection, new Random(seed))
                ),
                (AdaptationProfile.Speaker, SourceAdaptation.ToAll(rows, recordings, Speaker)),
                (
                    AdaptationProfile.Speaker + SoFar,
                    SourceAdaptation.SoFar(rows, recordings, Speaker, new Random(seed))
                ),
            }
        )
        {
            var predictions = Predictions(model, recordings, adapted);
            yield return new CrossCorpusFigure(
                adaptation,
                training,
                test,
                predictions,
                ClassificationMetrics.Of(predictions, corpus.Examples.Emotions).Ua,
                SpeakerBootstrap.Intervals(predictions, corpus.Examples.Emotions, seed)["ua"]
            );
        }
    }

    private IEnumerable<CrossCorpusCurvePoint> Curve(
        LinearEmotionModel model,
        string test,
        int[] recordings,
        float[][] rows
    )
    {
        foreach (
            var (to, source) in new (string, Func<int, string>)[]
            {
                (AdaptationProfile.Collection, Collection),
                (AdaptationProfile.Speaker, Speaker),
            }
        )
        foreach (var count in Counts)
        {
            var random = new Random(seed);
            var ua = Enumerable
                .Range(0, Draws)
                .Average(_ =>
                    ClassificationMetrics
                        .Of(
                            Predictions(
                                model,
                                recordings,
                                SourceAdaptation.ToFew(rows, recordings, source, count, random)
                            ),
                            corpus.Examples.Emotions
                        )
                        .Ua
                );
            yield return new CrossCorpusCurvePoint(to, test, count, ua);
        }
    }

    private Prediction[] Predictions(LinearEmotionModel model, int[] recordings, float[][] rows) =>
        [.. recordings.Zip(rows, (u, row) => corpus.Predicted(u, model.Probabilities(row)))];

    private string Collection(int recording) => corpus.Examples.Corpora[recording];

    private string Speaker(int recording) => corpus.Examples.Speakers[recording];
}
