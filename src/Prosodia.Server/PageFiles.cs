using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Prosodia.Server;

/// <summary>The page for people: files that are part of the program and ask nothing of other hosts.</summary>
internal static class PageFiles
{
    private const string Folder = "page/",
        Start = "index.html";

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (
            var resource in typeof(PageFiles)
                .Assembly.GetManifestResourceNames()
                .Where(n => n.StartsWith(Folder, StringComparison.Ordinal))
        )
        {
            var name = resource[Folder.Length..];
            routes
                .MapGet(
                    name == Start ? "/" : "/" + name,
                    (HttpContext context) =>
                        name == Start && !context.Request.Path.HasValue
                            ? Results.Redirect(context.Request.PathBase + "/") // links of the page are relative to it
                            : Results.Stream(
                                typeof(PageFiles).Assembly.GetManifestResourceStream(resource)!,
                                TypeOf(name)
                            )
                )
                .ExcludeFromDescription();
        }
    }

    private static string TypeOf(string name) =>
        Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            var other => throw new NotSupportedException($"page files ending in {other}"),
        };
}
