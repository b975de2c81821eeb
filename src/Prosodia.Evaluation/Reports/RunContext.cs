using System.Diagnostics;
using System.Globalization;
using Prosodia.Reporting;

namespace Prosodia.Evaluation.Reports;

/// <summary>
/// When, how and on what an evaluation was run: what belongs to a figure and would change <c>results.json</c>.
/// </summary>
/// <param name="Command">The command that anyone can repeat.</param>
/// <param name="Date">The day it ended, UTC.</param>
/// <param name="Duration">How long it took in the end, after whatever was finished before.</param>
/// <param name="LeftOut">Recordings that could not be used, each with why.</param>
internal sealed record RunContext(string Command, DateOnly Date, TimeSpan Duration, IReadOnlyList<string> LeftOut)
{
    /// <summary>A run of this process that ends now.</summary>
    /// <param name="leftOut">Recordings that could not be used, each with why.</param>
    public static RunContext Now(IReadOnlyList<string> leftOut) =>
        new(
            "./prosodia " + string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Select(Quote)),
            DateOnly.FromDateTime(DateTime.UtcNow),
            DateTime.Now - Process.GetCurrentProcess().StartTime,
            leftOut
        );

    /// <summary>The end of a report: how to repeat it, and what it could not use.</summary>
    internal string ToHtml() =>
        HtmlPage.Render(
            typeof(RunContext),
            "context",
            new
            {
                Command,
                Duration = Duration.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture),
                Cores = Environment.ProcessorCount,
                LeftOut,
            }
        );

    private static string Quote(string argument) =>
        argument.All(c => char.IsLetterOrDigit(c) || "-_./:=,~".Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
