using System.Diagnostics;
using System.Text.Json;
using Prosodia.Evaluation.Reports;
using Spectre.Console;

namespace Prosodia.Cli.Hosting;

/// <summary>What people see while the program works: on standard error, so that standard output stays data.</summary>
internal static class Terminal
{
    private const int TableWidth = 160;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private static readonly IAnsiConsole Console = AnsiConsole.Create(
        new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Error) }
    );

    public static void Error(string message) => System.Console.Error.WriteLine($"prosodia: {message}");

    public static void Warning(string message) => System.Console.Error.WriteLine($"warning: {message}");

    public static void Hint(string message) => System.Console.Error.WriteLine(message);

    /// <summary>Says what was written: on standard output, unless that is where it was written.</summary>
    public static void Written(string file, string line) =>
        (FilePath.IsRegular(file) ? System.Console.Out : System.Console.Error).WriteLine(line);

    /// <summary>Prints a value to standard output as JSON for programs.</summary>
    public static void PrintJson<T>(T value) => System.Console.WriteLine(JsonSerializer.Serialize(value, Json));

    /// <summary>Prints a table to standard output, as plain text of one width wherever it goes.</summary>
    public static void Print(Table table)
    {
        var output = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Out = new AnsiConsoleOutput(System.Console.Out),
            }
        );
        output.Profile.Width = TableWidth;
        output.Write(table);
    }

    /// <summary>Prints a table of figures to standard output.</summary>
    public static void Print(ResultTable figures)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in figures.Columns)
            table.AddColumn(Markup.Escape(column));
        foreach (var row in figures.Rows)
            table.AddRow([.. row.Select(cell => Markup.Escape(ResultTable.Show(cell)))]);
        Print(table);
    }

    /// <summary>Says what could not be used; gives the exit code that follows.</summary>
    public static int LeftOut(IReadOnlyCollection<InputException> problems)
    {
        foreach (var problem in problems)
            Warning(problem.Message);
        if (problems.Count == 0)
            return ExitCode.Done;
        Hint($"{problems.Count} input(s) left out, see above; the others were processed");
        return ExitCode.UnusableInput;
    }

    /// <summary>Shows bars with time left while work goes on; lines where no one watches.</summary>
    public static T WithProgress<T>(Func<Action<StageProgress>, T> work)
    {
        if (!Console.Profile.Capabilities.Interactive || System.Console.IsErrorRedirected)
            return work(new Lines().Report);
        return Console
            .Progress()
            .AutoClear(false)
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn()
            )
            .Start(context =>
            {
                var bars = new Dictionary<string, ProgressTask>();
                return work(progress =>
                {
                    lock (bars)
                    {
                        if (!bars.TryGetValue(progress.Stage, out var bar))
                            bars[progress.Stage] = bar = context.AddTask(progress.Stage);
                        (bar.MaxValue, bar.Value) = (progress.Total, Math.Max(bar.Value, progress.Done));
                    }
                });
            });
    }

    /// <summary>A line each time another tenth of a stage is done.</summary>
    private sealed class Lines
    {
        private readonly Stopwatch _watch = new();
        private string _stage = "";
        private int _tenths;

        public void Report(StageProgress progress)
        {
            lock (_watch)
            {
                if (progress.Stage != _stage)
                {
                    (_stage, _tenths) = (progress.Stage, 0);
                    _watch.Restart();
                }
                var share = progress.Done / progress.Total;
                if ((int)(share * 10) <= _tenths)
                    return;
                _tenths = (int)(share * 10);
                var left = _watch.Elapsed * (1 / share - 1);
                System.Console.Error.WriteLine(
                    _tenths < 10
                        ? $"{_stage}: {share:0%}, about {Short(left)} left"
                        : $"{_stage}: done in {Short(_watch.Elapsed)}"
                );
            }
        }

        private static string Short(TimeSpan time) =>
            time.TotalMinutes >= 1 ? $"{time.TotalMinutes:0} min" : $"{time.TotalSeconds:0} s";
    }
}
