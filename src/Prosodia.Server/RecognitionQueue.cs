using System.Diagnostics;
using System.Threading.Channels;
using Prosodia.Audio;
using Prosodia.Recognition;

namespace Prosodia.Server;

/// <summary>
/// Recordings that wait, bounded, and a worker a core. A worker takes several that wait together and asks the model
/// once for all of them, unless others are free to take them.
/// </summary>
internal sealed class RecognitionQueue : IAsyncDisposable
{
    private const int MaxTogether = 8;

    private readonly RecognitionEngine _recognizer;
    private readonly ServerMetrics _metrics;
    private readonly Channel<RecognitionJob> _waiting;
    private readonly Task[] _workers;
    private readonly int _capacity;
    private int _idle;
    private double _secondsEach = 0.05; // of work on a recording, a running mean

    public RecognitionQueue(RecognitionEngine recognizer, ProsodiaOptions options, ServerMetrics metrics)
    {
        (_recognizer, _metrics, _capacity) = (recognizer, metrics, options.QueueCapacity);
        _waiting = Channel.CreateBounded<RecognitionJob>(options.QueueCapacity);
        metrics.ObserveQueue(() => Length);
        _workers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(WorkAsync))];
    }

    /// <summary>Recordings that wait.</summary>
    public int Length => _waiting.Reader.Count;

    /// <summary>Whether another one would be refused.</summary>
    public bool IsFull => Length >= _capacity;

    /// <summary>Seconds after which there should be room again.</summary>
    public int RetryAfter
    {
        get
        {
            lock (_waiting)
                return Math.Clamp((int)Math.Ceiling(Length * _secondsEach / _workers.Length), 1, 60);
        }
    }

    /// <summary>Recognizes a recording in its turn.</summary>
    /// <returns>What came of it; null where the queue is full.</returns>
    /// <exception cref="InputException">The recording cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits for it any more.</exception>
    public Task<Recognition>? Enqueue(RecognitionJob job) => _waiting.Writer.TryWrite(job) ? job.Task : null;

    /// <summary>Finishes what it has.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await Task.WhenAll(_workers).ConfigureAwait(false);
    }

    private async Task WorkAsync()
    {
        Interlocked.Increment(ref _idle);
        while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            Interlocked.Decrement(ref _idle);
            var together = new List<RecognitionJob>();
            while (
                together.Count < MaxTogether
                && (together.Count == 0 || _waiting.Reader.Count > Volatile.Read(ref _idle))
                && _waiting.Reader.TryRead(out var job)
            )
                if (job.TryBegin())
                    together.Add(job);
            try
            {
                Recognize(together);
            }
            catch (Exception e)
            {
                foreach (var job in together)
                    job.Fail(e); // of those that are not finished; the worker goes on
            }
            Interlocked.Increment(ref _idle);
        }
        Interlocked.Decrement(ref _idle);
    }

    private void Recognize(List<RecognitionJob> together)
    {
        if (together.Count == 0)
            return;
        var watch = Stopwatch.StartNew();
        List<(RecognitionJob Job, BufferedAudio Audio)> buffered =
        [
            .. together.Select(job => (job, Audio: Attempt(job, Read)!)).Where(h => h.Audio is not null),
        ];
        var recognized = _recognizer.Classify([.. buffered.Select(h => h.Audio)]);
        foreach (var ((job, audio), result) in buffered.Zip(recognized))
            if (
                Attempt(
                    job,
                    _ => new Recognition(
                        result,
                        job.Explain && audio.Channels is [var only]
                            ? ExplanationResponse.Of(_recognizer.Explain(only, adaptation: audio.Adaptation), only)
                            : null
                    )
                ) is
                { } done
            )
                job.Finish(done);
        lock (_waiting)
            _secondsEach += 0.1 * (watch.Elapsed.TotalSeconds / together.Count - _secondsEach);
        _metrics.Recognized(recognized, together.Count, watch.Elapsed);
    }

    private BufferedAudio Read(RecognitionJob job)
    {
        using var stream = job.Open();
        return _recognizer.Buffer(stream, job.Name, job.Adaptation, cancellationToken: job.Cancel);
    }

    /// <summary>A step of a job; null where it failed, which is reported to whoever waits for the job.</summary>
    private static T? Attempt<T>(RecognitionJob job, Func<RecognitionJob, T> step)
        where T : class
    {
        try
        {
            job.ThrowIfEnded();
            return step(job);
        }
        catch (Exception e)
        {
            job.Fail(e);
            return null;
        }
    }
}

/// <summary>A recording that waits to be recognized.</summary>
internal sealed class RecognitionJob : IDisposable
{
    private readonly TaskCompletionSource<Recognition> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _enqueued = Stopwatch.GetTimestamp();
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenRegistration _leaving;
    private int _begun;

    /// <param name="open">Opens it.</param>
    /// <param name="name">What results and errors call it.</param>
    /// <param name="explain">Whether to say what decided.</param>
    /// <param name="adaptation">What it is adapted to; null for nothing.</param>
    /// <param name="timeout">How long it may take, waiting included.</param>
    /// <param name="aborted">When nobody waits for it any more.</param>
    public RecognitionJob(
        Func<AudioStream> open,
        string name,
        bool explain,
        Adaptation? adaptation,
        TimeSpan timeout,
        CancellationToken aborted
    )
    {
        (Open, Name, Explain, Adaptation, _timeout) = (open, name, explain, adaptation, timeout);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        _leaving = Cancel.Register(() =>
        {
            if (TryBegin())
                Fail(new OperationCanceledException(Cancel));
        });
        _stop.CancelAfter(timeout);
    }

    public Func<AudioStream> Open { get; }

    public string Name { get; }

    public bool Explain { get; }

    public Adaptation? Adaptation { get; }

    public CancellationToken Cancel => _stop.Token;

    public Task<Recognition> Task => _done.Task;

    /// <summary>Whether the caller is the one who has to bring it to an end.</summary>
    public bool TryBegin() => Interlocked.Exchange(ref _begun, 1) == 0;

    /// <exception cref="OperationCanceledException">
    /// Nobody waits for it any more, or its time is up by the clock: a busy thread pool fires timers late.
    /// </exception>
    public void ThrowIfEnded()
    {
        if (Stopwatch.GetElapsedTime(_enqueued) > _timeout)
            _stop.Cancel();
        Cancel.ThrowIfCancellationRequested();
    }

    public void Finish(Recognition recognition) => _done.TrySetResult(recognition);

    public void Fail(Exception reason) => _done.TrySetException(reason);

    public void Dispose()
    {
        _leaving.Dispose();
        _stop.Dispose();
    }
}

/// <summary>What came of a recording.</summary>
/// <param name="Audio">Its turns.</param>
/// <param name="Why">What decided; null where nobody asked, or it is too long to say.</param>
internal sealed record Recognition(RecognitionResult Audio, ExplanationResponse? Why);
