using System.CommandLine;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.Encoders.Quantization;
using Prosodia.Training.Cli.Bench;

namespace Prosodia.Training.Cli.Commands;

/// <summary><c>bench</c>: this machine's figures beside the peer's and the limit.</summary>
internal static class BenchCommand
{
    private const int DefaultRecordings = 40,
        Rounds = 3;
    private const string PeerScript = "benchmarks/peer_pipeline.py";

    public static Command Create()
    {
        var corpus = new Option<string>("--corpus")
        {
            Description = "A folder of WAV recordings",
            Required = true,
            HelpName = "DIR",
        };
        var limit = new Option<int>("--limit")
        {
            HelpName = "N",
            Description = "Recordings, the first in alphabetical order",
            DefaultValueFactory = _ => DefaultRecordings,
        }.AtLeast(2);
        var rounds = new Option<int>("--rounds")
        {
            HelpName = "N",
            Description = "How often; medians are shown",
            DefaultValueFactory = _ => Rounds,
        }.AtLeast(1);
        var peer = new Option<string?>("--peer")
        {
            HelpName = "SCRIPT",
            Description =
                $"Run the same pipeline in Python on the same recordings, in turn with ours (default: {PeerScript})",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var encoder = new Option<string?>("--encoder")
        {
            HelpName = "onnx:FILE",
            Description = "Time a network of whole utterances instead, beside the machine's matrix product",
        };
        var int8 = new Option<bool>("--int8") { Description = "With --encoder: on 8-bit integers" };
        var json = CommonOptions.Json();
        var command = new Verb(
            "bench",
            TrainingVerbs.DescriptionOf("bench"),
            """
            prosodia bench --corpus ../shared/corpora/ravdess
            prosodia bench --corpus ../shared/corpora/ravdess --peer --limit 40
            prosodia bench --corpus ../shared/corpora/ravdess --encoder onnx:wav2vec2.onnx
            """
        )
        {
            corpus,
            limit,
            rounds,
            peer,
            encoder,
            int8,
            json,
        };
        command.SetAction(arguments =>
        {
            var folder = arguments.GetValue(corpus)!;
            if (arguments.GetValue(encoder) is not null && arguments.GetResult(peer) is { Implicit: false })
                throw new UsageException("--peer runs the paper's pipeline, not --encoder");
            if (arguments.GetValue(encoder) is { } network)
                return EncoderBenchmark.Run(
                    network,
                    arguments.GetValue(int8),
                    Recordings(folder, arguments.GetValue(limit)),
                    arguments.GetValue(rounds),
                    arguments.GetValue(json)
                );
            if (arguments.GetValue(int8))
                throw new UsageException("--int8 goes with --encoder; without, both are timed");
            var script = arguments.GetResult(peer) is { Implicit: false }
                ? arguments.GetValue(peer) ?? PeerScript
                : null;
            return Bench(
                folder,
                arguments.GetValue(limit),
                arguments.GetValue(rounds),
                script,
                arguments.GetValue(json)
            );
        });
        return command;
    }

    private static string[] Recordings(string folder, int limit)
    {
        if (!Directory.Exists(folder))
            throw InputException.From(folder, new DirectoryNotFoundException());
        string[] files =
        [
            .. Directory
                .EnumerateFiles(folder, "*.wav", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Take(limit),
        ];
        return files.Length >= 2
            ? files
            : throw new InputException(folder, $"holds {files.Length} WAV recordings", "At least 2 are needed");
    }

    private static int Bench(string folder, int limit, int rounds, string? script, bool json)
    {
        if (script is not null && !File.Exists(script))
            throw InputException.From(script, new FileNotFoundException());
        var files = Recordings(folder, limit);
        var models = EncoderStore.OfUser();
        // what weights are doesn't change what they cost
        var file = models.FileOf(models.WithRandomWeights(ResNet.ResNet101).Name);
        using var fp32 = new SegmentEncoder(file);
        using var int8 = new SegmentEncoder(Int8Quantizer.Of(file, Path.Combine(models.Path, "int8")));
        using var allCores = new SegmentEncoder(file, Environment.ProcessorCount);
        var ours = new StageBenchmark(files, fp32, int8, allCores);
        var peer = script is null ? null : new Peer(script, folder, limit);
        ours.Run(); // compiles
        var (our, theirs, limits) = (
            new List<Dictionary<Stage, double>>(),
            new List<Dictionary<Stage, double>>(),
            new List<double>()
        );
        for (var round = 1; round <= rounds; round++)
        {
            Terminal.Hint($"round {round} of {rounds}");
            limits.Add(MatrixProduct.GigaflopsPerSecond());
            our.Add(ours.Run());
            if (peer is not null)
                theirs.Add(peer.Run());
        }

        var report = new BenchReport(files.Length, ours, our, theirs, limits);
        if (json)
            report.PrintJson();
        else
            report.Print();
        return ExitCode.Done;
    }
}
