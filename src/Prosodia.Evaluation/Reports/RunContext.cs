using System.Globalization;
using System.Text;
using Prosodia.Reporting;

namespace Prosodia.Evaluation.Reports;

/// <summary>
/// When, how and on what an evaluation was run: what belongs to a figure and would change <c>results.json</c>.
/// </summary>
/// <param name="Command">The command that anyone can repeat.</param>
/// <param name="Date">The day it ended, UTC.</param>
/// <param name="Duration">How long it took in the end, after whatever was finished before.</param>
/// <param name="LeftOut">Recordings that could not be used, each with why.</param>
public sealed record RunContext(string Command, DateOnly Date, TimeSpan Duration, IReadOnlyList<string> LeftOut)
{
    /// <summary>The end of a report: how to repeat it, and what it could not use.</summary>
    internal string ToHtml()
    {
        var html = new StringBuilder().Append(
            CultureInfo.InvariantCulture,
            $"""
            <h2>How to repeat it</h2>
            <pre>{HtmlPage.Text(Command)}</pre>
            <p class="soft">Took {Duration:h\:mm\:ss} on {Environment.ProcessorCount} cores. The same recordings, seed and machine give the same figures.</p>

            """
        );
        if (LeftOut.Count > 0)
            html.Append(
                CultureInfo.InvariantCulture,
                $"<h2>Recordings left out</h2>\n<pre>{HtmlPage.Text(string.Join('\n', LeftOut))}</pre>\n"
            );
        return html.ToString();
    }
}
