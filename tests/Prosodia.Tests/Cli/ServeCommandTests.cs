using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Xunit;

namespace Prosodia.Tests.Cli;

/// <summary><c>serve</c> as whoever runs it sees it: its address, its log, its end.</summary>
[Trait("Tier", "Slow")]
public sealed class ServeCommandTests : IDisposable
{
    private const string Key = "a-key-of-more-than-sixteen-letters";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task It_serves_logs_nothing_that_says_who_and_ends_when_asked_to()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "asks it to stop by a signal");
        var cancellationToken = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(_folder["keys"], Key + "\n", cancellationToken);
        using var server = CommandLine.Start(
            _folder["home"],
            "serve",
            "--port",
            "0",
            "--address",
            "0.0.0.0",
            "--keys",
            _folder["keys"]
        );
        var log = server.StandardError.ReadToEndAsync(cancellationToken);
        var line = await server.StandardOutput.ReadLineAsync(cancellationToken);
        Assert.StartsWith("Serving prosodia at http://", line, StringComparison.Ordinal);
        using var client = new HttpClient
        {
            BaseAddress = new Uri($"http://127.0.0.1:{line!.Split(':')[^1].Split('/')[0]}/"),
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        using var form = new MultipartFormDataContent
        {
            {
                new ByteArrayContent(
                    await File.ReadAllBytesAsync(
                        Path.Combine(TestData.Corpora(), "emodb4", "wav", "08a05Ta.wav"),
                        cancellationToken
                    )
                ),
                "file",
                "Annas-voice.wav"
            },
        };
        using (var answer = await client.PostAsync("v1/recognitions?secret=Annas-secret", form, cancellationToken))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using (var missing = await client.GetAsync("Annas-page", cancellationToken))
            Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);

        await CommandLine.SignalAsync(server, "TERM");
        await server.WaitForExitAsync(cancellationToken);
        Assert.Equal(0, server.ExitCode);
        string[] lines = (await log).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["POST /v1/recognitions 200", "GET none 404"],
            lines.Select(l =>
                string.Join(
                    ' ',
                    JsonDocument.Parse(l).RootElement.GetProperty("Message").GetString()!.Split(' ').Take(3)
                )
            )
        );
        Assert.DoesNotContain(
            lines,
            l =>
                l.Contains("Annas", StringComparison.Ordinal)
                || l.Contains(Key, StringComparison.Ordinal)
                || l.Contains("127.0.0.1", StringComparison.Ordinal)
        );
        Assert.Empty(Directory.GetDirectories(Path.GetTempPath(), $"prosodia-serve-{server.Id}-*"));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var server = CommandLine.Start(_folder["home"], "serve", "--port", $"{port}");
        var error = await server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await server.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, server.ExitCode);
        Assert.Contains($"port {port}: cannot be listened on", error, StringComparison.Ordinal);
        Assert.Contains("--port", error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
