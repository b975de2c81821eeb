using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Prosodia.Tests.Server;

/// <summary>A client of <c>WS /v1/stream</c>.</summary>
internal static class StreamClient
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<ClientWebSocket> ConnectAsync(TestServer server)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{server.Port}/v1/stream?rate=16000"), Cancel);
        return socket;
    }

    /// <summary>All events until the server closes.</summary>
    public static async Task<List<JsonElement>> RestAsync(ClientWebSocket socket)
    {
        var events = new List<JsonElement>();
        while (await ReceiveAsync(socket) is { } next)
            events.Add(next);
        return events;
    }

    /// <summary>The next event; null where the server closes.</summary>
    public static async Task<JsonElement?> ReceiveAsync(ClientWebSocket socket)
    {
        using var text = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, Cancel);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            text.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return JsonDocument.Parse(Encoding.UTF8.GetString(text.ToArray())).RootElement;
        }
    }
}
