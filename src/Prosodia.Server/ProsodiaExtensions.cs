using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Prosodia.Recognition;

namespace Prosodia.Server;

/// <summary>Recognition in an ASP.NET Core application.</summary>
public static class ProsodiaExtensions
{
    /// <summary>Adds an <see cref="EmotionRecognizer"/>, and what the routes need.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets options; null for the defaults.</param>
    public static IServiceCollection AddProsodia(
        this IServiceCollection services,
        Action<ProsodiaOptions>? configure = null
    )
    {
        services.AddOptions<ProsodiaOptions>().Configure(configure ?? (_ => { }));
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<ProsodiaOptions>>().Value);
        services.AddSingleton(provider =>
            ActivatorUtilities.CreateInstance<EmotionRecognizer>(
                provider,
                [.. new[] { provider.GetRequiredService<ProsodiaOptions>().ModelPath }.OfType<string>()]
            )
        );
        return services
            .AddSingleton(provider => provider.GetRequiredService<EmotionRecognizer>().Engine)
            .AddRecognition();
    }

    /// <summary>
    /// Maps <c>POST /v1/recognitions</c>, <c>GET /v1/models</c> and the WebSocket <c>/v1/stream</c>.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>All routes, for conventions such as <c>RequireAuthorization</c>.</returns>
    public static IEndpointConventionBuilder MapProsodia(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        (endpoints as IApplicationBuilder)?.UseWebSockets();
        var routes = endpoints.MapGroup("");
        endpoints.ServiceProvider.GetRequiredService<AdaptationProfiles>(); // which must be readable from the start
        MapRecognition(routes, endpoints.ServiceProvider.GetRequiredService<ProsodiaOptions>());
        return routes;
    }

    internal static IServiceCollection AddRecognition(this IServiceCollection services) =>
        services
            .AddSingleton<ServerMetrics>()
            .AddSingleton<AdaptationProfiles>()
            .AddSingleton<RecognitionQueue>()
            .AddSingleton<Uploads>()
            .AddSingleton<KeptRecordings>()
            .AddSingleton<StreamEndpoints>();

    internal static void MapRecognition(IEndpointRouteBuilder routes, ProsodiaOptions options)
    {
        routes
            .MapGet(
                "/v1/models",
                (RecognitionEngine recognizer, AdaptationProfiles profiles) =>
                    Results.Json(
                        new { Models = new[] { recognizer.Card }, Profiles = profiles.Names },
                        RecognitionServer.Json
                    )
            )
            .WithTags(OpenApiConfiguration.Tag)
            .WithSummary("The model with its card, and the names of profiles");
        RecognitionEndpoints.Map(routes, options);
        StreamEndpoints.Map(routes);
    }
}
