using Prosodia.Audio;
using Prosodia.Recognition;

namespace Prosodia;

/// <summary>How one recording or live stream is read.</summary>
public sealed record RecognizerOptions
{
    /// <summary>
    /// Whether channels are kept apart, each with segments of its own, as in a call; otherwise they are averaged.
    /// </summary>
    public bool SeparateChannels { get; init; }

    /// <summary>
    /// A source whose other recordings this one is compared with (<see cref="EmotionRecognizer.MeasureSourceAsync"/>);
    /// null for none.
    /// </summary>
    public AdaptationProfile? Profile { get; init; }

    /// <summary>
    /// Whether each answer compares with what came of this recording or stream until its own end, never with what
    /// comes after; each channel with its own past where channels are kept apart. Doesn't go with
    /// <see cref="Profile"/>.
    /// </summary>
    public bool AdaptsToStream { get; init; }

    /// <summary>
    /// In a live stream: the interval after which a segment that goes on gets a provisional answer, again and again;
    /// null for none.
    /// </summary>
    public TimeSpan? ProvisionalInterval { get; init; }

    /// <summary>
    /// Sample rate of audio without a header, in Hz: signed 16-bit integers, little-endian, channels interleaved.
    /// </summary>
    public int RawSampleRate { get; init; } = Recording.SampleRate;

    /// <summary>Channels of audio without a header.</summary>
    public int RawChannels { get; init; } = 1;

    /// <summary>
    /// Reports which share of a long file was read, 0 to 1, where its length is known.
    /// </summary>
    public IProgress<double>? Progress { get; init; }
}
