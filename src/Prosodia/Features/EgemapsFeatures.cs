using Prosodia.Audio;
using Prosodia.Features.Egemaps;

namespace Prosodia.Features;

/// <summary>
/// The extended Geneva Minimalistic Acoustic Parameter Set, eGeMAPSv02: 25 low-level descriptors every 10 ms and 88
/// functionals of a recording. Source: Eyben et al., The Geneva Minimalistic Acoustic Parameter Set (GeMAPS) for Voice
/// Research and Affective Computing, IEEE Transactions on Affective Computing 7, 2016.
/// </summary>
public sealed class EgemapsFeatures
{
    private readonly float[] _values;
    private readonly Lazy<float[]> _descriptors;

    /// <summary>Measures a recording.</summary>
    /// <param name="samples">One channel, full scale is 1; at least 60 ms.</param>
    /// <param name="sampleRate">In Hz, from 8000; the published sets are made at 16000.</param>
    /// <param name="flavor">How it is computed.</param>
    /// <exception cref="ArgumentException">It is shorter than 60 ms, or the rate is below 8000 Hz.</exception>
    public EgemapsFeatures(
        ReadOnlySpan<float> samples,
        int sampleRate = Recording.SampleRate,
        EgemapsFlavor flavor = EgemapsFlavor.Compatible
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 8000);
        var frames = new EgemapsFrames(sampleRate, flavor == EgemapsFlavor.AsPublished);
        frames.Measure(samples);
        _values = EgemapsFunctionals.Of(frames);
        _descriptors = new Lazy<float[]>(frames.Smoothed);
        FrameCount = frames.Count;
    }

    /// <summary>Names of the 88 functionals, in the order of the published set.</summary>
    public static IReadOnlyList<string> Names => EgemapsNames.Functionals;

    /// <summary>Which of <see cref="Names"/> are the 62 of GeMAPS.</summary>
    public static IReadOnlyList<int> GemapsIndices => EgemapsNames.Gemaps;

    /// <summary>Names of the 25 low-level descriptors, in the order of the published set.</summary>
    public static IReadOnlyList<string> DescriptorNames => EgemapsNames.Descriptors;

    /// <summary>The functionals, (88).</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>Frames of <see cref="Descriptors"/>; frame k begins at k times 10 ms.</summary>
    public int FrameCount { get; }

    /// <summary>The smoothed low-level descriptors, (frames, 25), row-major.</summary>
    public ReadOnlySpan<float> Descriptors => _descriptors.Value;
}
