using BenchmarkDotNet.Attributes;
using Prosodia.Evaluation.Synthesis;
using Prosodia.KeySegments;

namespace Prosodia.Benchmarks;

/// <summary>The loops that every recording goes through, on one synthesized utterance.</summary>
[MemoryDiagnoser]
public class InnerLoops
{
    private readonly SegmentSpectrogram _stft = new();
    private readonly float[] _spectrogram = new float[SegmentSpectrogram.Size];
    private float[] _samples = [];
    private SegmentedSpeech _speech = null!;
    private SegmentKernel _kernel = null!;
    private int _clusters;

    [GlobalSetup]
    public void Speak()
    {
        _samples = SyntheticCorpus.Speak(seed: 1).First();
        _speech = new SegmentedSpeech(_samples);
        _kernel = SegmentKernel.Of(_speech);
        _clusters = ShotBoundaries.Find(_speech, ShotBoundaries.DefaultBeta).Clusters;
    }

    [Benchmark]
    public object Segments() => new SegmentedSpeech(_samples);

    [Benchmark]
    public object Boundaries() => ShotBoundaries.Find(_speech, ShotBoundaries.DefaultBeta);

    [Benchmark]
    public object Kernel() => SegmentKernel.Of(_speech);

    [Benchmark]
    public object Clustering() => KernelKMeans.Fit(_kernel.Gram, _clusters, KernelKMeans.DefaultStarts, seed: 1);

    [Benchmark]
    public void Spectrogram() => _stft.Magnitudes(_speech, [0], _spectrogram);
}
