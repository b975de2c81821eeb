using System.CommandLine;
using System.Globalization;
using Prosodia.Cli.Bench;
using Prosodia.Encoders;
using Prosodia.Encoders.Int8;
using Spectre.Console;

namespace Prosodia.Cli.Commands;

/// <summary><c>bench</c>: this machine's figures beside the peer's and the limit.</summary>
internal static class BenchCommand
{
    private const int Recordings = 40, Rounds = 3;
    private const string PeerScript = "../shared/tools/peer_pipeline.py";

    private static readonly (Stage Stage, string Name, string Unit, Stage? PeerStage, double Wanted)[] Rows =
    [
        (Stage.Read, "read recordings", "x real time", Stage.Read, 0),
        (Stage.Select, "segments, clusters, spectrograms", "x real time", Stage.Select, 10),
        (Stage.EncodeOne, "ResNet-101, one by one", "segments/s", Stage.EncodeOne, 5),
        (Stage.Encode, "ResNet-101, fp32", "segments/s", Stage.Encode, 1.8),
        (Stage.EncodeInt8, "ResNet-101, int8", "segments/s", Stage.Encode, 4),
        (Stage.Train, "BiLSTM training, batch 32", "utterance-epochs/s", Stage.Train, 3),
        (Stage.Whole, "audio to features, fp32", "utterances/s", Stage.Whole, 2.5),
        (Stage.WholeInt8, "audio to features, int8", "utterances/s", Stage.Whole, 5),
        (Stage.Warm, "the same from the cache", "utterances/s", Stage.Whole, 0),
    ];

    public static Command Create()
    {
        var corpus = new Option<string>("--corpus") { Description = "A folder of WAV recordings", Required = true, HelpName = "DIR" };
        var limit = new Option<int>("--limit") { HelpName = "N", Description = "Recordings, the first in alphabetical order", DefaultValueFactory = _ => Recordings }.AtLeast(2);
        var rounds = new Option<int>("--rounds") { HelpName = "N", Description = "How often; medians are shown", DefaultValueFactory = _ => Rounds }.AtLeast(1);
        var peer = new Option<string?>("--peer") { HelpName = "SCRIPT", Description = $"Run the same pipeline in Python on the same recordings, in turn with ours (default: {PeerScript})", Arity = ArgumentArity.ZeroOrOne };
        var json = CommonOptions.Json();
        var command = new Verb("bench", "Times every stage on this machine, beside the Python peer and the machine's limit.", """
            prosodia bench --corpus ../shared/corpora/ravdess
            prosodia bench --corpus ../shared/corpora/ravdess --peer --limit 40
            """)
        { corpus, limit, rounds, peer, json };
        command.SetAction(arguments =>
        {
            var folder = arguments.GetValue(corpus)!;
            var script = arguments.GetResult(peer) is { Implicit: false } ? arguments.GetValue(peer) ?? PeerScript : null;
            return Bench(folder, arguments.GetValue(limit), arguments.GetValue(rounds), script, arguments.GetValue(json));
        });
        return command;
    }

    private static int Bench(string folder, int limit, int rounds, string? script, bool json)
    {
        if (!Directory.Exists(folder)) throw InputException.From(folder, new DirectoryNotFoundException());
        if (script is not null && !File.Exists(script)) throw InputException.From(script, new FileNotFoundException());
        string[] files = [.. Directory.EnumerateFiles(folder, "*.wav", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(limit)];
        if (files.Length < 2) throw new InputException(folder, $"holds {files.Length} WAV recordings", "At least 2 are needed");

        var models = ModelFolder.OfUser();
        var file = models.FileOf(models.WithRandomWeights().Name); // what weights are doesn't change what they cost
        using var fp32 = new SegmentEncoder(file);
        using var int8 = new SegmentEncoder(Int8Quantizer.Of(file, Path.Combine(models.Path, "int8")));
        using var allCores = new SegmentEncoder(file, Environment.ProcessorCount);
        var ours = new StageBenchmark(files, fp32, int8, allCores);
        var peer = script is null ? null : new Peer(script, folder, limit);
        ours.Run(); // compiles
        var (our, theirs, limits) = (new List<Dictionary<Stage, double>>(), new List<Dictionary<Stage, double>>(), new List<double>());
        for (var round = 1; round <= rounds; round++)
        {
            Terminal.Hint($"round {round} of {rounds}");
            limits.Add(MatrixProduct.GigaflopsPerSecond());
            our.Add(ours.Run());
            if (peer is not null) theirs.Add(peer.Run());
        }

        var limitRate = Median(limits);
        var shares = Rows.ToDictionary(r => r.Stage, r => (Ours: Median(our.Select(o => o[r.Stage])), Peer: r.PeerStage is { } stage && theirs.Count > 0 ? Median(theirs.Select(t => t[stage])) : (double?)null));
        var gigaflops = shares[Stage.Encode].Ours * ResNet101.OperationsPerSegment / 1e9;
        if (json)
        {
            Console.WriteLine(System.Text.Json.JsonSerializer.Serialize(new
            {
                recordings = files.Length,
                audio_seconds = ours.AudioSeconds,
                key_segments = ours.KeySegments,
                cores = Environment.ProcessorCount,
                matrix_product_gflops = limitRate,
                resnet_fp32_gflops = gigaflops,
                int8_cosine = new { least = ours.Cosine.Least, median = ours.Cosine.Median },
                stages = Rows.Select(r => new { stage = r.Name, unit = r.Unit, ours = shares[r.Stage].Ours, peer = shares[r.Stage].Peer, ratio = shares[r.Stage].Ours / shares[r.Stage].Peer }),
            }, Indented));
            return ExitCode.Done;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumns("stage", "unit");
        foreach (var column in new[] { "ours", "peer", "ours / peer", "wanted" }) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var (stage, name, unit, _, wanted) in Rows)
        {
            var (mine, other) = shares[stage];
            table.AddRow(name, unit, Number(mine), other is { } p ? Number(p) : "", other is { } q ? $"{mine / q:0.00}" : "", wanted > 0 && other is not null ? $"{wanted:0.0}" : "");
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(Console.Out) });
        console.Profile.Width = 120;
        console.Write(table);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{files.Length} recordings, {ours.AudioSeconds:0} s, {ours.KeySegments} key segments; {Environment.ProcessorCount} cores; median of {rounds} rounds{(peer is null ? "" : ", ours and peer in turn")}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ResNet-101 in fp32: {gigaflops:0} GFLOP/s, {gigaflops / limitRate:0%} of the machine's matrix product ({limitRate:0} GFLOP/s)"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"cosine of int8 and fp32 features: least {ours.Cosine.Least:0.0000}, median {ours.Cosine.Median:0.0000}"));
        return ExitCode.Done;
    }

    private static readonly System.Text.Json.JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static string Number(double value) => value.ToString(value < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
