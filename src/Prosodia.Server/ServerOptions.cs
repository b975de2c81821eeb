using System.Net;

namespace Prosodia.Server;

/// <summary>How the server of <c>prosodia serve</c> is run.</summary>
internal sealed record ServerOptions : ProsodiaOptions
{
    /// <summary>Where it listens.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 lets the system choose one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Who may use it; beyond loopback there must be a key.</summary>
    public ApiKeys Keys { get; init; } = ApiKeys.None;

    /// <summary>
    /// Where people reach it through a reverse proxy, path prefix included; null where they reach it directly.
    /// </summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Requests at once, uploads included.</summary>
    public int MaxConcurrentRequests { get; init; } = 256;

    /// <summary>Requests a minute of each client.</summary>
    public int RequestsPerMinute { get; init; } = 600;

    /// <summary>How long it may take to finish what it has, once it is asked to stop.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(20);
}
