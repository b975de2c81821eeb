using System.CommandLine;
using System.Globalization;
using Prosodia.Cli.Hosting;
using Prosodia.Cli.Options;
using Prosodia.Evaluation.Reports;
using Prosodia.Evaluation.Runs;

namespace Prosodia.Cli.Commands;

/// <summary><c>runs</c>: the finished evaluations below a folder.</summary>
internal static class RunsCommand
{
    private enum Order
    {
        Date,
        Ua,
        Wa,
        F1,
        Jsd,
        Ccc,
        Corpus,
        Model,
    }

    public static Command Create()
    {
        var folder = new Argument<string>("DIR")
        {
            Description = "Where to look, also in folders within",
            DefaultValueFactory = _ => "runs",
        };
        var sort = CommonOptions.OneOf<Order>(
            "--sort",
            "The column to sort by; figures best first, dates latest first"
        );
        var command = new Verb(
            "runs",
            "Lists the finished evaluations below a folder.",
            """
            prosodia runs
            prosodia runs experiments --sort ua
            """
        )
        {
            folder,
            sort,
        };
        command.SetAction(arguments =>
            List(arguments.GetValue(folder)!, CommonOptions.Parse<Order>(arguments.GetValue(sort)!))
        );
        return command;
    }

    private static int List(string folder, Order order)
    {
        if (!Directory.Exists(folder))
            throw InputException.From(folder, new DirectoryNotFoundException());
        var (runs, problems) = (new List<FinishedRun>(), new List<InputException>());
        foreach (var path in FinishedRun.Below(folder))
        {
            try
            {
                runs.Add(FinishedRun.Read(path));
            }
            catch (InputException problem)
            {
                problems.Add(problem);
            }
        }
        if (runs.Count == 0 && problems.Count == 0)
            Terminal.Hint($"no finished evaluation below {folder}");
        var sorted = order switch
        {
            Order.Ua => runs.OrderByDescending(r => r.Pooled?.Ua),
            Order.Wa => runs.OrderByDescending(r => r.Pooled?.Wa),
            Order.F1 => runs.OrderByDescending(r => r.Pooled?.F1),
            Order.Jsd => runs.OrderBy(r => r.Jsd ?? double.PositiveInfinity),
            Order.Ccc => runs.OrderByDescending(r => r.Ccc),
            Order.Corpus => runs.OrderBy(r => r.Corpus, StringComparer.Ordinal),
            Order.Model => runs.OrderBy(r => r.Model, StringComparer.Ordinal),
            _ => runs.OrderByDescending(r => r.Date),
        };
        if (runs.Count > 0)
            Print(sorted);
        return Terminal.LeftOut(problems);
    }

    private static void Print(IEnumerable<FinishedRun> runs)
    {
        Terminal.Print(
            new ResultTable(
                "runs",
                ["date", "corpus", "model", "protocol", "seed", "UA", "WA", "F1", "JSD", "CCC", "folder"],
                [
                    .. runs.Select(r =>
                        (IReadOnlyList<object?>)
                            [
                                r.Date.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                                r.Corpus,
                                r.Model + (r.Variant.Length > 0 ? $", {r.Variant}" : ""),
                                r.Protocol,
                                r.Seed,
                                r.Pooled?.Ua,
                                r.Pooled?.Wa,
                                r.Pooled?.F1,
                                r.Jsd,
                                r.Ccc,
                                r.Folder + (r.Note is null ? "" : " *"),
                            ]
                    ),
                ]
            )
        );
        Console.WriteLine(
            "UA, WA, F1, the JSD from votes and the mean CCC of numbers, of all folds together. "
                + "* has a note that every reader must know; "
                + "see its report."
        );
    }
}
