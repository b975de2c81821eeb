using System.Net;
using Microsoft.AspNetCore.Http;

namespace Prosodia.Server;

/// <summary>
/// Lets in who may: with a key where there are keys; health to all. Other sites' pages may not use a visitor's access,
/// so a request that a page makes must come from this site's (its Origin), and where there is no key, be meant for this
/// host (against DNS rebinding).
/// </summary>
internal sealed class AccessMiddleware(RequestDelegate next, ServerOptions options)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src blob:; "
        + "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        if (request.Path.Value is "/healthz" or "/readyz")
            return next(context);
        if (!options.Keys.Any && !IsThisHost(request.Host.Host))
            return Refuse(
                context,
                StatusCodes.Status421MisdirectedRequest,
                "This server answers to the host names localhost and 127.0.0.1 and that of --public-url only."
            );
        if (request.Headers.Origin is [{ } origin] && !IsOwn(origin, request.Host))
            return Refuse(context, StatusCodes.Status403Forbidden, "Pages of other sites may not use this server.");
        if (options.Keys.Allow(request.Headers.Authorization))
            return next(context);
        headers.WWWAuthenticate = new([
            "Bearer",
            "Basic realm=\"Prosodia: any user name, the key as the password\", charset=\"UTF-8\"",
        ]);
        return Refuse(
            context,
            StatusCodes.Status401Unauthorized,
            "Send a key: Authorization: Bearer KEY, or Basic with the key as the password."
        );
    }

    private bool IsThisHost(string host) =>
        host is "localhost"
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))
        || host.Equals(options.PublicUrl?.Host, StringComparison.OrdinalIgnoreCase);

    private bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && (
            uri.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase)
            || uri.Authority.Equals(options.PublicUrl?.Authority, StringComparison.OrdinalIgnoreCase)
        );

    private static Task Refuse(HttpContext context, int status, string detail) =>
        Results.Problem(detail, statusCode: status).ExecuteAsync(context);
}
