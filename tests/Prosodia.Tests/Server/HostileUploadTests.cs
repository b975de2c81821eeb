using Prosodia.Load;
using Xunit;

namespace Prosodia.Tests.Server;

/// <summary>What nobody sends in good faith; <c>benchmarks/Prosodia.Load hostile</c> sends more of it.</summary>
[Trait("Tier", "Slow")]
public sealed class HostileUploadTests
{
    private const int Count = 400;

    [Fact]
    public async Task Hostile_requests_end_in_no_fault_and_leave_nothing()
    {
        var wav = await File.ReadAllBytesAsync(
            Path.Combine(TestData.Corpora(), "emodb4", "wav", "03a01Nc.wav"),
            TestContext.Current.CancellationToken
        );
        await using var server = await TestServer.StartAsync();
        var url = new Uri($"http://127.0.0.1:{server.Port}/");
        var answers = await HostileClients.SendAsync(url, wav, Count, seed: 2026, _ => { });
        Assert.Empty(
            answers
                .Where(a => a.Key.Status >= 500 && a.Key.Status is not (503 or 505))
                .Select(a => $"{a.Key.Kind}: {a.Key.Status}")
        );
        Assert.Contains(answers, a => a.Key.Status == 200); // some are harmless
        Assert.Equal(16, answers[("slow body", 408)]);
        Assert.True(await HostileClients.ServesAsync(url, wav));
        for (var i = 0; i < 100 && server.FilesHeld > 0; i++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Equal(0, server.FilesHeld);
    }
}
