using System.Globalization;
using System.Numerics.Tensors;
using Prosodia.Audio;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Protocols;
using Prosodia.Recognition;
using Prosodia.Training.Augmentation;

namespace Prosodia.Training.Export;

/// <summary>What the card of a model says that its recordings don't.</summary>
/// <param name="Name">What users call it.</param>
/// <param name="Languages">Languages of the recordings.</param>
/// <param name="License">Under which terms it may be used.</param>
/// <param name="Command">What makes it again.</param>
internal sealed record ModelDescription(string Name, IReadOnlyList<string> Languages, string License, string Command);

/// <summary>A trained model with its card.</summary>
/// <param name="Onnx">The bytes of its ONNX file.</param>
/// <param name="Card">Its card.</param>
/// <param name="Predictions">What models trained the same way predicted for each recording out of fold, without its
/// speaker in training.</param>
/// <param name="Problems">Recordings that could not be used.</param>
/// <param name="Warnings">What was odd about others.</param>
internal sealed record TrainedModel(
    byte[] Onnx,
    ModelCard Card,
    IReadOnlyList<Prediction> Predictions,
    IReadOnlyList<InputException> Problems,
    IReadOnlyList<string> Warnings
);

/// <summary>
/// Trains a model of <see cref="EmotionModel"/>'s kind from all recordings of corpora, and measures how well that does
/// on corpora left out, or on unseen speakers where there is one corpus.
/// </summary>
internal static class ModelTraining
{
    /// <summary>What cards call the figures on corpora given to test on.</summary>
    public const string TestCorpora = "test-corpora";

    private const int Groups = 6;
    private const double RightAnswers = 0.7, // share wanted among the answers that a model gives
        MostCoverage = 0.7, // shares of the recordings that it answers
        LeastCoverage = 0.6; // corpora left out are answered less often

    /// <summary>Trains a model.</summary>
    /// <param name="manifest">The corpus, or several joined.</param>
    /// <param name="description">What its card says of it.</param>
    /// <param name="seed">The same seed and recordings give the same model.</param>
    /// <param name="tested">Names of corpora of the manifest to measure the model on, which it is not trained on;
    /// without any, corpora or speakers are left out in turn.</param>
    /// <param name="keptIn">The folder where measurements are kept for as long as the work lasts.</param>
    /// <param name="progress">Reports progress; called by any thread.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="InputException">No recording can be used, or there are too few speakers or
    /// emotions.</exception>
    public static TrainedModel Train(
        Manifest manifest,
        ModelDescription description,
        int seed,
        IReadOnlyCollection<string> tested,
        string keptIn,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(progress);
        var done = 0;
        using var kept = FeatureSet.OpenCache(keptIn, "features of a model");
        var read = FeatureSet.Of(
            manifest.Utterances,
            recording => [.. Versions(recording).Select(v => ModelFeatures.Of(v.Samples))],
            kept,
            null,
            () =>
                progress(
                    new StageProgress(
                        "Measuring recordings",
                        Interlocked.Increment(ref done),
                        manifest.Utterances.Count
                    )
                ),
            cancellationToken
        );
        var emotions = read.Utterances.Emotions();
        if (emotions.Length < 2)
            throw new InputException(
                manifest.Name,
                $"has only the emotion {emotions[0]}",
                "At least two are needed to tell apart"
            );
        var apart = AreApart(read.Utterances);
        var examples = new Examples(
            [.. Enumerable.Range(0, read.Values[0].Length).Select(v => read.Values.Select(r => r[v]).ToArray())],
            [.. read.Utterances.Select(u => Array.IndexOf(emotions, u.Emotion))],
            [.. read.Utterances.Select(u => u.Speaker)],
            [.. read.Utterances.Select(u => apart ? u.Detail(Manifest.CorpusColumn) : "")],
            emotions
        );
        if (tested.Count > 0 && !apart)
            throw new InputException(
                manifest.Name,
                "cannot be tested on corpora that share speakers with those of training or lack an emotion",
                "Give corpora that are apart, or leave --test out"
            );
        var training = read.Utterances.Where(u => !tested.Contains(u.Detail(Manifest.CorpusColumn))).ToArray();
        IProtocol protocol = apart && tested.Count == 0 ? new LeaveOneCorpusOut() : new SpeakerGroups(Groups);
        IReadOnlyList<Fold> splits = tested.Count > 0 ? [] : protocol.Split(read.Utterances, seed);
        var fit = new CrossFitting(examples, seed);
        var trial = new Trial(read.Utterances, examples, apart, tested.Count > 0 ? TestCorpora : protocol.Name);
        foreach (var (i, split) in splits.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var known = trial.Numbers([.. split.Train, .. split.Validation]);
            trial.Test(fit.Fit(known), trial.Numbers(split.Test));
            progress(new StageProgress("Training", i + 1, splits.Count + 1));
        }
        var final = fit.Fit(trial.Numbers(training));
        if (tested.Count > 0)
            trial.Test(final, trial.Numbers([.. read.Utterances.Except(training)]));
        progress(new StageProgress("Training", splits.Count + 1, splits.Count + 1));
        var onnx = final.Model.ToOnnx();
        var card = new ModelCard(
            ModelCard.CurrentFormat,
            description.Name,
            Sha256Hash.Of(onnx),
            DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            emotions,
            EmotionModel.FeatureSet,
            description.Languages,
            description.License,
            Data(training, manifest.Name),
            trial.Figures(seed),
            trial.Abstention(Trial.Threshold(final.Held, examples)),
            description.Command
        );
        return new TrainedModel(onnx, card, trial.Predictions, read.Problems, read.Warnings);
    }

