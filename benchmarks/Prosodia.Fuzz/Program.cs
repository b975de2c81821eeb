namespace Prosodia.Fuzz;

/// <summary>
/// Damaged files for every reader: <c>dotnet run -c Release --project benchmarks/Prosodia.Fuzz -- 5000000</c>.
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is [var reader, var share, var number, var folder])
        {
            Coverage.Attach();
            Workers.Work(reader, long.Parse(share), int.Parse(number), folder);
            return 0;
        }
        if (args is not [var count, ..] || !long.TryParse(count, out var cases))
        {
            Console.Error.WriteLine("usage: dotnet run -c Release --project benchmarks/Prosodia.Fuzz -- CASES [SEED]");
            return 2;
        }
        var (seed, faults, total) = (args.Length > 1 ? int.Parse(args[1]) : 1, 0, 0L);
        using var workers = new Workers();
        workers.Run(
            Shares(cases),
            seed,
            outcome =>
            {
                Console.WriteLine(
                    $"{outcome.Reader, -20} {outcome.Cases, 9} cases, "
                        + $"{100.0 * outcome.Read / outcome.Cases, 5:0.0} % still readable; {outcome.Branches, 5} "
                        + $"branches, {outcome.Kept, 5} files kept; "
                        + $"slowest {outcome.SlowestSeconds, 6:0.000} s, most memory "
                        + $"{outcome.MaxBytes / 1e6, 5:0.0} MB; faults: {outcome.Faults.Count}"
                );
                foreach (var fault in outcome.Faults)
                    Console.WriteLine($"    {fault}");
                (faults, total) = (faults + outcome.Faults.Count, total + outcome.Cases);
            }
        );
        Console.WriteLine($"{total} cases, seed {seed}: {(faults == 0 ? "no fault" : "FAULTS")}");
        return faults == 0 ? 0 : 1;
    }

    /// <summary>
    /// Cases in equal parts, of which slow readers have fewer; the slowest come first, so that cores end together.
    /// </summary>
    private static (Reader, long)[] Shares(long cases)
    {
        var slow = Reader
            .All.Where(r => r.OneIn > 1)
            .Select(r => (Reader: r, Cases: Math.Max(1, cases / Reader.All.Count / r.OneIn)))
            .ToArray();
        Reader[] quick = [.. Reader.All.Where(r => r.OneIn == 1)];
        var rest = cases - slow.Sum(s => s.Cases);
        return [.. slow, .. quick.Select((r, i) => (r, rest / quick.Length + (i < rest % quick.Length ? 1 : 0)))];
    }
}
