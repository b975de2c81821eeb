using System.IO.Pipelines;

namespace Prosodia.Server;

/// <summary>
/// Samples on their way from a client to the recognizer. Who sends faster than it listens waits; they end when someone
/// says so, or when none have come for a while.
/// </summary>
internal sealed class LiveSampleBuffer : IDisposable
{
    private readonly Pipe _pipe;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Timer _silence;
    private readonly TimeSpan _longestSilence;
    private bool _ended;

    /// <param name="mostWaiting">Bytes that may wait.</param>
    /// <param name="longestSilence">After which they end.</param>
    public LiveSampleBuffer(int mostWaiting, TimeSpan longestSilence)
    {
        _pipe = new Pipe(new PipeOptions(pauseWriterThreshold: mostWaiting, resumeWriterThreshold: mostWaiting / 2));
        _longestSilence = longestSilence;
        _silence = new Timer(_ => _ = EndAsync(), null, longestSilence, Timeout.InfiniteTimeSpan);
        Reading = _pipe.Reader.AsStream();
    }

    /// <summary>What the recognizer reads.</summary>
    public Stream Reading { get; }

    /// <summary>Bytes that have come.</summary>
    public long Bytes { get; private set; }

    /// <summary>Passes samples on; lets them go where the recognizer or the client has come to an end.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> samples, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_ended)
                return;
            Bytes += samples.Length;
            if (samples.Length > 0)
                _silence.Change(_longestSilence, Timeout.InfiniteTimeSpan);
            if ((await _pipe.Writer.WriteAsync(samples, cancellationToken).ConfigureAwait(false)).IsCompleted)
                _ended = true;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>No more come.</summary>
    public async Task EndAsync()
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            _ended = true;
            await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _silence.Dispose();
}
