namespace Prosodia.Training.Augmentation;

/// <summary>
/// Makes training spectrograms sound like other speakers in other rooms: another vocal-tract length (frequencies
/// stretched; Jaitly and Hinton, 2013), another level, and gaps in frequency and time (SpecAugment; Park et al.,
/// Interspeech 2019). One voice and level an utterance, other gaps in each segment. Works on normalized spectrograms,
/// where 0 is the mean.
/// </summary>
internal sealed class SpectrogramAugmentation(int bins, int frames, Random random) : IAugmentation
{
    private const double Stretch = 0.12; // frequencies times 1 / 1.12 to 1.12
    private const float Level = 0.5f; // deviations up or down
    private const int FrequencyGaps = 2,
        WidestFrequencyGap = 8,
        WidestTimeGap = 16; // bins and frames

    private readonly float[] _original = new float[bins * frames];

    /// <inheritdoc/>
    public float[] Speak(float[] sequence) => sequence;

    /// <inheritdoc/>
    public void Apply(Span<float> spectrograms, ReadOnlySpan<long> lengths)
    {
        foreach (var length in lengths)
        {
            var stretch = Math.Pow(1 + Stretch, 2 * random.NextDouble() - 1);
            var level = Level * (2 * random.NextSingle() - 1);
            for (var i = 0; i < length; i++)
            {
                var spectrogram = spectrograms[.._original.Length];
                spectrograms = spectrograms[_original.Length..];
                Speak(spectrogram, stretch, level);
                Cover(spectrogram);
            }
        }
    }

    private void Speak(Span<float> spectrogram, double stretch, float level)
    {
        spectrogram.CopyTo(_original);
        for (var bin = 0; bin < bins; bin++)
        {
            var from = Math.Min(bins - 1, (int)Math.Round(bin * stretch));
            System.Numerics.Tensors.TensorPrimitives.Add(
                _original.AsSpan(from * frames, frames),
                level,
                spectrogram.Slice(bin * frames, frames)
            );
        }
    }

    private void Cover(Span<float> spectrogram)
    {
        for (var gap = 0; gap < FrequencyGaps; gap++)
        {
            var width = random.Next(WidestFrequencyGap + 1);
            spectrogram.Slice(random.Next(bins - width + 1) * frames, width * frames).Clear();
        }
        var time = random.Next(WidestTimeGap + 1);
        var start = random.Next(frames - time + 1);
        for (var bin = 0; bin < bins; bin++)
            spectrogram.Slice(bin * frames + start, time).Clear();
    }
}