    /// <summary>
    /// Whether recordings are of several corpora that can be left out: every recording names its corpus, no speaker is
    /// in two, and every emotion is in all.
    /// </summary>
    private static bool AreApart(IReadOnlyList<Utterance> utterances)
    {
        var corpora = utterances.ToLookup(u => u.Detail(Manifest.CorpusColumn));
        return corpora.Count > 1
            && !corpora.Contains("")
            && corpora.Sum(c => c.Speakers().Length) == utterances.Speakers().Length
            && corpora.All(c => c.Emotions().Length == utterances.Emotions().Length);
    }

    /// <summary>A recording as it is, as other speakers would have said it, under noise and over a line.</summary>
    private static Recording[] Versions(Recording recording)
    {
        // each has noise of its own, whatever else is read
        var seed = BitConverter.SingleToInt32Bits(recording.Samples[recording.Samples.Length / 2]);
        return
        [
            recording,
            .. SpeedPerturbation.Speeds.Select(s => recording.Play(s)),
            recording.WithNoise(20, 0, seed),
            recording.WithNoise(10, 0.7, seed + 1),
            recording.OverTelephone(),
        ];
    }

    /// <summary>What a card says of the recordings.</summary>
    internal static TrainingCorpus[] Data(IReadOnlyList<Utterance> utterances, string name) =>
        [
            .. utterances
                .GroupBy(u => u.Detail(Manifest.CorpusColumn) is { Length: > 0 } corpus ? corpus : name)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new TrainingCorpus(
                    g.Key,
                    g.Count(),
                    g.Speakers().Length,
                    Sha256Hash.Of(string.Concat(g.Select(u => u.Sha256).Order(StringComparer.Ordinal)))
                )),
        ];

    /// <summary>
    /// Out-of-fold predictions of recordings by models not trained on their corpus, or on their speakers where there is
    /// one corpus.
    /// </summary>
    private sealed class Trial(IReadOnlyList<Utterance> utterances, Examples examples, bool across, string protocol)
    {
        private const string Collection = "collection", // what predictions are adapted to
            Speaker = "speaker";

        private readonly Dictionary<string, int> _numbers = utterances
            .Index()
            .ToDictionary(u => u.Item.Name, u => u.Index);
        private readonly List<Prediction> _predictions = [];

        private readonly Dictionary<string, List<Prediction>> _adapted = new() { [Collection] = [], [Speaker] = [] };
        private readonly List<bool> _answered = [];

        public IReadOnlyList<Prediction> Predictions => _predictions;

        public int[] Numbers(IReadOnlyList<Utterance> of) => [.. of.Select(u => _numbers[u.Name])];

        public void Test(CrossFit fit, int[] test)
        {
            var threshold = Threshold(fit.Held, examples);
            var model = fit.Model;
            float[][] unadapted = [.. test.Select(u => model.Scale.Apply(examples.Versions[0][u]))];
            Adapt(Collection, u => examples.Corpora[u]);
            Adapt(Speaker, u => examples.Speakers[u]);
            foreach (var (u, deviates) in test.Zip(unadapted))
            {
                var probabilities = model.Probabilities(deviates);
                var best = TensorPrimitives.IndexOfMax(probabilities);
                _predictions.Add(Predicted(u, probabilities));
                _answered.Add(probabilities[best] >= threshold);
            }
            void Adapt(string to, Func<int, string> source) =>
                _adapted[to]
                    .AddRange(
                        test.Zip(
                            CrossFitting.Adapted(unadapted, test, source),
                            (u, row) => Predicted(u, model.Probabilities(row))
                        )
                    );
        }

        private Prediction Predicted(int u, double[] probabilities) =>
            new(
                utterances[u].Name,
                utterances[u].Speaker,
                utterances[u].Emotion,
                examples.Emotions[TensorPrimitives.IndexOfMax(probabilities)],
                probabilities
            )
            {
                Groups = new Dictionary<string, string>
                {
                    [Manifest.CorpusColumn] = utterances[u].Detail(Manifest.CorpusColumn),
                },
            };

        /// <summary>
        /// The lowest probability above which enough of the answers are right, of the most and the fewest recordings
        /// that are to be answered.
        /// </summary>
        public static double Threshold(IReadOnlyDictionary<int, double[]> held, Examples examples)
        {
            (double Probability, bool Right)[] sorted =
            [
                .. held.Select(h => (h.Value.Max(), TensorPrimitives.IndexOfMax(h.Value) == examples.Labels[h.Key]))
                    .OrderByDescending(h => h.Item1),
            ];
            int fewest = (int)(LeastCoverage * sorted.Length),
                answered = (int)(MostCoverage * sorted.Length),
                right = sorted.Take(answered).Count(h => h.Right);
            for (; answered > fewest && right < RightAnswers * answered; answered--)
                right -= sorted[answered - 1].Right ? 1 : 0;
            return sorted[Math.Max(0, answered - 1)].Probability;
        }

        public Abstention Abstention(double threshold)
        {
            var wrong = _predictions.Select(p => p.Predicted != p.Truth).ToArray();
            return new Abstention(
                threshold,
                Share(_answered),
                Share(wrong.Where((_, i) => _answered[i])),
                Share(wrong)
            );
        }

        public ModelMetrics Figures(int seed)
        {
            var scores = ClassificationMetrics.Of(_predictions, examples.Emotions);
            double Ua(IEnumerable<Prediction> predictions) =>
                across
                    ? ByCorpus(predictions).Average(c => ClassificationMetrics.Of(c.Value, examples.Emotions).Ua)
                    : ClassificationMetrics.Of([.. predictions], examples.Emotions).Ua;
            var corpora = ByCorpus(_predictions);
            return new ModelMetrics(
                protocol,
                seed,
                Ua(_predictions),
                across
                    ? SpeakerBootstrap.MeanUaInterval([.. corpora.Values], examples.Emotions, seed)
                    : SpeakerBootstrap.Intervals(_predictions, examples.Emotions, seed)["ua"],
                scores.Wa,
                scores.F1,
                corpora.ToDictionary(c => c.Key, c => ClassificationMetrics.Of(c.Value, examples.Emotions).Ua),
                ClassificationMetrics.Matrix(_predictions, examples.Emotions).ToRows(),
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
}
