using System.Globalization;
using System.Numerics.Tensors;
using Prosodia.Audio;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Synthesis;
using Prosodia.Recognition;
using Prosodia.Training.Augmentation;
using Prosodia.Vad;

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
/// Trains a model of <see cref="EmotionModel"/>'s kind from all recordings of a corpus, and measures how well that does
/// on unseen speakers.
/// </summary>
internal static class ModelTraining
{
    private const int Groups = 6,
        OtherSounds = 600;
    private const double Coverage = 0.7; // of recordings that a model answers surely enough

    /// <summary>Trains a model.</summary>
    /// <param name="manifest">The corpus, or several joined.</param>
    /// <param name="description">What its card says of it.</param>
    /// <param name="seed">The same seed and recordings give the same model.</param>
    /// <param name="keptIn">The folder where measurements are kept for as long as the work lasts.</param>
    /// <param name="progress">Reports progress; called by any thread.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="InputException">No recording can be used, or there are too few speakers or
    /// emotions.</exception>
    public static TrainedModel Train(
        Manifest manifest,
        ModelDescription description,
        int seed,
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
            recording => [.. Versions(recording).Select(v => EmotionModel.Features(v.Samples))],
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
        var splits = new SpeakerGroups(Groups).Split(read.Utterances, seed);
        var other = OtherSound(seed, kept, progress, cancellationToken);

        var examples = new Examples(
            [.. Enumerable.Range(0, read.Values[0].Length).Select(v => read.Values.Select(r => r[v]).ToArray())],
            [.. read.Utterances.Select(u => Array.IndexOf(emotions, u.Emotion))],
            [.. read.Utterances.Select(u => u.Speaker)],
            emotions
        );
        var fit = new SpeakerCrossFit(examples, seed);
        var trial = new Trial(read.Utterances, examples);
        foreach (var (i, split) in splits.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var left = (SoundKind)(i % other.Count);
            trial.Test(
                fit.Fit(
                    trial.Numbers([.. split.Train, .. split.Validation]),
                    [.. other.Where(o => o.Key != left).SelectMany(o => o.Value).Select(o => o.Features)]
                ),
                trial.Numbers(split.Test),
                other[left]
            );
            progress(new StageProgress("Training", i + 1, splits.Count + 1));
        }
        var final = fit.Fit(
            [.. Enumerable.Range(0, read.Utterances.Count)],
            [.. other.SelectMany(o => o.Value).Select(o => o.Features)]
        );
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
            Data(read.Utterances, manifest.Name),
            trial.Figures(seed),
            trial.Abstention(Trial.Threshold(final.Held.Values)),
            trial.Speech,
            description.Command
        );
        return new TrainedModel(onnx, card, trial.Predictions, read.Problems, read.Warnings);
    }

    /// <summary>A recording as it is, as other speakers would have said it, and under noise.</summary>
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
        ];
    }

    private static Dictionary<SoundKind, OtherExample[]> OtherSound(
        int seed,
        FeatureCache<Measurement> kept,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var done = 0;
        var kinds = Enum.GetValues<SoundKind>();
        var sounds = new OtherExample[OtherSounds];
        Parallel.For(
            0,
            OtherSounds,
            new ParallelOptions
            {
                CancellationToken = cancellationToken,
                MaxDegreeOfParallelism = Environment.ProcessorCount,
            },
            i =>
            {
                var name = $"other sound {seed * OtherSounds + i}";
                if (!kept.Contains(name))
                    kept.Add(
                        name,
                        Measured(
                            Evaluation.Synthesis.NonSpeechSynthesizer.Of(
                                kinds[i % kinds.Length],
                                new Random(seed * OtherSounds + i)
                            )
                        )
                    );
                var measured = kept.Get(name).Values;
                sounds[i] = new OtherExample(measured[0], Voiced: measured[1][0] > 0);
                progress(new StageProgress("Measuring other sound", Interlocked.Increment(ref done), OtherSounds));
            }
        );
        kept.Flush();
        return kinds.ToDictionary(k => k, k => sounds.Where((_, i) => kinds[i % kinds.Length] == k).ToArray());
    }

    private static Measurement Measured(float[] samples) =>
        new(
            [EmotionModel.Features(samples), [SpeechSegmenter.FindsIn(samples) ? 1 : 0]],
            (double)samples.Length / Recording.SampleRate,
            []
        );

    /// <summary>
    /// A sound that is no speech, and whether it is voiced like speech, so that the model is asked at all.
    /// </summary>
    private sealed record OtherExample(float[] Features, bool Voiced);

    private static TrainingCorpus[] Data(IReadOnlyList<Utterance> utterances, string name) =>
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

    /// <summary>Out-of-fold predictions of recordings by models not trained on their speakers.</summary>
    private sealed class Trial(IReadOnlyList<Utterance> utterances, Examples examples)
    {
        private readonly Dictionary<string, int> _numbers = utterances
            .Index()
            .ToDictionary(u => u.Item.Name, u => u.Index);
        private readonly List<Prediction> _predictions = [];
        private readonly List<bool> _answered = [],
            _speech = [],
            _refused = [];

        public IReadOnlyList<Prediction> Predictions => _predictions;

        public SpeechMetrics Speech => new(Share(_speech), Share(_refused));

        public int[] Numbers(IReadOnlyList<Utterance> of) => [.. of.Select(u => _numbers[u.Name])];

        public void Test(CrossFit fit, int[] test, OtherExample[] other)
        {
            var threshold = Threshold(fit.Held.Values);
            var model = fit.Model;
            foreach (var u in test)
            {
                var deviates = model.Scale.Apply(examples.Versions[0][u]);
                var probabilities = model.Probabilities(deviates);
                var best = TensorPrimitives.IndexOfMax(probabilities);
                _predictions.Add(
                    new Prediction(
                        utterances[u].Name,
                        utterances[u].Speaker,
                        utterances[u].Emotion,
                        examples.Emotions[best],
                        probabilities
                    )
                    {
                        Groups = new Dictionary<string, string>
                        {
                            [Manifest.CorpusColumn] = utterances[u].Detail(Manifest.CorpusColumn),
                        },
                    }
                );
                _answered.Add(probabilities[best] >= threshold);
                _speech.Add(model.IsSpeech(deviates));
            }
            _refused.AddRange(other.Select(o => !o.Voiced || !model.IsSpeech(model.Scale.Apply(o.Features))));
        }

        /// <summary>The probability that as many recordings reach as are to be answered.</summary>
        public static double Threshold(IEnumerable<double[]> held)
        {
            var sorted = held.Select(p => p.Max()).Order().ToArray();
            return sorted[(int)((1 - Coverage) * sorted.Length)];
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
            var corpora = _predictions
                .GroupBy(p => p.Groups[Manifest.CorpusColumn])
                .Where(g => g.Key.Length > 0)
                .OrderBy(g => g.Key, StringComparer.Ordinal);
            return new ModelMetrics(
                new SpeakerGroups(Groups).Name,
                seed,
                scores.Ua,
                SpeakerBootstrap.Intervals(_predictions, examples.Emotions, seed)["ua"],
                scores.Wa,
                scores.F1,
                corpora.ToDictionary(g => g.Key, g => ClassificationMetrics.Of([.. g], examples.Emotions).Ua),
                ClassificationMetrics.Matrix(_predictions, examples.Emotions).ToRows(),
                Calibration.Of(_predictions).ExpectedError
            );
        }

        private static double Share(IEnumerable<bool> of) => of.Select(b => b ? 1.0 : 0).DefaultIfEmpty().Average();
    }
}
