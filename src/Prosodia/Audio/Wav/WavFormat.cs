namespace Prosodia.Audio.Wav;

/// <summary>How the samples of a WAV file are coded.</summary>
internal enum WavCoding
{
    /// <summary>Integers: unsigned at 8 bits, signed above.</summary>
    Pcm = 1,

    /// <summary>IEEE 754 numbers, full scale is 1.</summary>
    Float = 3,

    /// <summary>ITU-T G.711 A-law.</summary>
    ALaw = 6,

    /// <summary>ITU-T G.711 mu-law.</summary>
    MuLaw = 7,
}

/// <summary>The <c>fmt</c> chunk of a WAV file.</summary>
/// <param name="Coding">How samples are coded.</param>
/// <param name="Channels">Number of channels, at least 1.</param>
/// <param name="SampleRate">Frames a second.</param>
/// <param name="BytesPerSample">Width of one sample of one channel as stored.</param>
/// <param name="BigEndian">True in RIFX files.</param>
internal readonly record struct WavFormat(
    WavCoding Coding,
    int Channels,
    int SampleRate,
    int BytesPerSample,
    bool BigEndian
)
{
    /// <summary>
    /// The declared bytes of one sample of all channels, where they disagree with the number of bits; otherwise 0.
    /// </summary>
    internal int OddBlock { get; init; }

    private const int Extensible = 0xFFFE;

    /// <summary>Bytes of one sample of all channels.</summary>
    public int BytesPerFrame => Channels * BytesPerSample;

    /// <summary>More are an error, for each takes memory.</summary>
    public const int MaxChannels = 64;

    /// <summary>Speech needs more, and what changes the rate takes much memory where it is higher.</summary>
    public const int MinRate = 1000,
        MaxRate = 384_000;

    /// <summary>Reads the chunk's bytes. Source: Microsoft, WAVEFORMATEX and WAVEFORMATEXTENSIBLE.</summary>
    /// <exception cref="UnsupportedCodingException">It holds a coding that is not one of
    /// <see cref="WavCoding"/>.</exception>
    /// <exception cref="InputException">The chunk is cut short, or contradicts itself.</exception>
    internal static WavFormat Parse(ReadOnlySpan<byte> chunk, bool bigEndian, string name)
    {
        if (chunk.Length < 16)
            throw Bad(name, $"its fmt chunk has {chunk.Length} bytes where 16 are needed");

        var read = new EndianReader(bigEndian);
        int tag = read.UInt16(chunk);
        int channels = read.UInt16(chunk[2..]);
        var rate = read.UInt32(chunk[4..]);
        int frame = read.UInt16(chunk[12..]);
        int bits = read.UInt16(chunk[14..]);
        if (tag == Extensible)
        {
            if (chunk.Length < 40)
                throw Bad(name, $"its extensible fmt chunk has {chunk.Length} bytes where 40 are needed");
            tag = read.UInt16(chunk[24..]); // the sub-format GUID begins with the plain tag
        }

        if (channels is 0 or > MaxChannels)
            throw Bad(name, $"it declares {channels} channels");
        if (rate is < MinRate or > MaxRate)
            throw Bad(name, $"it declares a sample rate of {rate} Hz");
        var (fromBits, fromBlock) = ((bits + 7) / 8, frame > 0 && frame % channels == 0 ? frame / channels : 0);
        var coding = (WavCoding)tag;
        var bytes = HasWidth(coding, fromBits) ? fromBits : fromBlock;
        if (!HasWidth(coding, bytes))
            throw new UnsupportedCodingException(name, $"its coding (tag {tag}, {bits} bits) is not supported", Advice);
        return new WavFormat(coding, channels, (int)rate, bytes, bigEndian)
        {
            OddBlock = frame == bytes * channels ? 0 : frame,
        };
    }

    /// <summary>Whether samples of a coding can be so many bytes wide.</summary>
    internal static bool HasWidth(WavCoding coding, int bytes) =>
        coding switch
        {
            WavCoding.Pcm => bytes is >= 1 and <= 4,
            WavCoding.Float => bytes is 4 or 8,
            WavCoding.ALaw or WavCoding.MuLaw => bytes == 1,
            _ => false,
        };

    private const string Advice = "Convert it, for example: ffmpeg -i FILE -ac 1 -ar 16000 converted.wav";

    private static InputException Bad(string name, string found) => new(name, found, Advice);
}

/// <summary>A WAV file of a coding that <see cref="WavReader"/> does not read; ffmpeg may.</summary>
internal sealed class UnsupportedCodingException(string input, string found, string advice)
    : InputException(input, found, advice);
