using System.Net;

namespace Prosodia.Server;

/// <summary>How a server is run, and what it takes on at most.</summary>
public sealed record ServerOptions
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

    /// <summary>Folder in which recordings and their results are kept; null keeps nothing.</summary>
    public string? KeepDirectory { get; init; }

    /// <summary>Largest upload, in bytes.</summary>
    public long MaxUploadBytes { get; init; } = 64L << 20;

    /// <summary>Longest recording, and longest live stream, in seconds.</summary>
    public double MaxSeconds { get; init; } = 3600;

    /// <summary>Longest that a recording that has arrived may wait and be worked on.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Recordings that may wait.</summary>
    public int QueueCapacity { get; init; } = 64;

    /// <summary>Requests at once, uploads included.</summary>
    public int MaxConcurrentRequests { get; init; } = 256;

    /// <summary>Live streams at once.</summary>
    public int MaxStreams { get; init; } = 16;

    /// <summary>Requests a minute of each client.</summary>
    public int RequestsPerMinute { get; init; } = 600;

    /// <summary>How long it may take to finish what it has, once it is asked to stop.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(20);
}
