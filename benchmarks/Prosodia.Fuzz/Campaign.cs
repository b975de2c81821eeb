using System.Collections.Concurrent;
using System.Diagnostics;

namespace Prosodia.Fuzz;

/// <summary>What a reader did with damaged files.</summary>
/// <param name="Reader">What it reads.</param>
/// <param name="Cases">Files tried.</param>
/// <param name="Read">Those that were still readable.</param>
/// <param name="SlowestSeconds">Longest time of a file.</param>
/// <param name="MostBytes">Most memory asked for by a file, beyond ten times its size.</param>
/// <param name="Faults">What was neither readable nor refused as it should be, at most a few.</param>
internal sealed record Outcome(string Reader, long Cases, long Read, double SlowestSeconds, long MostBytes, IReadOnlyCollection<string> Faults);

/// <summary>Gives readers damaged files on all cores: they must read them, or refuse them with an error for users, in time and with little memory.</summary>
internal static class Campaign
{
    private const double MostSeconds = 2;
    private const long MostBytes = 50_000_000; // beyond ten times the file
    private const int MostFaults = 5;

    /// <summary>Tries so many files of a reader.</summary>
    public static Outcome Run(Reader reader, long cases, int seed)
    {
        RequireReadable(reader);
        var (faults, read, slowest, most) = (new ConcurrentDictionary<string, byte>(), 0L, 0.0, 0L);
        var together = new Lock();
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(t => new Thread(() =>
        {
            var random = new Random(seed * 1000 + t);
            var folder = Directory.CreateTempSubdirectory("prosodia-fuzz-").FullName;
            var file = Path.Combine(folder, reader.FileName ?? "case" + reader.Extension);
            var (mine, slow, large) = (0L, 0.0, 0L);
            for (var i = t; i < cases; i += Environment.ProcessorCount)
            {
                var bytes = Mutation.Of(reader.Seeds, random);
                File.WriteAllBytes(file, bytes);
                var (before, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
                if (Attempt(reader, file) is not { } fault) mine++;
                else if (fault.Length > 0 && faults.Count < MostFaults) faults.TryAdd($"{fault} ({Kept(bytes, faults.Count, reader)})", 0);
                var (taken, asked) = (Stopwatch.GetElapsedTime(began).TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - before - 10L * bytes.Length);
                if ((taken > MostSeconds || asked > MostBytes) && faults.Count < MostFaults) faults.TryAdd($"{taken:0.0} s, {asked / 1e6:0} MB ({Kept(bytes, faults.Count, reader)})", 0);
                (slow, large) = (Math.Max(slow, taken), Math.Max(large, asked));
            }
            Directory.Delete(folder, recursive: true);
            lock (together) (read, slowest, most) = (read + mine, Math.Max(slowest, slow), Math.Max(most, large));
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return new Outcome(reader.Name, cases, read, slowest, most, [.. faults.Keys]);
    }

    /// <summary>Seeds that aren't read would try nothing; those of models and weights are parts, and are refused.</summary>
    private static void RequireReadable(Reader reader)
    {
        if (!reader.SeedsAreRead) return;
        var folder = Directory.CreateTempSubdirectory("prosodia-fuzz-").FullName;
        var file = Path.Combine(folder, reader.FileName ?? "case" + reader.Extension);
        foreach (var seed in reader.Seeds)
        {
            File.WriteAllBytes(file, seed);
            reader.Read(file);
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Null where it was read, empty where it was refused as it should be, else what happened.</summary>
    private static string? Attempt(Reader reader, string file)
    {
        try
        {
            reader.Read(file);
            return null;
        }
        catch (Exception e) when (e is InputException or InvalidDataException) // the second one is the weights' own, which the command names the file to
        {
            return "";
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message.Split('\n')[0]} {e.StackTrace?.Split('\n').FirstOrDefault(l => l.Contains("Prosodia", StringComparison.Ordinal))?.Trim()}";
        }
    }

    /// <summary>Keeps a file that made a reader fail, for a test.</summary>
    private static string Kept(byte[] bytes, int number, Reader reader)
    {
        var file = Path.Combine(Path.GetTempPath(), $"prosodia-fuzz-{reader.Name.Replace(' ', '-').Replace(",", "", StringComparison.Ordinal)}-{number}{reader.Extension}");
        File.WriteAllBytes(file, bytes);
        return file;
    }
}
