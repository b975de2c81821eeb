using System.Diagnostics;
using System.Globalization;
using Prosodia.Audio;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Encoders;

namespace Prosodia.Training.Cli.Bench;

/// <summary>
/// Times a network of whole utterances on all cores, one recording a core, in turn with the machine's matrix product.
/// </summary>
internal static class EncoderBenchmark
{
    /// <summary>Runs and prints medians; gives the exit code.</summary>
    public static int Run(string network, bool int8, IReadOnlyList<string> files, int rounds, bool json)
    {
        using var fp32 = EncoderOptions.OpenUtterances(network);
        using var encoder = int8 ? EncoderOptions.OpenUtterances(network, int8: true) : fp32;
        Recording[] recordings = [.. files.Select(f => AudioFile.Read(f))];
        var seconds = recordings.Sum(r => r.Seconds);
        using var count = new OperationCount(fp32);
        var gigaflops = recordings.Sum(count.Of) / 1e9;
        var (limits, rates) = (new List<double>(), new List<double>());
        Encode();
        for (var round = 1; round <= rounds; round++)
        {
            Terminal.Hint($"round {round} of {rounds}");
            limits.Add(MatrixProduct.GigaflopsPerSecond());
            var watch = Stopwatch.StartNew();
            Encode();
            rates.Add(1 / watch.Elapsed.TotalSeconds);
        }
        var (limit, rate) = (Median(limits), Median(rates));
        if (json)
            Terminal.PrintJson(
                new
                {
                    Encoder = encoder.Sha256,
                    Recordings = recordings.Length,
                    Seconds = seconds,
                    Cores = Environment.ProcessorCount,
                    Rounds = rounds,
                    TimesRealTime = seconds * rate,
                    Gflops = gigaflops * rate,
                    MatrixProductGflops = limit,
                    Ratio = gigaflops * rate / limit,
                }
            );
        else
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Path.GetFileName(encoder.Name)}: {recordings.Length} recordings of {seconds:0} s on "
                        + $"{Environment.ProcessorCount} cores: {seconds * rate:0.0} times real time; "
                        + $"{gigaflops * rate:0} of the matrix product's {limit:0} billion operations a second, "
                        + $"{gigaflops * rate / limit:0 %}"
                )
            );
        return ExitCode.Done;

        void Encode() => Parallel.ForEach(recordings, r => encoder.Encode(r.Samples));

        static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
    }
}
