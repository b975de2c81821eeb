namespace Prosodia.Fuzz;

/// <summary>Damaged files for every reader, in equal parts: <c>dotnet run -c Release --project benchmarks/Prosodia.Fuzz -- 5000000</c>.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is not [var count, ..] || !long.TryParse(count, out var cases))
        {
            Console.Error.WriteLine("usage: dotnet run -c Release --project benchmarks/Prosodia.Fuzz -- CASES [SEED]");
            return 2;
        }
        var (seed, faults, total) = (args.Length > 1 ? int.Parse(args[1]) : 1, 0, 0L);
        foreach (var reader in Reader.All)
        {
            var outcome = Campaign.Run(reader, (cases + Reader.All.Count - 1) / Reader.All.Count, seed);
            Console.WriteLine($"{outcome.Reader,-20} {outcome.Cases,9} cases, {100.0 * outcome.Read / outcome.Cases,5:0.0} % still readable; slowest {outcome.SlowestSeconds,6:0.000} s, most memory {outcome.MostBytes / 1e6,5:0.0} MB; faults: {outcome.Faults.Count}");
            foreach (var fault in outcome.Faults) Console.WriteLine($"    {fault}");
            (faults, total) = (faults + outcome.Faults.Count, total + outcome.Cases);
        }
        Console.WriteLine($"{total} cases, seed {seed}: {(faults == 0 ? "no fault" : "FAULTS")}");
        return faults == 0 ? 0 : 1;
    }
}
