using Prosodia.Recognition;
using Prosodia.Server;

namespace Prosodia.Tests.Server;

/// <summary>A server on a free port with the bundled model, and a client that reaches it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    /// <summary>The variable by which tests keep servers quiet.</summary>
    public const string LogLevel = "Logging__LogLevel__Prosodia";

    private static readonly RecognitionEngine Recognizer = new();

    private readonly RecognitionServer _server;

    static TestServer() => Environment.SetEnvironmentVariable(LogLevel, "None");

    private TestServer(RecognitionServer server)
    {
        _server = server;
        Client = new HttpClient
        {
            BaseAddress = new Uri($"http://127.0.0.1:{server.Port}/"),
            Timeout = TimeSpan.FromSeconds(100),
        };
    }

    public string Url => _server.Url;

    public int Port => _server.Port;

    public int FilesHeld => _server.FilesHeld;

    public HttpClient Client { get; }

    public static async Task<TestServer> StartAsync(
        Func<ServerOptions, ServerOptions>? change = null,
        RecognitionEngine? recognizer = null
    )
    {
        var options = new ServerOptions { Port = 0, RequestsPerMinute = 1_000_000 };
        return new TestServer(
            await RecognitionServer.StartAsync(recognizer ?? Recognizer, change?.Invoke(options) ?? options)
        );
    }

    /// <summary>Asks it to stop and waits until it has.</summary>
    public Task StopAsync() => _server.RunAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }
}
