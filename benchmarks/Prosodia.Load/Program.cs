namespace Prosodia.Load;

/// <summary>Starts the server of this checkout and either loads it or attacks it.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args) =>
        args switch
        {
            ["load", var corpus] => await HttpLoad.RunAsync(corpus, clients: 64, seconds: 60, runs: 1),
            ["load", var corpus, var runs] => await HttpLoad.RunAsync(
                corpus,
                clients: 64,
                seconds: 60,
                int.Parse(runs)
            ),
            ["load", var corpus, var runs, var seconds] => await HttpLoad.RunAsync(
                corpus,
                clients: 64,
                double.Parse(seconds),
                int.Parse(runs)
            ),
            ["hostile", var recording, var count] => await AttackAsync(recording, int.Parse(count)),
            _ => Usage(),
        };

    private static async Task<int> AttackAsync(string recording, int count)
    {
        var wav = await File.ReadAllBytesAsync(recording);
        using var server = ServedProgram.Start();
        var answers = await HostileClients.SendAsync(
            server.Url,
            wav,
            count,
            seed: 1,
            done =>
            {
                if (done % 1000 == 0)
                    Console.Error.WriteLine($"{done} of {count}, server {server.Megabytes:0} MB");
            }
        );
        foreach (var kind in answers.GroupBy(a => a.Key.Kind).OrderBy(k => k.Key))
        {
            var counts = kind.OrderBy(k => k.Key.Status)
                .Select(k => $"{(k.Key.Status == 0 ? "hung up" : k.Key.Status)}: {k.Value}");
            Console.WriteLine($"{kind.Key, -25} {string.Join(", ", counts)}");
        }
        await Task.Delay(2000);
        var (faults, serves, left) = (
            answers.Where(a => a.Key.Status is 500 or 501 or 502 or 504).Sum(a => a.Value),
            server.Runs && await HostileClients.ServesAsync(server.Url, wav),
            server.FilesLeft
        );
        Console.WriteLine(
            $"{answers.Values.Sum()} sent; {faults} faults of the server; {left} files left; the next request is "
                + $"{(serves ? "served" : "NOT SERVED")}; {server.Megabytes:0} MB"
        );
        return faults == 0 && serves && left == 0 ? 0 : 1;
    }

    private static int Usage()
    {
        Console.Error.WriteLine(
            "usage: dotnet run -c Release --project benchmarks/Prosodia.Load -- load CORPUS [RUNS [SECONDS]] | "
                + "hostile RECORDING COUNT"
        );
        return 2;
    }
}
