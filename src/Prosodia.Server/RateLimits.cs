using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace Prosodia.Server;

/// <summary>How many requests are taken on at once, and how many a minute of each client, by address.</summary>
internal static class RateLimits
{
    public static void Configure(RateLimiterOptions limiter, ServerOptions options)
    {
        var perClient = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            RateLimitPartition.GetTokenBucketLimiter(
                Client(context),
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = Math.Max(10, options.RequestsPerMinute / 6), // ten seconds' worth at once
                    TokensPerPeriod = Math.Max(1, options.RequestsPerMinute / 60),
                    ReplenishmentPeriod = TimeSpan.FromSeconds(
                        options.RequestsPerMinute < 60 ? 60.0 / options.RequestsPerMinute : 1
                    ),
                    AutoReplenishment = true,
                }
            )
        );
        var atOnce = PartitionedRateLimiter.Create<HttpContext, string>(_ =>
            RateLimitPartition.GetConcurrencyLimiter(
                "all",
                _ => new ConcurrencyLimiterOptions { PermitLimit = options.MaxConcurrentRequests }
            )
        );
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(perClient, atOnce);
        limiter.OnRejected = async (rejected, _) =>
        {
            var seconds = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait)
                ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))
                : 1;
            await TooMany(seconds, "This is more than the server takes on from one client, or at once.")
                .ExecuteAsync(rejected.HttpContext)
                .ConfigureAwait(false);
        };
    }

    /// <summary>The answer to who should come back later.</summary>
    public static IResult TooMany(int seconds, string detail) => new Busy(seconds, detail);

    private static string Client(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";

    private sealed class Busy(int seconds, string detail) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return Results.Problem(detail, statusCode: StatusCodes.Status429TooManyRequests).ExecuteAsync(httpContext);
        }
    }
}
