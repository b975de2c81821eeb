using System.Globalization;
using System.Net;

namespace Prosodia.Reporting;

/// <summary>
/// What all pages have in common: one file that needs no network, light or dark as the reader's system.
/// </summary>
internal static class HtmlPage
{
    /// <summary>A whole page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="body">Its content as HTML.</param>
    public static string Of(string title, string body) =>
        $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="icon" href="data:,">
            <title>{Text(title)}</title>
            <style>{Asset("report.css")}</style>
            </head>
            <body>
            {body}<script>
            {Asset("report.js")}</script>
            </body>
            </html>

            """;

    /// <summary>Text as HTML shows it.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A picture within the page.</summary>
    public static string Image(string alternative, byte[] png) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"<img alt=\"{Text(alternative)}\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\">\n"
        );

    private static string Asset(string name)
    {
        using var reader = new StreamReader(typeof(HtmlPage).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
