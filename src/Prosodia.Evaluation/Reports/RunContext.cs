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
}
