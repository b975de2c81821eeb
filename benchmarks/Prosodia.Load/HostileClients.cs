using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Prosodia.Load;

/// <summary>
/// Clients that send <see cref="HostileUploads"/> and look at what comes back: no fault of the server's, no crash,
/// nothing left.
/// </summary>
internal static class HostileClients
{
    private const int AtOnce = 8,
        Slow = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Sends so many, a few at once; and meanwhile some whose bodies hardly move.</summary>
    /// <returns>How often each kind got each status; 0 where the server hung up.</returns>
    public static async Task<IReadOnlyDictionary<(string Kind, int Status), int>> SendAsync(
        Uri server,
        byte[] wav,
        int count,
        int seed,
        Action<int> done
    )
    {
        var (answers, sent) = (new ConcurrentDictionary<(string, int), int>(), 0);
        var slow = Enumerable.Range(0, Slow).Select(_ => DribbleAsync(server, wav)).ToArray();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (i, _) =>
            {
                var (kind, bytes) = new HostileUploads(wav, seed + i).Next();
                answers.AddOrUpdate((kind, await SendAsync(server, bytes)), 1, (_, n) => n + 1);
                done(Interlocked.Increment(ref sent));
            }
        );
        foreach (var status in await Task.WhenAll(slow))
            answers.AddOrUpdate(("slow body", status), 1, (_, n) => n + 1);
        return answers;
    }

    /// <summary>Whether the server still recognizes.</summary>
    public static async Task<bool> ServesAsync(Uri server, byte[] wav)
    {
        using var client = new HttpClient();
        using var response = await client.PostAsync(new Uri(server, "v1/recognitions"), new ByteArrayContent(wav));
        return response.IsSuccessStatusCode;
    }

    private static async Task<int> SendAsync(Uri server, byte[] bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port);
        try
        {
            await client.GetStream().WriteAsync(bytes);
        }
        catch (IOException)
        {
            // refused before all was sent; the answer may be there
        }
        return await StatusAsync(client, Patience);
    }

    /// <summary>Sends two bytes a second.</summary>
    private static async Task<int> DribbleAsync(Uri server, byte[] wav)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port);
        await client
            .GetStream()
            .WriteAsync(
                Encoding.Latin1.GetBytes(
                    $"POST /v1/recognitions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {wav.Length}\r\n\r\n"
                )
            );
        try
        {
            for (var i = 0; i < 120 && client.Available == 0; i++)
            {
                await client.GetStream().WriteAsync(wav.AsMemory(i, 1));
                await Task.Delay(500);
            }
        }
        catch (IOException)
        {
            // dropped
        }
        return await StatusAsync(client, Patience);
    }

    private static async Task<int> StatusAsync(TcpClient client, TimeSpan patience)
    {
        var buffer = new byte[64];
        using var wait = new CancellationTokenSource(patience);
        try
        {
            var got = await client.GetStream().ReadAtLeastAsync(buffer, 12, throwOnEndOfStream: false, wait.Token);
            return got >= 12 && int.TryParse(Encoding.Latin1.GetString(buffer, 9, 3), out var status) ? status : 0;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return 0;
        }
    }
}
