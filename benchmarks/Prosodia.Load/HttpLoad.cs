using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Prosodia.Audio;
using Prosodia.Audio.Wav;

namespace Prosodia.Load;

/// <summary>
/// Many clients on loopback, each sending the next recording as soon as it has its answer, beside <c>predict</c> on the
/// same files; and the memory that the server holds after each of several runs.
/// </summary>
internal static class HttpLoad
{
    private const int Files = 1000;
    private const double Seconds = 3;

    public static async Task<int> RunAsync(string corpus, int clients, double seconds, int runs)
    {
        using var folder = new TemporaryRecordings(corpus, Files, Seconds);
        Console.WriteLine(
            $"{folder.Files.Count} recordings of {Seconds} s, {clients} clients, {seconds} s a run, "
                + $"{Environment.ProcessorCount} cores"
        );
        using var server = ServedProgram.Start("--queue", $"{2 * clients}");
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = clients })
        {
            BaseAddress = server.Url,
            Timeout = TimeSpan.FromMinutes(2),
        };
        var bodies = folder.Files.Select(File.ReadAllBytes).ToArray();
        await SendAsync(client, bodies, clients, 5); // until all is compiled
        var errors = 0;
        for (var run = 1; run <= runs; run++)
        {
            var predicted =
                folder.Files.Count
                / ServedProgram.Run("predict", folder.Path, "--format", "csv", "--out", folder.Output);
            var (latencies, codes, took) = await SendAsync(client, bodies, clients, seconds);
            var throughput = codes.GetValueOrDefault(HttpStatusCode.OK) / took;
            errors += codes
                .Where(c => c.Key is not (HttpStatusCode.OK or HttpStatusCode.TooManyRequests))
                .Sum(c => c.Value);
            latencies.Sort();
            Console.WriteLine(
                $"run {run}: {throughput:0.0} a second; predict {predicted:0.0}; ratio "
                    + $"{throughput / predicted:0.00}; median {latencies[latencies.Count / 2]:0} ms, 99th percentile "
                    + $"{latencies[latencies.Count * 99 / 100]:0} ms; "
                    + $"{string.Join(", ", codes.Select(c => $"{(int)c.Key}: {c.Value}"))}; server "
                    + $"{server.Megabytes:0} MB"
            );
        }
        return errors == 0 ? 0 : 1;
    }

    private static async Task<(
        List<double> Latencies,
        Dictionary<HttpStatusCode, int> Codes,
        double Seconds
    )> SendAsync(HttpClient client, byte[][] bodies, int clients, double seconds)
    {
        var (latencies, codes, next, watch) = (
            new ConcurrentBag<double>(),
            new ConcurrentDictionary<HttpStatusCode, int>(),
            0,
            Stopwatch.StartNew()
        );
        await Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(async _ =>
                {
                    while (watch.Elapsed.TotalSeconds < seconds)
                    {
                        var sent = Stopwatch.GetTimestamp();
                        using var content = new ByteArrayContent(
                            bodies[Interlocked.Increment(ref next) % bodies.Length]
                        );
                        using var response = await client.PostAsync("v1/recognitions", content);
                        await response.Content.ReadAsByteArrayAsync();
                        codes.AddOrUpdate(response.StatusCode, 1, (_, count) => count + 1);
                        if (response.StatusCode == HttpStatusCode.OK)
                            latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                        else
                            await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero);
                    }
                })
        );
        return ([.. latencies], new(codes), watch.Elapsed.TotalSeconds);
    }

    /// <summary>Recordings of a corpus, all cut to one length.</summary>
    private sealed class TemporaryRecordings : IDisposable
    {
        public TemporaryRecordings(string corpus, int count, double seconds)
        {
            Path = Directory.CreateTempSubdirectory("prosodia-load-").FullName;
            var length = (int)(seconds * Recording.SampleRate);
            foreach (
                var (i, samples) in System
                    .IO.Directory.EnumerateFiles(corpus, "*.wav", SearchOption.AllDirectories)
                    .Order(StringComparer.Ordinal)
                    .Select(f => AudioFile.Read(f).Samples)
                    .Where(s => s.Length >= length)
                    .Take(count)
                    .Index()
            )
                WavWriter.Write(System.IO.Path.Combine(Path, $"{i:0000}.wav"), samples.AsSpan(0, length));
            Files = [.. System.IO.Directory.GetFiles(Path).Order(StringComparer.Ordinal)];
        }

        public string Path { get; }

        public IReadOnlyList<string> Files { get; }

        public string Output => Path + ".csv";

        public void Dispose()
        {
            Directory.Delete(Path, recursive: true);
            File.Delete(Output);
        }
    }
}
