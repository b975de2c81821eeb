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
            var comparison = PairedComparison.Of(a.ReadPredictions(), b.ReadPredictions(), arguments.GetValue(seed));
            if (arguments.GetValue(json))
                Terminal.PrintJson(comparison);
            else
                Print(a, b, comparison);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(FinishedRun a, FinishedRun b, PairedComparison c)
    {
        Console.WriteLine($"A  {a.Title}: UA {c.UaOne:0.000}");
        Console.WriteLine($"B  {b.Title}: UA {c.UaOther:0.000}");
        Console.WriteLine($"{c.Recordings} recordings of {c.Speakers} speakers in both");
        Console.WriteLine($"UA of B less A: {Signed(c.UaOther - c.UaOne)}  ({c.Interval.Text(Signed)})");
        Console.WriteLine(
            $"only A right: {c.OnlyOneRight}; only B right: {c.OnlyOtherRight}; McNemar p = {c.McNemar:0.000}"
        );
        Console.WriteLine($"permutation over speakers: p = {c.Permutation:0.000}");
        Console.WriteLine(
            c.Permutation < Unlikely
                ? $"{(c.UaOther > c.UaOne ? "B" : "A")} is better; chance alone would rarely do this."
                : "Chance alone may well do this: nothing shows that either is better."
        );
    }

    private static string Signed(double value) => value.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);
}
