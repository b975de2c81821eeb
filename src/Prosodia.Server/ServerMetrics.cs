using System.Diagnostics.Metrics;
using Prosodia.Recognition;

namespace Prosodia.Server;

/// <summary>
/// What a server counts, for Prometheus at <c>/metrics</c> beside ASP.NET Core's own figures. Nothing identifies a
/// speaker or a recording.
/// </summary>
internal sealed class ServerMetrics : IDisposable
{
    public const string Name = "Prosodia.Server";

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _recordings,
        _turns;
    private readonly Counter<double> _audio;
    private readonly Histogram<int> _together;
    private readonly Histogram<double> _work;
    private readonly UpDownCounter<int> _streams;

    public ServerMetrics()
    {
        _recordings = _meter.CreateCounter<long>("prosodia.recordings", description: "Recordings recognized");
        _turns = _meter.CreateCounter<long>("prosodia.turns", description: "Answers by kind");
        _audio = _meter.CreateCounter<double>("prosodia.audio", "s", "Audio received");
        _together = _meter.CreateHistogram<int>(
            "prosodia.batch",
            description: "Recordings that were recognized together"
        );
        _work = _meter.CreateHistogram<double>("prosodia.work", "s", "Time that a batch took");
        _streams = _meter.CreateUpDownCounter<int>("prosodia.streams", description: "Live streams open");
    }

    public void ObserveQueue(Func<int> length) =>
        _meter.CreateObservableGauge("prosodia.queue", length, description: "Recordings that wait");

    public void Recognized(IReadOnlyList<RecognitionResult> recordings, int together, TimeSpan took)
    {
        _recordings.Add(recordings.Count);
        _audio.Add(recordings.Sum(r => r.Duration.TotalSeconds));
        _together.Record(together);
        _work.Record(took.TotalSeconds);
        foreach (var turn in recordings.SelectMany(r => r.Segments))
            Answered(turn);
    }

    public void Answered(EmotionSegment turn) =>
        _turns.Add(1, new KeyValuePair<string, object?>("answer", turn.Prediction.Status.ToString()));

    public void StreamOpened() => _streams.Add(1);

    public void StreamClosed(double seconds)
    {
        _streams.Add(-1);
        _audio.Add(seconds);
    }

    public void Dispose() => _meter.Dispose();
}
