using Prosodia.Dsp;
using Prosodia.KeySegments;

namespace Prosodia.Evaluation.Encoders.Inputs;

/// <summary>
/// Natural logarithms of energies in mel bands from 0 to 8 kHz, as an image. Where a model asks for three channels, the
/// levels from the floor to full scale become 0 to 1 and are normalized by ImageNet's means and deviations.
/// </summary>
internal sealed class LogMelInput : ISegmentInput
{
    private const int MaxBands = 128; // more would be narrower than the spectrogram's bins

    /// <summary>By which images are usually normalized, red, green and blue; levels are 0 to 1.</summary>
    public static IReadOnlyList<(float Mean, float Deviation)> ImageNet { get; } =
    [(0.485f, 0.229f), (0.456f, 0.224f), (0.406f, 0.225f)];

    private readonly SegmentSpectrogram _stft = new();
    private readonly MelFilterBank _filters;
    private readonly int _channels,
        _height,
        _width;
    private readonly bool _timeFirst,
        _resize;

    /// <summary>Prepares the bands.</summary>
    /// <param name="shape">Sizes of an item: (channels, height, width) of an image, (bands, frames) or (frames,
    /// bands).</param>
    /// <param name="timeFirst">True where rows are frames.</param>
    public LogMelInput(IReadOnlyList<long> shape, bool timeFirst = false)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Shape = shape;
        _timeFirst = timeFirst;
        _resize = shape.Count == 3; // an image is stretched; a sequence keeps its frames and is filled up with silence
        _channels = _resize ? (int)shape[0] : 1;
        (_height, _width) = timeFirst ? ((int)shape[^1], (int)shape[^2]) : ((int)shape[^2], (int)shape[^1]);
        _filters = new MelFilterBank(Math.Min(_height, MaxBands));
    }

    /// <inheritdoc/>
    public string Description =>
        $"log-mel {(_resize ? "image" : "sequence")}, {_filters.Count} bands, as "
        + $"[{string.Join(", ", Shape)}]{(_channels == 3 ? ", normalized as ImageNet" : "")}";

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape { get; }

    /// <inheritdoc/>
    public void Write(SegmentedSpeech speech, int segment, Span<float> item)
    {
        var magnitudes = new float[SegmentSpectrogram.Size];
        _stft.Magnitudes(speech, [segment], magnitudes);
        var floor = MathF.Log(SegmentSpectrogram.Floor);
        var levels = new float[_filters.Count, SegmentSpectrogram.Frames];
        Span<float> power = stackalloc float[SegmentSpectrogram.Bins],
            energies = stackalloc float[_filters.Count];
        for (var frame = 0; frame < SegmentSpectrogram.Frames; frame++)
        {
            for (var bin = 0; bin < SegmentSpectrogram.Bins; bin++)
                power[bin] =
                    magnitudes[bin * SegmentSpectrogram.Frames + frame]
                    * magnitudes[bin * SegmentSpectrogram.Frames + frame];
            _filters.Apply(power, energies);
            for (var band = 0; band < _filters.Count; band++)
                // as a magnitude
                levels[band, frame] = Math.Max(0.5f * MathF.Log(energies[band] + float.Epsilon), floor);
        }
        for (var y = 0; y < _height; y++)
        for (var x = 0; x < _width; x++)
        {
            var level =
                _resize ? Bilinear(levels, y, x)
                : x < SegmentSpectrogram.Frames ? levels[y, x]
                : floor;
            var at = _timeFirst ? x * _height + y : y * _width + x;
            if (_channels == 1)
                item[at] = level;
            else
                for (var channel = 0; channel < _channels; channel++)
                    item[channel * _height * _width + at] =
                        (1 - level / floor - ImageNet[channel].Mean) / ImageNet[channel].Deviation;
        }
    }

    private float Bilinear(float[,] levels, int y, int x)
    {
        static (int Low, int High, float Share) Between(int at, int to, int from)
        {
            var place = Math.Clamp((at + 0.5f) * from / to - 0.5f, 0, from - 1);
            return ((int)place, Math.Min((int)place + 1, from - 1), place - (int)place);
        }

        var (top, bottom, down) = Between(y, _height, levels.GetLength(0));
        var (left, right, across) = Between(x, _width, levels.GetLength(1));
        return float.Lerp(
            float.Lerp(levels[top, left], levels[top, right], across),
            float.Lerp(levels[bottom, left], levels[bottom, right], across),
            down
        );
    }
}
