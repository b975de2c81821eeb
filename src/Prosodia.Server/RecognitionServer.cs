using System.Net;
using System.Net.Sockets;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using Prosodia.Recognition;

namespace Prosodia.Server;

/// <summary>Recognizes over HTTP: recordings, live streams, and a page for people.</summary>
internal sealed class RecognitionServer : IAsyncDisposable
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly WebApplication _app;
    private readonly ServerOptions _options;

    private RecognitionServer(WebApplication app, ServerOptions options) => (_app, _options) = (app, options);

    /// <summary>The port on which it listens.</summary>
    public int Port =>
        new Uri(
            _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        ).Port;

    /// <summary>Files that requests have sent and that are still there.</summary>
    internal int FilesHeld => _app.Services.GetRequiredService<Uploads>().FilesHeld;

    /// <summary>Where people reach it.</summary>
    public string Url => _options.PublicUrl?.ToString() ?? $"http://{HostOf(_options.Address)}:{Port}/";

    private static string HostOf(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? Dns.GetHostName()
        : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]"
        : address.ToString();

    /// <summary>Starts a server.</summary>
    /// <param name="recognizer">What recognizes; not owned.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="InputException">It would be open to everyone, or the port is taken.</exception>
    public static async Task<RecognitionServer> StartAsync(
        RecognitionEngine recognizer,
        ServerOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(recognizer);
        ArgumentNullException.ThrowIfNull(options);
        if (!IPAddress.IsLoopback(options.Address) && !options.Keys.Any)
            throw new InputException(
                $"{options.Address}",
                "is reached from other machines, and there is no key",
                "Give --keys FILE with a key a line, or listen on 127.0.0.1 behind a proxy that asks who it is"
            );
        if (options.KeepDirectory is { } folder)
            RequireWritable(folder);
        var app = Build(recognizer, options);
        try
        {
            app.Services.GetRequiredService<AdaptationProfiles>(); // which must be readable
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            return new RecognitionServer(app, options);
        }
        catch (InputException)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw new InputException(
                $"{options.Address}, port {options.Port}",
                $"cannot be listened on ({e.Message.TrimEnd('.')})",
                (e as SocketException)?.SocketErrorCode switch
                {
                    SocketError.AccessDenied =>
                        "Ports below 1024 need the rights of root: choose another one with --port, such as 8080",
                    SocketError.AddressNotAvailable =>
                        "This machine has no such address: choose one of its own with --address, or 0.0.0.0 for "
                            + "all of them",
                    SocketError.AddressAlreadyInUse => "Choose another one with --port, or end what uses it",
                    null => "Choose another one with --port, or end what uses it",
                    _ => "Choose another --address",
                }
            );
        }
    }

    private static void RequireWritable(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using var trial = new FileStream(
                Path.Combine(folder, $".{Guid.NewGuid():N}"),
                FileMode.CreateNew,
                FileAccess.Write,
                FileShare.None,
                1,
                FileOptions.DeleteOnClose
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.NotWritten(folder, e, "Choose another folder with --keep");
        }
    }

    /// <summary>Waits until it is asked to stop, and has finished what it had.</summary>
    /// <param name="cancellationToken">Asks it to stop.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await _app.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static WebApplication Build(RecognitionEngine recognizer, ServerOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }
        );
        builder
            .Logging.ClearProviders()
            .AddJsonConsole(o => o.IncludeScopes = false)
            .AddFilter("Microsoft", LogLevel.Warning)
            // a failed start is reported by whoever started it
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o =>
            o.LogToStandardErrorThreshold = LogLevel.Trace
        );
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = options.ShutdownTimeout);
        builder.WebHost.ConfigureKestrel(kestrel => Limit(kestrel, options));
        builder.Services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = false);
        builder.Services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.PropertyNamingPolicy = Json.PropertyNamingPolicy;
            o.SerializerOptions.Encoder = Json.Encoder;
        });
        builder
            .Services.AddSingleton(recognizer)
            .AddSingleton(options)
            .AddSingleton<ProsodiaOptions>(options)
            .AddRecognition();
        builder.Services.AddProblemDetails().AddRateLimiter(limiter => RateLimits.Configure(limiter, options));
        builder.Services.AddOpenApi("v1", OpenApiConfiguration.Configure);
        builder
            .Services.AddOpenTelemetry()
            .WithMetrics(metrics =>
                metrics
                    .AddMeter(
                        ServerMetrics.Name,
                        "Microsoft.AspNetCore.Hosting",
                        "Microsoft.AspNetCore.Server.Kestrel",
                        "System.Runtime"
                    )
                    .AddPrometheusExporter()
            );

        var app = builder.Build();
        if (options.PublicUrl is not null)
            app.UseForwardedHeaders(
                new ForwardedHeadersOptions
                {
                    ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
                }
            ); // of proxies on this machine
        if (options.PublicUrl?.AbsolutePath.TrimEnd('/') is { Length: > 0 } prefix)
            app.UsePathBase(prefix);
        app.UseMiddleware<RequestLogging>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseMiddleware<AccessMiddleware>();
        app.UseRouting();
        app.UseRateLimiter();
        app.UseWebSockets(
            new WebSocketOptions
            {
                KeepAliveInterval = TimeSpan.FromSeconds(15),
                KeepAliveTimeout = TimeSpan.FromSeconds(15),
            }
        );
        Routes(app);
        return app;
    }

    private static void Limit(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.Listen(options.Address, options.Port);
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxUploadBytes;
        kestrel.Limits.MaxConcurrentConnections = 4 * options.MaxConcurrentRequests;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        // half of what the slowest telephone coding has
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(4096, TimeSpan.FromSeconds(5));
        kestrel.Limits.MinResponseDataRate = new MinDataRate(4096, TimeSpan.FromSeconds(5));
    }

    private static void Routes(WebApplication app)
    {
        app.MapGet("/healthz", () => Results.Text("alive"))
            .WithTags(OpenApiConfiguration.Tag)
            .WithSummary("Whether the server runs")
            .DisableRateLimiting();
        app.MapGet(
                "/readyz",
                (RecognitionQueue queue, IHostApplicationLifetime life) =>
                    queue.IsFull || life.ApplicationStopping.IsCancellationRequested
                        ? Results.Text("not now", statusCode: StatusCodes.Status503ServiceUnavailable)
                        : Results.Text("ready")
            )
            .WithTags(OpenApiConfiguration.Tag)
            .WithSummary("Whether it takes on work")
            .DisableRateLimiting();
        ProsodiaExtensions.MapRecognition(app, app.Services.GetRequiredService<ProsodiaOptions>());
        PageFiles.Map(app);
        app.MapOpenApi();
        app.MapPrometheusScrapingEndpoint();
    }
}
