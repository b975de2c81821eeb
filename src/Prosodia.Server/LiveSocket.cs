using System.Net.WebSockets;
using System.Text.Json;

namespace Prosodia.Server;

/// <summary>A WebSocket on which several tasks send events as JSON texts, one after the other.</summary>
internal sealed class LiveSocket(WebSocket socket) : IDisposable
{
    private static readonly TimeSpan Sending = TimeSpan.FromSeconds(10),
        Closing = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _sending = new(1);

    public async Task SendAsync<T>(T value, CancellationToken cancellationToken)
    {
        using var slow = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        slow.CancelAfter(Sending);
        await _sending.WaitAsync(slow.Token).ConfigureAwait(false);
        try
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(value, RecognitionServer.Json);
            await socket
                .SendAsync(json, WebSocketMessageType.Text, endOfMessage: true, slow.Token)
                .ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    public Task<WebSocketReceiveResult> ReceiveAsync(byte[] buffer, CancellationToken cancellationToken) =>
        socket.ReceiveAsync(buffer, cancellationToken);

    /// <summary>
    /// Closes and waits for the other side to do so, for a while: to hang up on one that still sends would take its
    /// last events from it.
    /// </summary>
    public async Task CloseAsync(WebSocketCloseStatus status, Task receiving)
    {
        using var slow = new CancellationTokenSource(Closing);
        await socket.CloseOutputAsync(status, null, slow.Token).ConfigureAwait(false);
        await Task.WhenAny(receiving, Task.Delay(Closing, slow.Token)).ConfigureAwait(false);
    }

    public void Dispose()
    {
        socket.Dispose();
        _sending.Dispose();
    }
}
