using System.CommandLine;
using Prosodia.Cli.Commands;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Protocols;
using Prosodia.Evaluation.Stress;
using Prosodia.Recognition;
using Prosodia.Training.Cli.Options;
using Prosodia.Training.Export;
using Spectre.Console;
using static System.FormattableString;

namespace Prosodia.Training.Cli.Commands;

/// <summary><c>train</c>: one model from all recordings, with its card.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var manifests = new Argument<string[]>("MANIFEST")
        {
            Description = "The corpus, as written by import; several are joined on the emotions that all have",
            Arity = ArgumentArity.OneOrMore,
        };
        var tests = new Option<string[]>("--test")
        {
            Description =
                "A corpus to measure the model on, which it is not trained on; may be given several times (default: "
                + "corpora, or speakers of a single one, are left out in turn)",
            HelpName = "MANIFEST",
            DefaultValueFactory = _ => [],
        };
        var labels = CommonOptions.Labels();
        var output = new Option<string>("--out")
        {
            Description = "The model to write; its card, a .json of the same name, lies beside it",
            Required = true,
            HelpName = "FILE.onnx",
        };
        var languages = new Option<string[]>("--language")
        {
            Description = "A language of the recordings, for the card; may be given several times",
            HelpName = "L",
            DefaultValueFactory = _ => [],
        };
        var license = new Option<string>("--license", "--licence")
        {
            Description = "Under which terms the model may be used, for the card",
            HelpName = "TEXT",
            DefaultValueFactory = _ => "not stated; the terms of the recordings apply",
        };
        var encoderFile = new Option<string?>("--encoder")
        {
            Description =
                "A network that reads whole utterances, such as wav2vec 2.0 as an ONNX file, instead of the program's "
                + "own features (docs/encoders.md)",
            HelpName = "onnx:FILE",
        };
        var layer = new Option<int?>("--layer")
        {
            Description = "The layer of it that is read, from 0 (default: that which does best in training)",
            HelpName = "N",
        };
        var embed = new Option<bool>("--embed")
        {
            Description = "Let the model's file hold the encoder; otherwise copy the encoder beside the model",
        };
        var target = TruthOptions.Target(
            "Predict the numbers of this column, such as arousal, beside the emotions; NAME:LOW:HIGH says which range "
                + "they have; learned from the recordings that have all of them; may be given several times"
        );
        var stress = new Option<string?>("--stress")
        {
            Description =
                "Test the model on these recordings, which it is not trained on, as stress does: a report beside it "
                + "(NAME-stress), and what it passes in its card",
            HelpName = "MANIFEST",
        };
        var noise = new Option<string?>("--noise")
        {
            Description = "With --stress, a folder of other sounds",
            HelpName = "DIR",
        };
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var command = new Verb(
            "train",
            TrainingVerbs.DescriptionOf("train"),
            """
            prosodia train emodb.csv --out emodb.onnx --language German
            prosodia train emodb.csv ravdess.csv --out both.onnx --language German --language English
            prosodia train cremad.csv --out open.onnx --test emodb.csv --test ravdess.csv
            prosodia train emodb.csv ravdess.csv --out both.onnx --stress cremad.csv
            prosodia train cremad.csv --target intensity:0:100 --out intensity.onnx
            prosodia train emodb.csv --encoder onnx:wav2vec2.onnx --embed --out emodb-wav2vec2.onnx
            prosodia train calls.csv --out calls.onnx && prosodia predict today/ --model calls.onnx
            """
        )
        {
            manifests,
            tests,
            labels,
            output,
            target,
            languages,
            license,
            encoderFile,
            layer,
            embed,
            stress,
            noise,
            seed,
            json,
            CommonOptions.Force(),
        };
        command.Validators.Add(r =>
        {
            if (
                r.GetValue(labels) is not null
                && r.GetValue(manifests) is { Length: 1 }
                && r.GetValue(tests) is not { Length: > 0 }
            )
                r.AddError("--labels goes with several manifests.");
        });
        command.SetAction(
            (arguments, cancellationToken) =>
            {
                var file = arguments.GetValue(output)!;
                if (!Path.GetExtension(file).Equals(".onnx", StringComparison.OrdinalIgnoreCase))
                    throw new UsageException("--out must end with .onnx");
                OutputGuard.Claim(file, Path.ChangeExtension(file, ".json"));
                var test = arguments.GetValue(tests)!;
                var (manifest, note) = ManifestJoin.Open(
                    [.. arguments.GetValue(manifests)!, .. test],
                    arguments.GetValue(labels)
                );
                if (arguments.GetValue(stress) is { } unknown)
                {
                    OutputGuard.Claim(StressResult.FilesIn(StressFolder(file)));
                    RequireUnknown(
                        unknown,
                        manifest with
                        {
                            Utterances = [.. manifest.Utterances.Where(u => !IsOf(u, test))],
                        }
                    );
                }
                string[] tested = [.. test.Select(t => Path.GetFileNameWithoutExtension(t))];
                var description = new ModelDescription(
                    Path.GetFileNameWithoutExtension(file),
                    arguments.GetValue(languages)!,
                    arguments.GetValue(license)!,
                    "prosodia " + string.Join(' ', arguments.Tokens.Select(t => Quoted(t.Value)))
                );
                var seedValue = arguments.GetValue(seed);
                using var utterances = arguments.GetValue(encoderFile) is { } network
                    ? EncoderOptions.OpenUtterances(network)
                    : null;
                if (utterances is null && (arguments.GetValue(layer) is not null || arguments.GetValue(embed)))
                    throw new UsageException("--layer and --embed go with --encoder");
                if (arguments.GetValue(noise) is not null && arguments.GetValue(stress) is null)
                    throw new UsageException("--noise goes with --stress");
                var trainedEncoder = utterances is null
                    ? null
                    : new TrainedEncoder(
                        utterances,
                        EncoderOptions.LayerOf(utterances, arguments.GetValue(layer)),
                        arguments.GetValue(embed)
                    );
                var trained = Terminal.WithProgress(progress =>
                    EmotionModelTrainer.Train(
                        manifest,
                        description,
                        seedValue,
                        tested,
                        file,
                        trainedEncoder,
                        TruthOptions.ParseTargets(arguments.GetValue(target)!),
                        progress,
                        cancellationToken
                    )
                );
                if (arguments.GetValue(stress) is { } tried)
                    trained = Stressed(trained, file, tried, arguments.GetValue(noise), seedValue, cancellationToken);
                foreach (var warning in manifest.Warnings)
                    Terminal.Warning(warning);
                foreach (var warning in trained.Warnings)
                    Terminal.Warning(warning);
                if (arguments.GetValue(json))
                    Console.Write(trained.Card.ToJson());
                else
                    Print(trained, note, file);
                return Task.FromResult(Terminal.LeftOut([.. manifest.Problems, .. trained.Problems]));
            }
        );
        return command;
    }

    /// <summary>Tests the model that was written, and writes into its card what it passes.</summary>
    private static TrainedModel Stressed(
        TrainedModel trained,
        string file,
        string tested,
        string? noise,
        int seed,
        CancellationToken cancellationToken
    )
    {
        using var model = new RecognizerUnderStress(EmotionModel.OpenWritten(file)); // its card is written again
        var (result, problems, page) = StressCommand.Run(
            model,
            [tested],
            noise,
            StressCommand.MostRecordings,
            seed,
            StressFolder(file),
            cancellationToken
        );
        foreach (var finding in result.Findings())
            Terminal.Hint(finding);
        Terminal.Hint($"report: {page}");
        var card = trained.Card with { Stress = result.ToCard() };
        OutputFile.Write(Path.ChangeExtension(file, ".json"), card.ToJson());
        return trained with { Card = card, Problems = [.. trained.Problems, .. problems] };
    }

    private static bool IsOf(Utterance utterance, string[] manifests) =>
        manifests.Any(m => Path.GetFileNameWithoutExtension(m) == utterance.Detail(Manifest.CorpusColumn));

    private static string StressFolder(string model) => Path.ChangeExtension(model, null) + "-" + StressResult.FileName;

    /// <summary>What is tested may not be what is learned from.</summary>
    private static void RequireUnknown(string tested, Manifest training)
    {
        var known = training.Utterances.Select(u => u.Identity).ToHashSet();
        if (Manifest.Read(tested).Utterances.FirstOrDefault(u => known.Contains(u.Identity)) is { } both)
            throw new InputException(
                tested,
                $"has {both.Name}, which the model is trained on",
                "Test with recordings of others; ./prosodia audit finds the same sound under other names, too"
            );
    }

    private static void Print(TrainedModel trained, string? note, string file)
    {
        var (card, figures) = (trained.Card, trained.Card.Metrics);
        Console.WriteLine(
            $"{card.Name}: {card.Data.Sum(d => d.Recordings)} recordings of {card.Data.Sum(d => d.Speakers)} "
                + $"speakers, {string.Join(", ", card.Emotions)}{(note is null ? "" : $"\n{note}")}"
        );
        var across = figures.Protocol is ModelTraining.TestCorpora or LeaveOneOut.Corpus;
        var on =
            figures.Protocol == ModelTraining.TestCorpora ? "corpora to test on"
            : across ? "corpora left out"
            : "unseen speakers";
        var interval = figures.UaCi95 is [var low, var high]
            ? $"95 % over speakers: {low:0.000} to {high:0.000}"
            : "too few speakers for an interval";
        Console.WriteLine($"On {on} ({figures.Protocol}, seed {figures.Seed}):");
        Console.WriteLine(
            $"  {(across ? "mean " : "")}UA {figures.Ua:0.000} ({interval}), WA {figures.Wa:0.000}, "
                + $"F1 {figures.F1:0.000}, calibration error {figures.CalibrationError:0.000}"
        );
        foreach (var (corpus, ua) in figures.UaByCorpus)
            Console.WriteLine($"  UA on {corpus} {ua:0.000}");
        foreach (var (to, ua) in figures.UaAdapted)
            Console.WriteLine($"  {(across ? "mean " : "")}UA adapted to the {to} {ua:0.000}");
        Console.WriteLine(
            $"  answers {card.Abstention.Coverage:0%} of recordings, {card.Abstention.Error:0.0%} of the answers "
                + $"wrong; {card.Abstention.ErrorWithout:0.0%} if it always answered"
        );
        var table = new Table().Border(TableBorder.Simple).AddColumn("spoken \\ recognized");
        foreach (var emotion in card.Emotions)
            table.AddColumn(Markup.Escape(emotion));
        foreach (var (emotion, row) in card.Emotions.Zip(figures.Confusion))
            table.AddRow([Markup.Escape(emotion), .. row.Select(n => $"{n}")]);
        Terminal.Print(table);
        foreach (var dimension in card.Dimensions ?? [])
            Console.WriteLine(InWords(dimension));
        if (card.Encoder is { } encoder)
            Console.WriteLine(
                $"encoder: {encoder.Name}, layer {encoder.Layer}"
                    + (encoder.IsEmbedded ? ", in the model's file" : ": copy it beside the model, where it isn't yet")
            );
        Console.WriteLine($"model: {file}\ncard: {Path.ChangeExtension(file, ".json")}");
    }

    private static string InWords(ModelDimension dimension)
    {
        var interval = dimension.CccCi95 is [var low, var high]
            ? Invariant($" (95 % over speakers: {low:0.000} to {high:0.000})")
            : "";
        var within = dimension.HalfWidth is { } half ? Invariant($"; 90 % of the truth is within ±{half:0.##}") : "";
        return Invariant($"{dimension.Name}, on {dimension.Protocol}: CCC {dimension.Ccc:0.000}{interval}, ")
            + Invariant($"RMSE {dimension.Rmse:0.##}, {dimension.Recordings} recordings{within}");
    }

    private static string Quoted(string word) => word.Contains(' ', StringComparison.Ordinal) ? $"\"{word}\"" : word;
}
