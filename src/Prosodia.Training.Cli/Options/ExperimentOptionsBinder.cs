using System.CommandLine;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.FeatureStore;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Runs;
using Prosodia.Training.Adaptation;
using Prosodia.Training.Experiments;
using Prosodia.Training.Networks;
using Prosodia.Training.Optimization;

namespace Prosodia.Training.Cli.Options;

/// <summary>The options of verbs that train and test models, with one meaning everywhere.</summary>
internal sealed class ExperimentOptionsBinder
{
    private const string Frozen = "frozen";

    private static readonly TrainingOptions Defaults = new();

    private readonly KeySegmentOptionsBinder _keySegments = new();
    private readonly EncoderOptions _encoder = new();
    private readonly Option<string> _out = new("--out")
    {
        Description = "The folder for results and report; an interrupted run continues there",
        Required = true,
        HelpName = "DIR",
    };
    private readonly Option<bool> _restart = new("--restart")
    {
        Description = "Begin anew where the folder holds another evaluation",
    };
    private readonly Option<bool> _allSpeakers = new("--all-speakers")
    {
        Description = "speaker-independent: test each speaker in turn, not five",
    };
    private readonly Option<string> _model;
    private readonly TruthOptions _truth = new();
    private readonly Option<string?> _adapt = new("--adapt")
    {
        HelpName = "A",
        Description = $"Standardize by the speaker's own recordings; a protocol of its own: {SpeakerAdaptation.Names}",
    };
    private readonly Option<string> _head = CommonOptions.OneOf<Head>(
        "--head",
        "The classifier over an utterance's segments: a BiLSTM, or their mean"
    );
    private readonly Option<bool> _raw = new("--no-normalize", "--no-normalise")
    {
        Description = "Leave features as they are, instead of normalizing them by the training recordings",
    };
    private readonly Option<int> _epochs = Number(
            "--epochs",
            "Epochs at most; with --fine-tune 20 where nothing is said",
            Defaults.Epochs
        )
        .AtLeast(1);
    private readonly Option<int> _patience = Number(
            "--patience",
            "Epochs without a lower validation loss after which a fold ends; with --fine-tune 5 where nothing is said",
            Defaults.Patience
        )
        .AtLeast(1);
    private readonly Option<int> _batch = Number("--batch", "Utterances a batch", Defaults.Batch).AtLeast(2);
    private readonly Option<double?> _rate = new Option<double?>("--learning-rate")
    {
        HelpName = "N",
        Description = $"Adam's step at its largest (default: {Either(o => o.LearningRate)})",
    }.Decimal();
    private readonly Option<string> _set = new Option<string>("--set")
    {
        Description =
            "What --model prosody reads: prosody, our 953 features; egemaps, the 88 of eGeMAPSv02; egemaps-paper, as "
            + "published; gemaps, the 62 of GeMAPS",
        DefaultValueFactory = _ => RecordingFeatures.Prosody.Name,
    }.AcceptOnlyFromAmong([.. RecordingFeatures.All.Select(s => s.Name)]);
    private readonly Option<string> _pooling = CommonOptions.OneOf<EncoderPooling>(
        "--pooling",
        "Of an encoder of whole utterances: mean and deviation over time and a classifier in closed form, or a network "
            + "that pools one layer by attention (--layer, or the last)"
    );
    private readonly Option<string?> _fineTune = new("--fine-tune")
    {
        HelpName = "STAGES",
        Description =
            "Train the encoder of --model paper with the classifier: its last stages, as 1 or 2, or all of a ResNet "
            + "(default: it stays frozen)",
    };
    private readonly Option<string> _batchNorms = new Option<string>("--batch-norms")
    {
        Description = "With --fine-tune: batch norms stay as they were trained, or measure batches and learn",
        DefaultValueFactory = _ => Frozen,
    }.AcceptOnlyFromAmong(Frozen, "trained");
    private readonly Option<double> _encoderRate = new Option<double>("--encoder-rate")
    {
        HelpName = "N",
        Description =
            "With --fine-tune: the last stage's learning rate as a share of the classifier's; each earlier stage's is "
            + FormattableString.Invariant($"{FineTuning.Slower} times lower"),
        DefaultValueFactory = _ => 0.05,
    }.Decimal();
    private readonly Option<double?> _dropout = new Option<double?>("--dropout")
    {
        HelpName = "N",
        Description = $"Probability to drop a feature while training, below 1 (default: {Either(o => o.Dropout)})",
    }.Decimal();

