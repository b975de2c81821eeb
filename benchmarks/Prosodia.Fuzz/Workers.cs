using System.Diagnostics;
using System.Text.Json;

namespace Prosodia.Fuzz;

/// <summary>
/// Campaigns in processes of their own, as many at once as there are cores, with instrumented copies of the readers: a
/// reader that ends its process is reported, too.
/// </summary>
internal sealed class Workers : IDisposable
{
    private static readonly string Name = typeof(Workers).Assembly.GetName().Name + ".dll";

    private readonly string _folder = Directory.CreateTempSubdirectory("prosodia-fuzz-").FullName;

    /// <summary>Copies the program and instruments its readers.</summary>
    public Workers()
    {
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        foreach (var folder in Directory.GetDirectories(AppContext.BaseDirectory))
            Directory.CreateSymbolicLink(Path.Combine(_folder, Path.GetFileName(folder)), folder);
        foreach (var readers in new[] { "Prosodia.dll", "Prosodia.Evaluation.dll" })
            SharpFuzz.Fuzzer.Instrument(Path.Combine(_folder, readers), _ => true, SharpFuzz.Options.Value);
    }

    /// <summary>Runs the campaigns; tells each outcome as soon as it is there.</summary>
    public void Run(IReadOnlyList<(Reader Reader, long Cases)> campaigns, int seed, Action<Outcome> done) =>
        Parallel.ForEach(
            campaigns,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            campaign =>
            {
                var outcome = Run(campaign.Reader, campaign.Cases, seed);
                lock (done)
                    done(outcome);
            }
        );

    /// <summary>What such a process runs.</summary>
    public static void Work(string reader, long cases, int seed, string folder) =>
        Console.WriteLine(
            JsonSerializer.Serialize(Campaign.Run(Reader.All.Single(r => r.Name == reader), cases, seed, folder))
        );

    private Outcome Run(Reader reader, long cases, int seed)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "cases", reader.Name)).FullName;
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [Path.Combine(_folder, Name), reader.Name, $"{cases}", $"{seed}", folder])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == 0)
            return JsonSerializer.Deserialize<Outcome>(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!;
        var last = Directory.GetFiles(folder).OrderBy(File.GetLastWriteTimeUtc).LastOrDefault();
        var said = errors.Result.Split('\n').FirstOrDefault(l => l.Trim().Length > 0) ?? "";
        return new Outcome(
            reader.Name,
            cases,
            0,
            0,
            0,
            0,
            0,
            [
                $"the process ended with {process.ExitCode}: {said} "
                    + $"({(last is null ? "no file" : Campaign.Kept(last, 0, reader))})",
            ]
        );
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
