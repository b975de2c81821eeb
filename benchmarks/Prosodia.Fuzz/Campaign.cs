using System.Diagnostics;

namespace Prosodia.Fuzz;

/// <summary>What a reader did with damaged files.</summary>
/// <param name="Reader">What it reads.</param>
/// <param name="Cases">Files tried.</param>
/// <param name="Read">Those that were still readable.</param>
/// <param name="SlowestSeconds">Longest time of a file.</param>
/// <param name="MaxBytes">Most memory asked for by a file, beyond ten times its size.</param>
/// <param name="Branches">Branches of the program that files reached; 0 where it isn't instrumented.</param>
/// <param name="Kept">Files that reached something new, and were damaged further.</param>
/// <param name="Faults">What was neither readable nor refused as it should be, at most a few.</param>
internal sealed record Outcome(
    string Reader,
    long Cases,
    long Read,
    double SlowestSeconds,
    long MaxBytes,
    int Branches,
    int Kept,
    IReadOnlyCollection<string> Faults
);

/// <summary>
/// Gives a reader damaged files: it must read them, or refuse them with an error for users, in time and with little
/// memory. Files that reach branches which none reached before are damaged further.
/// </summary>
internal static class Campaign
{
    /// <summary>Seconds after which a reader is as good as hung.</summary>
    public const double Hung = 20;

    private const double MaxSeconds = 2;
    private const long MaxBytes = 50_000_000; // beyond ten times the file
    private const int Repeats = 3, // of a slow file
        MaxFaults = 5,
        MaxKept = 20_000,
        MaxKeptBytes = 1 << 16;

    /// <summary>Tries so many files of a reader.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="cases">How many files.</param>
    /// <param name="seed">The same seed tries the same files, as long as the program is the same.</param>
    /// <param name="folder">Where each lies while it is read; the last one stays there if the process dies of
    /// it.</param>
    public static Outcome Run(Reader reader, long cases, int seed, string folder)
    {
        var file = Path.Combine(folder, reader.FileName ?? "case" + reader.Extension);
        RequireReadable(reader, file);
        var (random, pool, faults) = (new Random(seed), new List<byte[]>(reader.Seeds), new List<string>());
        var (read, slowest, most) = (0L, 0.0, 0L);
        var began = Stopwatch.GetTimestamp();
        using var watch = new Timer(
            _ => ExitIfHung(Volatile.Read(ref began)),
            null,
            TimeSpan.FromSeconds(1),
            TimeSpan.FromSeconds(1)
        );
        var coverage = new Coverage();
        for (var i = 0L; i < cases; i++)
        {
            var bytes = Mutation.Of(pool, random);
            File.WriteAllBytes(file, bytes);
            Coverage.Restart();
            var before = GC.GetAllocatedBytesForCurrentThread();
            Volatile.Write(ref began, Stopwatch.GetTimestamp());
            if (Attempt(reader, file) is not { } fault)
                read++;
            else if (fault.Length > 0)
                Note(fault);
            var (taken, asked) = (
                Stopwatch.GetElapsedTime(began).TotalSeconds,
                GC.GetAllocatedBytesForCurrentThread() - before - 10L * bytes.Length
            );
            // on a busy machine any file may take long; one that hangs a reader does so each time
            for (var again = 0; taken > MaxSeconds && again < Repeats; again++)
            {
                Volatile.Write(ref began, Stopwatch.GetTimestamp());
                Attempt(reader, file);
                taken = Math.Min(taken, Stopwatch.GetElapsedTime(began).TotalSeconds);
            }
            if (taken > MaxSeconds || asked > MaxBytes)
                Note($"{taken:0.0} s, {asked / 1e6:0} MB");
            (slowest, most) = (Math.Max(slowest, taken), Math.Max(most, asked));
            if (coverage.FoundNew() && bytes.Length <= MaxKeptBytes && pool.Count < MaxKept)
                pool.Add(bytes);

            void Note(string what)
            {
                if (faults.Count < MaxFaults && faults.All(f => !f.StartsWith(what, StringComparison.Ordinal)))
                    faults.Add($"{what} ({Kept(file, faults.Count, reader)})");
            }
        }
        return new Outcome(
            reader.Name,
            cases,
            read,
            slowest,
            most,
            coverage.Branches,
            pool.Count - reader.Seeds.Length,
            faults
        );
    }

    /// <summary>
    /// Seeds that aren't read would try nothing; those of models and weights are parts, and are refused.
    /// </summary>
    private static void RequireReadable(Reader reader, string file)
    {
        foreach (var seed in reader.SeedsAreRead ? reader.Seeds : [])
        {
            File.WriteAllBytes(file, seed);
            reader.Read(file);
        }
    }

    /// <summary>Null where it was read, empty where it was refused as it should be, else what happened.</summary>
    private static string? Attempt(Reader reader, string file)
    {
        try
        {
            reader.Read(file);
            return null;
        }
        // the second one is the weights' own, which the command names the file to
        catch (Exception e) when (e is InputException or InvalidDataException)
        {
            return "";
        }
        catch (Exception e)
        {
            var ours = e.StackTrace?.Split('\n').FirstOrDefault(l => l.Contains("Prosodia", StringComparison.Ordinal));
            return $"{e.GetType().Name}: {e.Message.Split('\n')[0]} {ours?.Trim()}";
        }
    }

    /// <summary>Keeps a file that made a reader fail, for a test.</summary>
    public static string Kept(string file, int number, Reader reader)
    {
        var name = reader.Name.Replace(' ', '-').Replace(",", "", StringComparison.Ordinal);
        var kept = Path.Combine(Path.GetTempPath(), $"prosodia-fuzz-{name}-{number}{Path.GetExtension(file)}");
        File.Copy(file, kept, overwrite: true);
        return kept;
    }

    private static void ExitIfHung(long began)
    {
        if (Stopwatch.GetElapsedTime(began).TotalSeconds > Hung)
            Environment.FailFast($"hung for {Hung} s");
    }
}
