using System.Globalization;
using Prosodia.Cli.Hosting;
using Spectre.Console;

namespace Prosodia.Training.Cli.Bench;

/// <summary>What a benchmark found, as medians over its rounds.</summary>
/// <param name="recordings">How many recordings were timed.</param>
/// <param name="ours">Our benchmark, for what it knows of them.</param>
/// <param name="rates">Our rates, a round each.</param>
/// <param name="peerRates">The peer's, a round each; none where it was not run.</param>
/// <param name="limits">The machine's matrix product in 10^9 operations a second, a round each.</param>
internal sealed class BenchReport(
    int recordings,
    StageBenchmark ours,
    IReadOnlyList<Dictionary<Stage, double>> rates,
    IReadOnlyList<Dictionary<Stage, double>> peerRates,
    IReadOnlyList<double> limits
)
{
    // "Wanted" is the ratio to the peer that we set out to reach.
    private static readonly (Stage Stage, string Name, string Unit, Stage PeerStage, double? Wanted)[] Rows =
    [
        (Stage.Read, "read recordings", "x real time", Stage.Read, null),
        (Stage.Prosody, "hand-made features, one core", "x real time", Stage.Prosody, null),
        (Stage.Select, "segments, clusters, spectrograms", "x real time", Stage.Select, 10),
        (Stage.EncodeOne, "ResNet-101, one by one", "segments/s", Stage.EncodeOne, 5),
        (Stage.Encode, "ResNet-101, fp32", "segments/s", Stage.Encode, 1.8),
        (Stage.EncodeInt8, "ResNet-101, int8", "segments/s", Stage.Encode, 4),
        (Stage.Train, "BiLSTM training, batch 32", "utterance-epochs/s", Stage.Train, 3),
        (Stage.Whole, "audio to features, fp32", "utterances/s", Stage.Whole, 2.5),
        (Stage.WholeInt8, "audio to features, int8", "utterances/s", Stage.Whole, 5),
        (Stage.Warm, "the same from the cache", "utterances/s", Stage.Whole, null),
    ];

    private double MatrixProduct => Median(limits);

    private double ResNet => Ours(Stage.Encode) * Evaluation.Encoders.ResNet.ResNet101.OperationsPerSegment / 1e9;

    /// <summary>Prints the report for programs.</summary>
    public void PrintJson() =>
        Terminal.PrintJson(
            new
            {
                recordings,
                ours.AudioSeconds,
                ours.KeySegments,
                Cores = Environment.ProcessorCount,
                Rounds = rates.Count,
                MatrixProductGflops = MatrixProduct,
                ResnetFp32Gflops = ResNet,
                Int8Cosine = new { ours.Cosine.Least, ours.Cosine.Median },
                Stages = Rows.Select(row => new
                {
                    row.Name,
                    row.Unit,
                    Ours = Ours(row.Stage),
                    Peer = Peer(row.PeerStage),
                    Ratio = Ours(row.Stage) / Peer(row.PeerStage),
                    row.Wanted,
                }),
            }
        );

    /// <summary>Prints the report for people.</summary>
    public void Print()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("stage", "unit");
        foreach (var column in new[] { "ours", "peer", "ours / peer", "wanted" })
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var (stage, name, unit, peerStage, wanted) in Rows)
            table.AddRow(
                name,
                unit,
                Number(Ours(stage)),
                Number(Peer(peerStage)),
                Number(Ours(stage) / Peer(peerStage)),
                peerRates.Count > 0 ? Number(wanted) : ""
            );
        Terminal.Print(table);
        Console.WriteLine(
            $"{recordings} recordings, {ours.AudioSeconds:0} s, {ours.KeySegments} key segments; "
                + $"{Environment.ProcessorCount} cores; median of {rates.Count} "
                + $"rounds{(peerRates.Count > 0 ? ", ours and peer in turn" : "")}"
        );
        Console.WriteLine(
            $"ResNet-101 in fp32: {ResNet:0} GFLOP/s, {ResNet / MatrixProduct:0%} of the machine's matrix "
                + $"product ({MatrixProduct:0} GFLOP/s)"
        );
        Console.WriteLine(
            $"cosine of int8 and fp32 features: least {ours.Cosine.Least:0.0000}, median {ours.Cosine.Median:0.0000}"
        );
    }

    private double Ours(Stage stage) => Median(rates.Select(r => r[stage]));

    private double? Peer(Stage stage) =>
        peerRates.Count == 0 || !peerRates[0].ContainsKey(stage) ? null : Median(peerRates.Select(r => r[stage]));

    private static string Number(double? value) =>
        value?.ToString(value < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture) ?? "";

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
