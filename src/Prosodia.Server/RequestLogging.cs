using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Prosodia.Server;

/// <summary>
/// A line a request: which route, how it ended, how long it took. No path, name, key or content, so nothing that
/// identifies a speaker.
/// </summary>
internal sealed partial class RequestLogging(RequestDelegate next, ILogger<RequestLogging> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception e)
            when (context.RequestAborted.IsCancellationRequested
                && e is OperationCanceledException or IOException or BadHttpRequestException
            )
        {
            // who asked has gone, or was too slow
        }
        finally
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none";
            if (route is not ("/healthz" or "/readyz"))
                Done(
                    logger,
                    Known(context.Request.Method),
                    route,
                    context.Response.StatusCode,
                    watch.ElapsedMilliseconds,
                    context.Request.ContentLength
                );
        }
    }

    private static string Known(string method) =>
        HttpMethods.IsGet(method)
        || HttpMethods.IsPost(method)
        || HttpMethods.IsConnect(method)
        || HttpMethods.IsHead(method)
            ? method
            : "other";

    [LoggerMessage(LogLevel.Information, "{Method} {Route} {Status} {Milliseconds} ms, {Bytes} bytes")]
    private static partial void Done(
        ILogger logger,
        string method,
        string route,
        int status,
        long milliseconds,
        long? bytes
    );
}
