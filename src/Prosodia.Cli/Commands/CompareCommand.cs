using System.CommandLine;
using System.Globalization;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Metrics;
using Prosodia.Evaluation.Runs;

namespace Prosodia.Cli.Commands;

/// <summary><c>compare</c>: whether one of two evaluations is better, or chance made it so.</summary>
internal static class CompareCommand
{
    private const double Unlikely = 0.05;

    public static Command Create()
    {
        var one = new Argument<string>("A") { Description = "The folder of an evaluation" };
        var other = new Argument<string>("B")
        {
            Description = "The folder of another evaluation of the same recordings",
        };
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var command = new Verb(
            "compare",
            "Tests whether two evaluations of the same recordings differ by more than chance.",
            """
            prosodia compare runs/emodb-fp32 runs/emodb-int8
            prosodia compare runs/emodb-compact runs/emodb-paper --json
            """
        )
        {
            one,
            other,
            seed,
            json,
        };
        command.SetAction(arguments =>
        {
            FinishedRun a = FinishedRun.Read(arguments.GetValue(one)!),
                b = FinishedRun.Read(arguments.GetValue(other)!);
            if (a.Targets.Count > 0 || b.Targets.Count > 0)
                return CompareNumbers(a, b, arguments.GetValue(seed), arguments.GetValue(json));
            var comparison = PairedComparison.Of(a.ReadPredictions(), b.ReadPredictions(), arguments.GetValue(seed));
            var votes =
                a.Jsd is not null && b.Jsd is not null
                    ? PairedStatistic.OfMeans(
                        Paired(a.ReadDivergences(), b.ReadDivergences(), v => v.Path, v => v.Votes)
                            .Select(p => (p.One.Speaker, p.One.Jsd, p.Other.Jsd))
                            .ToArray(),
                        arguments.GetValue(seed)
                    )
                    : null;
            if (arguments.GetValue(json) && votes is null)
                Terminal.PrintJson(comparison);
            else if (arguments.GetValue(json))
                Terminal.PrintJson(new { Labels = comparison, Votes = votes });
            else
            {
                Print(a, b, comparison);
                if (votes is not null)
                    Print("JSD from the votes, in bits", votes, smallerIsBetter: true);
            }
            return ExitCode.Done;
        });
        return command;
    }

    private static int CompareNumbers(FinishedRun a, FinishedRun b, int seed, bool json)
    {
        string[] shared = [.. a.Targets.Select(t => t.Target).Intersect(b.Targets.Select(t => t.Target))];
        if (shared.Length == 0)
            throw new InputException(
                "the two runs",
                "predict nothing in common",
                "Compare runs with the same --target"
            );
        var comparisons = shared
            .Select(target =>
                (
                    Target: target,
                    Ccc: PairedStatistic.OfConcordance(
                        Paired(a.ReadValues(target), b.ReadValues(target), v => v.Path, v => $"{v.Truth:0.######}")
                            .Select(p => (p.One.Speaker, p.One.Truth, p.One.Predicted, p.Other.Predicted))
                            .ToArray(),
                        seed
                    )
                )
            )
            .ToArray();
        if (json)
            Terminal.PrintJson(comparisons.ToDictionary(c => c.Target, c => c.Ccc));
        else
        {
            Console.WriteLine($"A  {a.Title}\nB  {b.Title}");
            Console.WriteLine(
                $"{comparisons[0].Ccc.Recordings} recordings of {comparisons[0].Ccc.Speakers} speakers in both"
            );
            foreach (var (target, ccc) in comparisons)
                Print($"CCC of {target}", ccc, smallerIsBetter: false);
        }
        return ExitCode.Done;
    }

    private static IEnumerable<(T One, T Other)> Paired<T>(
        IReadOnlyList<T> one,
        IReadOnlyList<T> other,
        Func<T, string> pathOf,
        Func<T, string> truthOf
    )
    {
        var others = other.DistinctBy(pathOf).ToDictionary(pathOf);
        (T, T)[] pairs =
        [
            .. one.DistinctBy(pathOf).Where(o => others.ContainsKey(pathOf(o))).Select(o => (o, others[pathOf(o)])),
        ];
        if (
            pairs.FirstOrDefault(p => truthOf(p.Item1) != truthOf(p.Item2)) is { Item1: { } odd }
            && pathOf(odd) is { } path
        )
            throw new InputException(path, "is rated differently in the two runs", "Compare runs on the same ratings");
        return pairs.Length > 0
            ? pairs
            : throw new InputException(
                "the two runs",
                "have no recording in common",
                "Compare runs on the same manifest"
            );
    }

    private static void Print(string figure, PairedStatistic c, bool smallerIsBetter)
    {
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{figure}: A {c.One:0.000}, B {c.Other:0.000}; B less A: ")
                + $"{Signed(c.Other - c.One)}  ({c.Interval.Text(Signed)})"
        );
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"permutation over speakers: p {P(c.Permutation)}; ")
                + (
                    c.Permutation < Unlikely
                        ? $"{(c.Other > c.One != smallerIsBetter ? "B" : "A")} is better"
                        : "nothing shows that either is better"
                )
        );
    }

    private static void Print(FinishedRun a, FinishedRun b, PairedComparison c)
    {
        Console.WriteLine($"A  {a.Title}: UA {c.UaOne:0.000}");
        Console.WriteLine($"B  {b.Title}: UA {c.UaOther:0.000}");
        Console.WriteLine($"{c.Recordings} recordings of {c.Speakers} speakers in both");
        Console.WriteLine($"UA of B less A: {Signed(c.UaOther - c.UaOne)}  ({c.Interval.Text(Signed)})");
        Console.WriteLine(
            $"only A right: {c.OnlyOneRight}; only B right: {c.OnlyOtherRight}; McNemar p {P(c.McNemar)}"
        );
        Console.WriteLine($"permutation over speakers: p {P(c.Permutation)}");
        Console.WriteLine(
            c.Permutation < Unlikely
                ? $"{(c.UaOther > c.UaOne ? "B" : "A")} is better; chance alone would rarely do this."
                : "Chance alone may well do this: nothing shows that either is better."
        );
    }

    private static string P(double p) =>
        p < 0.001 ? "< 0.001" : string.Create(CultureInfo.InvariantCulture, $"= {p:0.000}");

    private static string Signed(double value) => value.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);
}
