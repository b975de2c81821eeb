using BenchmarkDotNet.Attributes;
using Prosodia.Evaluation.Encoders;
using Prosodia.Evaluation.Onnx;
using Prosodia.KeySegments;

namespace Prosodia.Benchmarks;

/// <summary>
/// How ResNet-101 is best spread over cores: each run on all of them, or a run on each. Times are of one segment.
/// </summary>
public class EncoderThreads
{
    private const int Segments = 32; // each time

    private readonly string _file = Path.GetTempFileName();
    private SegmentEncoder _encoder = null!;
    private float[] _items = [];

    [Params(1, 2, 4, 8)]
    public int Batch { get; set; }

    [Params(false, true)]
    public bool RunOnEachCore { get; set; }

    [GlobalSetup]
    public void Load()
    {
        ResNet.ResNet101.ToOnnx(DeterministicWeights.Of(ResNet.ResNet101)).Write(_file);
        _encoder = new SegmentEncoder(_file, RunOnEachCore ? 1 : Environment.ProcessorCount);
        _items = [.. DeterministicWeights.Fill(Batch * SegmentSpectrogram.Size, 1).Select(x => (float)x)];
    }

    [GlobalCleanup]
    public void Forget()
    {
        _encoder.Dispose();
        File.Delete(_file);
    }

    [Benchmark(OperationsPerInvoke = Segments)]
    public void Encode()
    {
        if (RunOnEachCore)
            Parallel.For(0, Environment.ProcessorCount, _ => Repeat(Segments / Batch / Environment.ProcessorCount));
        else
            Repeat(Segments / Batch);
    }

    private void Repeat(int times)
    {
        for (var i = 0; i < times; i++)
            _encoder.EncodeItems(_items, Batch);
    }
}
