using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Prosodia.Recognition;
using Prosodia.Server;
using Xunit;

namespace Prosodia.Tests.Server;

/// <summary>Who is let in.</summary>
public sealed class AccessMiddlewareTests : IDisposable
{
    private const string Key = "a-key-of-more-than-sixteen-letters";

    private static readonly string[] Routes =
    [
        "",
        "page.js",
        "recorder.js",
        "v1/models",
        "v1/stream",
        "metrics",
        "openapi/v1.json",
        "v1/recognitions",
        "nothing",
        "healthz/../v1/models",
        "HEALTHZ/",
        "healthz/x",
    ];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Beyond_this_machine_no_route_but_health_answers_without_a_key()
    {
        await using var server = await TestServer.StartAsync(o => o with { Address = IPAddress.Any, Keys = Keys() });
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{new Uri(server.Url).Port}/") };
        foreach (var route in Routes)
        foreach (
            var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Head, HttpMethod.Options, HttpMethod.Put }
        )
        foreach (
            var authorization in new[]
            {
                null,
                "Bearer",
                $"Bearer {Key}x",
                $"Bearer {Key[1..]}",
                "Bearer " + new string('x', 5000),
                $"Digest {Key}",
                "Basic !!!",
                "Basic " + Base64(Key),
                "Basic " + Base64(Key + ":x"),
            }
        )
        {
            using var request = new HttpRequestMessage(method, route);
            if (authorization is not null)
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var response = await client.SendAsync(request, Cancel);
            Assert.True(
                response.StatusCode == HttpStatusCode.Unauthorized,
                $"{method} /{route} with {authorization}: {response.StatusCode}"
            );
        }
        foreach (var health in new[] { "healthz", "readyz" })
        {
            using var response = await client.GetAsync(health, Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("Bearer", Key)]
    [InlineData("bearer", "another-key-of-this-server")]
    [InlineData("Basic", "anyone:" + Key)]
    public async Task A_key_opens_all(string scheme, string credential)
    {
        await using var server = await TestServer.StartAsync(o => o with { Keys = Keys() });
        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            scheme,
            scheme == "Basic" ? Base64(credential) : credential
        );
        foreach (var route in new[] { "", "page.js", "v1/models", "metrics", "openapi/v1.json" })
        {
            using var response = await server.Client.GetAsync(route, Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Without_a_key_it_doesn_t_listen_beyond_this_machine()
    {
        using var recognizer = new RecognitionEngine();
        var problem = await Assert.ThrowsAsync<InputException>(() =>
            RecognitionServer.StartAsync(recognizer, new ServerOptions { Address = IPAddress.Any, Port = 0 }, Cancel)
        );
        Assert.Contains("there is no key", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "holds no key")]
    [InlineData("# only a remark\n\n", "holds no key")]
    [InlineData("a-key-of-more-than-sixteen-letters\nshort\n", "key 2 has 5 characters")]
    public void A_file_of_weak_keys_is_refused(string content, string found)
    {
        File.WriteAllText(_folder["keys"], content);
        Assert.Contains(
            found,
            Assert.Throws<InputException>(() => ApiKeys.Read(_folder["keys"])).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("Origin", "https://elsewhere.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Host", "elsewhere.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("Host", "localhost", HttpStatusCode.OK)]
    [InlineData("Host", "example.org", HttpStatusCode.OK)]
    [InlineData("Origin", "https://example.org", HttpStatusCode.OK)]
    public async Task Pages_of_other_sites_are_refused(string header, string value, HttpStatusCode expected)
    {
        await using var server = await TestServer.StartAsync(o =>
            o with
            {
                PublicUrl = new Uri("https://example.org/prosodia/"),
            }
        );
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{server.Port}/v1/models");
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await client.SendAsync(request, Cancel);
        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("prosodia/v1/models")] // a proxy that passes the path on
    [InlineData("v1/models")] // one that cuts the prefix off
    [InlineData("prosodia/")]
    [InlineData("prosodia/page.js")]
    public async Task A_proxy_may_pass_the_prefix_on_or_not(string path)
    {
        await using var server = await TestServer.StartAsync(o =>
            o with
            {
                PublicUrl = new Uri("https://example.org/prosodia/"),
            }
        );
        using var client = new HttpClient();
        using var response = await client.GetAsync($"http://127.0.0.1:{server.Port}/{path}", Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task The_prefix_alone_leads_to_the_page()
    {
        await using var server = await TestServer.StartAsync(o =>
            o with
            {
                PublicUrl = new Uri("https://example.org/prosodia/"),
            }
        );
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var response = await client.GetAsync($"http://127.0.0.1:{server.Port}/prosodia", Cancel);
        Assert.Equal("/prosodia/", $"{response.Headers.Location}");
    }

    public void Dispose() => _folder.Dispose();

    private ApiKeys Keys()
    {
        File.WriteAllText(_folder["keys"], $"# for the tests\n{Key}\nanother-key-of-this-server\n");
        return ApiKeys.Read(_folder["keys"]);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