    /// <summary>Prepares the options.</summary>
    /// <param name="model">The model where nothing is said.</param>
    public ExperimentOptionsBinder(Model model = Models.Default)
    {
        _model = CommonOptions.OneOf(
            "--model",
            "acoustic: prosody, random convolutions and covariances of contours; fusion: acoustic and contours "
                + "together; prosody: hand-made features of the utterance; contours: networks over pitch, voice and "
                + "spectrum in time; compact: a CNN over key segments and the BiLSTM; paper: features of an "
                + "encoder of key segments and the BiLSTM; encoder: a layer of an encoder of whole utterances, such "
                + "as wav2vec 2.0, which fusion takes as well; egemaps: the field's baseline, eGeMAPS, standardized, "
                + "and LDA",
            model
        );
        _dropout.Validators.Add(r =>
        {
            if (r.TryGet(out double? value) && value is < 0 or >= 1)
                r.AddError("--dropout must be at least 0 and below 1.");
        });
        _encoderRate.Validators.Add(r =>
        {
            if (r.TryGet(out double? value) && value < 0)
                r.AddError("--encoder-rate must be at least 0.");
        });
        _rate.Validators.Add(r =>
        {
            if (r.TryGet(out double? value) && value < 0)
                r.AddError("--learning-rate must be at least 0.");
        });
    }

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (var option in new Option[] { _out, _model, _set, _allSpeakers, _adapt })
            verb.Add(option);
        _truth.AddTo(verb);
        _keySegments.AddTo(verb);
        foreach (
            var option in new Option[]
            {
                _head,
                _raw,
                _epochs,
                _patience,
                _batch,
                _rate,
                _dropout,
                _pooling,
                _fineTune,
                _batchNorms,
                _encoderRate,
                _restart,
                CommonOptions.Force(),
            }
        )
            verb.Add(option);
        _encoder.AddTo(verb);
    }

    /// <summary>The folder for results.</summary>
    public string Folder(ParseResult arguments) => arguments.GetValue(_out)!;

    /// <summary>Whether to begin anew.</summary>
    public bool Restart(ParseResult arguments) => arguments.GetValue(_restart);

    /// <summary>Whether to begin anew, for validation.</summary>
    public bool Restart(System.CommandLine.Parsing.SymbolResult arguments) => arguments.GetValue(_restart);

    /// <summary>The protocol of a name.</summary>
    public IProtocol Protocol(ParseResult arguments, string name)
    {
        var all = arguments.GetValue(_allSpeakers);
        if (all && name != SpeakerIndependent.PlainName)
            throw new UsageException($"--all-speakers goes with {SpeakerIndependent.PlainName} only");
        return Evaluation.Protocols.Protocol.Parse(name, all)
            ?? throw new UsageException(
                $"--protocol: there is no '{name}'; choose from {Evaluation.Protocols.Protocol.Names}"
            );
    }

    /// <summary>
    /// Runs work with what was asked for; its folder is kept from other processes and an encoder is open meanwhile.
    /// </summary>
    /// <param name="arguments">What was asked for.</param>
    /// <param name="protocol">The folds.</param>
    /// <param name="work">Runs with it.</param>
    /// <param name="fold">The one fold that is run; empty for all.</param>
    public T With<T>(ParseResult arguments, IProtocol protocol, Func<ExperimentOptions, T> work, string fold = "")
    {
        var keySegments = _keySegments.Parse(arguments);
        var model = CommonOptions.Parse<Model>(arguments.GetValue(_model)!);
        var fineTuning = Tuning(arguments, model);
        var defaults = model.TrainingOptions(fineTuning);
        int Given(Option<int> option, int otherwise) =>
            arguments.GetResult(option) is { Implicit: false } ? arguments.GetValue(option) : otherwise;
        var options = new ExperimentOptions(
            model,
            protocol,
            keySegments,
            defaults with
            {
                Head = CommonOptions.Parse<Head>(arguments.GetValue(_head)!),
                Normalize = !arguments.GetValue(_raw),
                Epochs = Given(_epochs, defaults.Epochs),
                Patience = Given(_patience, defaults.Patience),
                Batch = arguments.GetValue(_batch),
                LearningRate = arguments.GetValue(_rate) ?? defaults.LearningRate,
                Dropout = arguments.GetValue(_dropout) ?? defaults.Dropout,
                Seed = keySegments.Seed,
            }
        )
        {
            Channel = _keySegments.Channel(arguments),
            Adaptation = Adaptation(arguments),
            Truth = _truth.Parse(arguments),
        };
        if (Features(arguments, model) is { } features)
            options = options with { Features = features };
        if (fineTuning is not null && _encoder.IsInt8(arguments))
            throw new UsageException("--int8 doesn't go with --fine-tune: 8-bit weights cannot be trained");
        if (fineTuning is not null && options.Adaptation is not null)
            throw new UsageException("--adapt doesn't go with --fine-tune");
        if (options is { Model: Model.Paper, Adaptation.Seconds: not null })
            throw new UsageException(
                "--adapt speaker:SECONDS doesn't go with --model paper, which keeps no lengths; choose --adapt speaker"
            );
        if (options.Model == Model.Encoder || (options.Model == Model.Fusion && _encoder.NamesEncoder(arguments)))
        {
            var (utterances, layer) = _encoder.OpenUtterances(arguments);
            var pooling = CommonOptions.Parse<EncoderPooling>(arguments.GetValue(_pooling)!);
            if (pooling == EncoderPooling.Attentive && utterances.IsVector)
            {
                utterances.Dispose();
                throw new UsageException("--pooling attentive needs frames, and this encoder gives one vector");
            }
            if (pooling == EncoderPooling.Attentive)
                layer ??= utterances.Layers - 1;
            using (utterances)
                return _encoder.WithCache(
                    arguments,
                    folder =>
                        Alone(
                            options with
                            {
                                Utterances = utterances,
                                Layer = layer,
                                Pooling = pooling,
                                Cache = folder,
                            }
                        )
                );
        }
        if (arguments.GetResult(_pooling) is { Implicit: false })
            throw new UsageException("--pooling goes with --encoder and --model encoder or fusion");
        if (options.Model != Model.Paper && _encoder.AnyGiven(arguments))
            throw new UsageException("an encoder makes features for --model paper, encoder and fusion");
        if (options.Model != Model.Paper)
            return Alone(options);
        using var encoder = _encoder.Open(arguments);
        return _encoder.WithCache(arguments, folder => Alone(options with { Encoder = encoder, Cache = folder }));

        T Alone(ExperimentOptions complete)
        {
            using var alone = FolderLock.Take(Folder(arguments), fold);
            if (alone.LeftBy is { } left)
                Terminal.Hint($"{left} did not end by itself there; what it had done is kept");
            return work(complete);
        }
    }

    /// <summary>The features that were asked for; null where it is the model's own to say.</summary>
    private RecordingFeatures? Features(ParseResult arguments, Model model)
    {
        if (arguments.GetResult(_set) is not { Implicit: false })
            return null;
        return model == Model.Prosody
            ? RecordingFeatures.All.First(s => s.Name == arguments.GetValue(_set))
            : throw new UsageException("--set chooses the features of --model prosody");
    }

    /// <summary>How the encoder is trained; null where it stays frozen.</summary>
    private FineTuning? Tuning(ParseResult arguments, Model model)
    {
        if (arguments.GetValue(_fineTune) is not { } stages)
            return
                new Option[] { _batchNorms, _encoderRate }.FirstOrDefault(o =>
                    arguments.GetResult(o) is { Implicit: false }
                )
                    is { } alone
                ? throw new UsageException($"{alone.Name} goes with --fine-tune")
                : null;
        if (model != Model.Paper)
            throw new UsageException("--fine-tune goes with --model paper");
        int? count =
            stages == "all" ? null
            : int.TryParse(stages, out var n) && n > 0 ? n
            : 0;
        return count == 0
            ? throw new UsageException($"--fine-tune: '{stages}' is neither a number of stages nor all")
            : new(count, arguments.GetValue(_batchNorms) != Frozen, arguments.GetValue(_encoderRate));
    }

    private SpeakerAdaptation? Adaptation(ParseResult arguments) =>
        arguments.GetValue(_adapt) is not { } name
            ? null
            : SpeakerAdaptation.Parse(name)
                ?? throw new UsageException($"--adapt: there is no '{name}'; choose from {SpeakerAdaptation.Names}");

    /// <summary>A setting's default, and that of the one model which has another.</summary>
    private static string Either(Func<TrainingOptions, double> of) =>
        FormattableString.Invariant($"{of(Defaults)}; of compact {of(Model.Compact.TrainingOptions())}");

    private static Option<T> Number<T>(string name, string description, T otherwise) =>
        new(name)
        {
            HelpName = "N",
            Description = description,
            DefaultValueFactory = _ => otherwise,
        };
}
