using System.CommandLine;
using System.Diagnostics;
using Prosodia.Corpora;
using Prosodia.Evaluation;
using Prosodia.Evaluation.Protocols;
using Prosodia.KeySegments;
using Prosodia.Reports;
using Prosodia.Training;

namespace Prosodia.Cli.Commands;

/// <summary><c>evaluate</c>: cross-validation and report.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var defaults = new TrainingOptions();
        var manifest = new Argument<string>("MANIFEST") { Description = "The corpus, as written by import" };
        var protocol = new Option<string>("--protocol") { Description = $"How the corpus is divided: {Protocol.Names}", Required = true, HelpName = "P" };
        var allSpeakers = new Option<bool>("--all-speakers") { Description = "speaker-independent: test each speaker in turn, not five" };
        var model = CommonOptions.OneOf<Model>("--model", "compact: a CNN trained with the BiLSTM; paper: frozen features of an encoder and the BiLSTM");
        var target = new Option<string>("--out") { Description = "The folder for results and report; an interrupted run continues there", Required = true, HelpName = "DIR" };
        var seed = CommonOptions.Seed();
        var beta = CommonOptions.Beta();
        var starts = CommonOptions.Starts();
        var silence = CommonOptions.SkipSilence();
        var channel = CommonOptions.Channel();
        var epochs = new Option<int>("--epochs") { HelpName = "N", Description = "Epochs at most", DefaultValueFactory = _ => defaults.Epochs }.AtLeast(1);
        var patience = new Option<int>("--patience") { HelpName = "N", Description = "Epochs without a lower validation loss after which a fold ends", DefaultValueFactory = _ => defaults.Patience }.AtLeast(1);
        var batch = new Option<int>("--batch") { HelpName = "N", Description = "Utterances a batch", DefaultValueFactory = _ => defaults.Batch }.AtLeast(2);
        var rate = new Option<double>("--learning-rate") { HelpName = "N", Description = "Adam's step", DefaultValueFactory = _ => defaults.LearningRate }.AtLeast(0);
        var dropout = new Option<double>("--dropout") { HelpName = "N", Description = "Probability to drop a feature while training, below 1", DefaultValueFactory = _ => defaults.Dropout }.AtLeast(0);
        dropout.Validators.Add(r => { if (r.Tokens.Count > 0 && !r.Errors.Any() && r.GetValueOrDefault<double>() >= 1) r.AddError("--dropout must be below 1."); });
        var encoder = new EncoderOptions();
        var restart = new Option<bool>("--restart") { Description = "Begin anew where the folder holds another evaluation" };
        var json = CommonOptions.Json();
        var command = new Verb("evaluate", "Trains and tests a model on every fold of a corpus and writes figures, pictures and a report.", """
            prosodia evaluate emodb.csv --protocol leave-one-speaker-out --model compact --out runs/emodb
            prosodia evaluate emodb.csv --protocol leave-one-speaker-out --model paper --encoder resnet101-63fe2227 --out runs/emodb-paper
            prosodia evaluate ravdess.csv --protocol folds:ravdess-6fold.csv --out runs/ravdess --seed 2
            """)
        { manifest, protocol, allSpeakers, model, target, seed, beta, starts, silence, channel, epochs, patience, batch, rate, dropout, restart, json };
        encoder.AddTo(command);
        command.SetAction((arguments, cancel) =>
        {
            var name = arguments.GetValue(protocol)!;
            if (arguments.GetValue(allSpeakers) && name != "speaker-independent") throw new UsageException("--all-speakers goes with --protocol speaker-independent only");
            var options = new ExperimentOptions(
                CommonOptions.Parse<Model>(arguments.GetValue(model)!),
                Protocol.Parse(name, arguments.GetValue(allSpeakers)) ?? throw new UsageException($"--protocol: there is no '{name}'; choose from {Protocol.Names}"),
                new KeySegmentOptions(arguments.GetValue(beta), arguments.GetValue(starts), arguments.GetValue(seed)) { SilenceDecibels = arguments.GetValue(silence) },
                defaults with
                {
                    Epochs = arguments.GetValue(epochs),
                    Patience = arguments.GetValue(patience),
                    Batch = arguments.GetValue(batch),
                    LearningRate = arguments.GetValue(rate),
                    Dropout = arguments.GetValue(dropout),
                    Seed = arguments.GetValue(seed),
                })
            { Channel = arguments.GetValue(channel) };
            var corpus = Manifest.Read(arguments.GetValue(manifest)!);
            int Run(ExperimentOptions complete) => Evaluate(corpus, complete, arguments.GetValue(target)!, arguments.GetValue(restart), arguments.GetValue(json), cancel);
            if (options.Model != Model.Paper && encoder.AnyGiven(arguments)) throw new UsageException("an encoder makes features for --model paper only");
            if (options.Model != Model.Paper) return Task.FromResult(Run(options));
            using var chosen = encoder.Open(arguments);
            return Task.FromResult(encoder.WithCache(arguments, folder => Run(options with { Encoder = chosen, Cache = folder })));
        });
        return command;
    }

    /// <summary>Runs the evaluation and writes its files; gives the exit code.</summary>
    public static int Evaluate(Manifest manifest, ExperimentOptions options, string folder, bool restart, bool json, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        EvaluationResult result;
        ExperimentCorpus corpus;
        try
        {
            (result, corpus) = Terminal.WithProgress(progress => Experiment.Run(manifest, options, folder, restart, progress, cancel));
        }
        catch (OperationCanceledException)
        {
            Terminal.Error($"interrupted; finished folds are kept in {folder}, and the same command continues from them");
            return ExitCode.Interrupted;
        }
        foreach (var warning in corpus.Warnings) Terminal.Warning(warning);
        InputException[] leftOut = [.. manifest.Problems, .. corpus.Problems];
        var command = "./prosodia " + string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Select(Quote));
        var report = RunFiles.Write(folder, result, new RunContext(command, DateOnly.FromDateTime(DateTime.UtcNow), watch.Elapsed,
            [.. leftOut.Select(p => p.Message)]));
        if (json) Console.Write(result.ToJson());
        else Print(result, report);
        return Terminal.LeftOut(leftOut);
    }

    private static void Print(EvaluationResult result, string report)
    {
        var setup = result.Setup;
        Console.WriteLine($"{setup.Corpus}, {setup.Model}, {setup.Protocol}, seed {setup.Seed}: {result.Predictions.Count} test recordings in {result.Folds.Count} folds");
        Line("UA", result.Pooled.Ua, "ua");
        Line("WA", result.Pooled.Wa, "wa");
        Line("F1", result.Pooled.F1, "f1");
        Line("precision", result.Pooled.Precision, "precision");
        if (setup.Encoder is { } encoder) Console.WriteLine($"features: {encoder}");
        if (setup.Note is { } note) Console.WriteLine(note);
        Console.WriteLine($"report: {report}");

        void Line(string name, double value, string interval) =>
            Console.WriteLine($"  {name,-9} {value:0.000}  (95 % over speakers: {result.Ci95[interval][0]:0.000} to {result.Ci95[interval][1]:0.000})");
    }

    private static string Quote(string argument) =>
        argument.All(c => char.IsLetterOrDigit(c) || "-_./:=,~".Contains(c, StringComparison.Ordinal)) ? argument : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
