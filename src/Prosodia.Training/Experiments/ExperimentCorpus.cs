using Prosodia.Audio;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Degradations;
using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Features;
using Prosodia.KeySegments;
using Prosodia.Training.Adaptation;
using Prosodia.Training.Data;
using Prosodia.Training.Learners;
using Prosodia.Training.Networks;
using Prosodia.Training.Optimization;

namespace Prosodia.Training.Experiments;

/// <summary>A corpus as classifiers see it.</summary>
/// <param name="Utterances">The utterances that could be read, each with the SHA-256 of its file.</param>
/// <param name="Items">What the model reads of each utterance, by kind; row-major. Recordings that only enrolled their
/// speakers follow.</param>
/// <param name="Shapes">The shape of an item of each kind.</param>
/// <param name="Problems">What could not be used, each with why.</param>
/// <param name="Warnings">What was odd about recordings that could be used.</param>
internal sealed record ExperimentCorpus(
    IReadOnlyList<Utterance> Utterances,
    IReadOnlyDictionary<InputKind, IReadOnlyList<float[]>> Items,
    IReadOnlyDictionary<InputKind, long[]> Shapes,
    IReadOnlyList<InputException> Problems,
    IReadOnlyList<string> Warnings
)
{
    /// <summary>
    /// The same as <see cref="Items"/> of the recordings after speed perturbation, where the model uses it; by kind and
    /// speed.
    /// </summary>
    public IReadOnlyDictionary<InputKind, IReadOnlyList<IReadOnlyList<float[]>>> Perturbed { get; init; } =
        new Dictionary<InputKind, IReadOnlyList<IReadOnlyList<float[]>>>();

    /// <summary>The encoder whose last stages are trained with the classifier; or null.</summary>
    public EncoderCut? TrainedEncoder { get; init; }

    /// <summary>The one layer of an encoder of whole utterances that is read; null for the best.</summary>
    public int? Layer { get; init; }

    /// <summary>Whose voice each item is, where models adapt to speakers.</summary>
    public SpeakerStatistics? Voices { get; init; }

    /// <summary>What is true of the recordings.</summary>
    public Truth Truth { get; init; } = Truth.Labels;

    /// <summary>The emotions: the classes of every table and matrix.</summary>
    public string[] Classes => Utterances.Where(u => u.Emotion.Length > 0).Emotions();

    /// <summary>What models learn.</summary>
    public LearningTask Task => Truth.Task(Utterances, Classes);

    /// <summary>The mean number of key segments of an utterance; 0 where the model reads none.</summary>
    public double SegmentsPerUtterance =>
        Items
            .Keys.Where(k => k is InputKind.KeySpectrograms or InputKind.KeyFeatures or InputKind.KeyMaps)
            .Select(k =>
                Items[k].Take(Utterances.Count).Sum(i => (double)i.Length)
                / Shapes[k].Aggregate(1L, (a, b) => a * b)
                / Utterances.Count
            )
            .FirstOrDefault();

    /// <summary>A model's classifier of these recordings.</summary>
    public IFoldLearner Learner(Model model, TrainingOptions options)
    {
        var task = Task;
        (string Name, IFoldLearner Classifier)[] streams =
        [
            .. model.Streams(TrainedEncoder is not null, PoolingOf(Items)).Select(stream => (stream.Name, Of(stream))),
        ];
        return streams is [var single] ? single.Classifier : new FusionLearner(streams, task);

        IFoldLearner Of(ModelStream stream)
        {
            if (stream.Inputs is [InputKind.EncoderLayers])
                return new LayerChoice(
                    Sequences(InputKind.EncoderLayers),
                    task,
                    Layer,
                    layer => ClosedForm([layer], task, isBaseline: false)
                );
            if (stream.ClosedForm)
                return ClosedForm(
                    [.. stream.Inputs.Select(i => Sequences(i))],
                    task,
                    isBaseline: model == Model.Egemaps
                );
            var network = new NetworkLearner(Sequences(stream.Inputs[0], Voices), task, options, TrainedEncoder);
            return stream.Inputs[0] is InputKind.Contours or InputKind.EncoderFrames
                ? new CrossFittedNetworks(network, task, Speakers)
                : network;
        }
    }

    private static EncoderPooling? PoolingOf(IReadOnlyDictionary<InputKind, IReadOnlyList<float[]>> items) =>
        items.ContainsKey(InputKind.EncoderLayers) ? EncoderPooling.Statistics
        : items.ContainsKey(InputKind.EncoderFrames) ? EncoderPooling.Attentive
        : null;

    private IFoldLearner ClosedForm(SequenceSet[] sets, LearningTask task, bool isBaseline) =>
        ClosedFormLearner.Takes(Utterances.Count, sets[0].Speeds.Count)
            ? new ClosedFormLearner(sets, Speakers, Voices, task, isBaseline)
            : new NystromLearner(sets, Speakers, Voices, task, isBaseline);

    private string[] Speakers => [.. Utterances.Select(u => u.Speaker)];

    private SequenceSet Sequences(InputKind input, SpeakerStatistics? adaptedTo = null)
    {
        IReadOnlyList<float[]> Adapted(IReadOnlyList<float[]> items) =>
            adaptedTo?.Standardize(items, Shapes[input]) ?? items;
        return new(input, Adapted(Items[input]), Shapes[input])
        {
            Perturbed = [.. Perturbed.GetValueOrDefault(input, []).Select(Adapted)],
        };
    }

    /// <summary>Reads recordings and makes them what the model sees.</summary>
    /// <param name="manifest">The corpus.</param>
    /// <param name="options">The model and how key segments are chosen.</param>
    /// <param name="keptIn">The folder where measurements are kept for as long as the work lasts.</param>
    /// <param name="progress">Reports progress; called by any thread.</param>
    /// <param name="cancellationToken">Stops between recordings.</param>
    /// <exception cref="InputException">No recording can be used, or they are all of one emotion.</exception>
    public static ExperimentCorpus Read(
        Manifest manifest,
        ExperimentOptions options,
        string keptIn,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        InputException[] refused = [.. manifest.Speakers.Select(options.Protocol.Refuses).OfType<InputException>()];
        Utterance[] usable = [.. manifest.Utterances.Where(u => options.Protocol.Refuses(u.Speaker) is null)];
        if (usable.Length == 0)
            throw refused[0];
        var (known, unusable, warnings) = options.Truth.Select(usable);
        usable = [.. known];
        var read = options is { Model: Model.Paper, Training.FineTuning: null }
            ? Features(usable, options, progress, cancellationToken)
            : Recordings(usable, options, keptIn, progress, cancellationToken);
        if (options.Adaptation is { } adaptation)
            read = adaptation.Apply(read, u => options.Protocol.Split(u, options.Training.Seed), options.Training.Seed);
        // What reading left over is as much again as what it gave, and training allocates outside the collector's
        // sight.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return options.Truth.Targets.Count > 0 || read.Classes.Length >= 2
            ? read with
            {
                Truth = options.Truth,
                Problems = [.. refused, .. unusable, .. read.Problems],
                Warnings = [.. warnings, .. read.Warnings],
            }
            : throw new InputException(
                manifest.Name,
                $"has only the emotion {read.Classes.FirstOrDefault()}",
                "At least two are needed to tell apart"
            );
    }

    private static ExperimentCorpus Recordings(
        Utterance[] utterances,
        ExperimentOptions options,
        string keptIn,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        using var maps = options.Training.FineTuning is { } fineTuning
            ? new FeatureMapEncoder(options.Encoder!.Encoder, fineTuning.Stages)
            : null;
        if (maps is not null)
            TrainableStages.Check(options.Encoder!.Encoder, maps, options.Training.FineTuning!.TrainsBatchNorms);
        using var encoded = options.Utterances is { } encoder ? new CachedUtterances(encoder, options.Cache) : null;
        var closedForm = options.Streams.All(s => s.ClosedForm);
        InputKind[] inputs = [.. options.Streams.SelectMany(s => s.Inputs).Distinct()];
        // speed perturbation of what an encoder was trained on is its own matter, and costs as much again
        InputKind[] perturbed = [.. inputs.Where(i => i is not (InputKind.EncoderLayers or InputKind.EncoderFrames))];
        float[][] Make(Recording recording, InputKind[] inputs)
        {
            var prosody = new Lazy<ProsodicFeatures>(() => new ProsodicFeatures(recording));
            return
            [
                .. inputs.Select(input =>
                    input switch
                    {
                        InputKind.KeySpectrograms => KeySpectrograms.Of(recording, options.KeySegments),
                        InputKind.KeyMaps => Maps(recording),
                        InputKind.EncoderLayers => encoded!.Of(recording),
                        InputKind.EncoderFrames => options.Utterances!.Frames(recording.Samples, options.Layer!.Value),
                        InputKind.Contours => prosody.Value.Contours(),
                        _ when options.Features != RecordingFeatures.Prosody => options.Features.Of(recording),
                        _ => [.. prosody.Value.Features().Select(f => f.Value)],
                    }
                ),
            ];
        }
        float[] Maps(Recording recording)
        {
            var speech = new SegmentedSpeech(recording.Samples);
            var keys = KeySegmentSelection.Select(speech, options.KeySegments).Keys;
            return maps!.Maps(speech, [.. keys.Select(k => k.Segment)]);
        }
        IReadOnlyList<double> speeds =
            options.Model is Model.Egemaps or Model.Paper or Model.Encoder
            || (closedForm && !NystromLearner.TakesSpeeds(utterances.Length))
                ? []
                : SpeedPerturbation.Speeds;
        float[][] AtSpeeds(Recording recording) =>
            [.. Make(recording, inputs), .. speeds.SelectMany(speed => Make(recording.Play(speed), perturbed))];

        var done = 0;
        using var kept = FeatureSet.OpenCache(
            keptIn,
            $"{string.Join(", ", inputs)} by {options.KeySegments}, channel {options.Channel}"
                + (options.Features == RecordingFeatures.Prosody ? "" : $", {options.Features.Name}, {speeds.Count}")
                + (
                    options.Model is Model.Egemaps or Model.Paper or Model.Encoder || speeds.Count > 0
                        ? ""
                        : ", own speed"
                )
                + (options.Utterances is null ? "" : $", {options.Utterances.Identity}, {options.Layer}")
                + (maps is null ? "" : $", {maps.Description}")
        );
        var read = FeatureSet.Of(
            utterances,
            AtSpeeds,
            kept,
            options.Channel,
            () => progress(new StageProgress("Reading recordings", Interlocked.Increment(ref done), utterances.Length)),
            cancellationToken
        );
        IReadOnlyList<float[]> Items(int place) => new LazyList<float[]>(read.Values.Count, u => read.Values[u][place]);
        var items = inputs.Index().ToDictionary(i => i.Item, i => Items(i.Index));
        return new ExperimentCorpus(
            read.Utterances,
            items,
            inputs.ToDictionary(
                i => i,
                i =>
                    i switch
                    {
                        InputKind.KeySpectrograms => new long[] { KeySpectrograms.Bands, SegmentSpectrogram.Frames },
                        InputKind.Contours => [ProsodicFeatures.ContourCount],
                        InputKind.KeyMaps => maps!.Shape,
                        InputKind.EncoderLayers => [options.Utterances!.Layers, options.Utterances.FeaturesPerLayer],
                        InputKind.EncoderFrames => [options.Utterances!.Width],
                        _ => [items[i][0].Length],
                    }
            ),
            read.Problems,
            read.Warnings
        )
        {
            Perturbed = perturbed
                .Index()
                .ToDictionary(
                    i => i.Item,
                    i =>
                        (IReadOnlyList<IReadOnlyList<float[]>>)
                            [.. speeds.Select((_, s) => Items(inputs.Length + s * perturbed.Length + i.Index))]
                ),
            Layer = options.Layer,
            TrainedEncoder = maps?.Trained,
        };
    }

    private static ExperimentCorpus Features(
        Utterance[] utterances,
        ExperimentOptions options,
        Action<StageProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var encoder = options.Encoder ?? throw new ArgumentException("the model needs an encoder", nameof(options));
        var extraction = new FeatureExtraction(
            encoder.Encoder,
            new FeatureOptions(options.KeySegments, options.Channel)
        );
        using var cache = extraction.OpenCache(options.Cache);
        var (found, encoded) = (0, 0);
        var features = extraction.Run(
            utterances,
            cache,
            () =>
                progress(
                    new StageProgress("Looking up recordings", Interlocked.Increment(ref found), utterances.Length)
                ),
            all => progress(new StageProgress("Encoding recordings", Interlocked.Increment(ref encoded), all)),
            cancellationToken
        );
        return new ExperimentCorpus(
            features.Utterances,
            new Dictionary<InputKind, IReadOnlyList<float[]>>
            {
                [InputKind.KeyFeatures] = [.. features.Utterances.Select(u => features.Of(u).Values.ToArray())],
            },
            new Dictionary<InputKind, long[]> { [InputKind.KeyFeatures] = [encoder.Encoder.Features] },
            features.Problems,
            features.Warnings
        );
    }
}
