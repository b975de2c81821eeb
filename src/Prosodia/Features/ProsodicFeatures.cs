using Prosodia.Audio;
using Prosodia.Dsp;

namespace Prosodia.Features;

/// <summary>
/// Hand-made features of a whole utterance, in the spirit of eGeMAPS and ComParE but defined on their own: contours of
/// the spectrum and the voice, every 10 ms, and their functionals; rhythm and pauses; the modulation spectrum.
/// </summary>
public sealed class ProsodicFeatures
{
    // has all names, and stands before what reads them
    private static readonly ProsodicFeatures Silence = new(new Recording(new float[PowerSpectrogram.Window], []));

    /// <summary>Columns of <see cref="Contours"/>.</summary>
    public static int ContourCount { get; } = Silence.Columns;

    /// <summary>Names, units and sources of <see cref="Features"/>.</summary>
    public static IReadOnlyList<ProsodyFeature> FeatureSet { get; } = Silence.Features();

    /// <summary>The names of <see cref="Features"/>.</summary>
    public static IReadOnlyList<string> FeatureNames { get; } = [.. FeatureSet.Select(f => f.Name)];

    /// <summary>Names of <see cref="Descriptors"/>.</summary>
    public static IReadOnlyList<string> DescriptorNames { get; } = [.. Silence.All.Select(d => d.Name)];

    private readonly IReadOnlyList<LowLevelDescriptor> _spectral,
        _voice;
    private readonly bool[] _voiced;
    private readonly Range _speech;

    /// <summary>Measures the contours of a recording.</summary>
    public ProsodicFeatures(Recording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var spectra = new PowerSpectrogram(recording.Samples);
        var pitch = new PitchTracker(recording.Samples, spectra.Frames);
        _spectral = SpectralDescriptors.Of(recording.Samples, spectra);
        _voice = VoiceDescriptors.Of(recording.Samples, spectra, pitch);
        _voiced = [.. pitch.Hertz.Select(h => h > 0)];
        _speech = spectra.Speech;
    }

    /// <summary>The features, always the same ones in the same order.</summary>
    public ProsodyFeature[] Features() =>
        [
            .. All.SelectMany(c => Functionals.Of(c, _speech, _voiced)),
            .. RhythmFeatures.Of(_spectral, _speech, _voiced),
        ];

    /// <summary>
    /// The contours from the first to the last frame of speech, (frames, contours), row-major; where one isn't defined,
    /// its mean. The last column is 1 where a frame is voiced and 0 elsewhere.
    /// </summary>
    public float[] Contours()
    {
        float[][] columns =
        [
            .. All.Select(c => Filled(c.Values[_speech])),
            [.. _voiced[_speech].Select(v => v ? 1f : 0)],
        ];
        return Rows(columns);
    }

    /// <summary>
    /// The low-level descriptors of all frames, (frames, descriptors), row-major; not a number where one isn't defined.
    /// Frame k begins at k times 10 ms.
    /// </summary>
    public float[] Descriptors() => Rows([.. All.Select(d => d.Values)]);

    /// <summary>How the descriptors move together, see <see cref="DescriptorCovariances"/>.</summary>
    internal float[] Covariances() => DescriptorCovariances.Of(All);

    private static float[] Rows(float[][] columns)
    {
        var rows = new float[columns[0].Length * columns.Length];
        for (var c = 0; c < columns.Length; c++)
        for (var f = 0; f < columns[c].Length; f++)
            rows[f * columns.Length + c] = columns[c][f];
        return rows;
    }

    private IEnumerable<LowLevelDescriptor> All => _spectral.Concat(_voice);

    private int Columns => _spectral.Count + _voice.Count + 1;

    private static float[] Filled(float[] values)
    {
        var mean = (float)Functionals.MeanAndDeviation(values).Mean;
        return [.. values.Select(v => float.IsNaN(v) ? mean : v)];
    }
}
