using System.Text;

namespace Prosodia.Audio.Wav;

/// <summary>
/// Reads WAV audio from a stream, front to back and without seeking: RIFF, RIFX, RF64 and BW64, all codings of
/// <see cref="WavCoding"/>, any number of channels. Sizes of 0 or 0xFFFFFFFF, as programs write them that do not
/// know how much will come, mean up to the end of the stream.
/// </summary>
internal sealed class WavReader : IDisposable
{
    private const uint UnknownSize = 0xFFFFFFFF;
    private const int MaxFormatChunk = 4096;
    private const int PaddingBytes = 1 << 16; // of samples, in which unused bytes of each are looked for

    private readonly Stream _stream;
    private readonly string _name;
    private readonly List<string> _warnings = [];
    private long _bytesLeft; // of the data chunk; long.MaxValue when only the stream's end tells
    private byte[] _buffer = [];
    private bool _lookedBehind;

    private WavReader(Stream stream, string name, WavFormat format, long dataBytes)
    {
        (_stream, _name, Format, _bytesLeft) = (stream, name, format, dataBytes);
        if (format.OddBlock == 0)
            return;
        var start = new byte[(int)Math.Min(PaddingBytes, dataBytes)];
        var got = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        _stream = new PrefixedStream(start.AsMemory(0, got), stream);
        if (IsPadded(start.AsSpan(0, got), format))
            Format = format with { BytesPerSample = format.OddBlock / format.Channels };
        else
            _warnings.Add(
                $"{name}: its header declares blocks of {format.OddBlock} bytes, but {format.Channels} "
                    + $"channel(s) of {8 * format.BytesPerSample} bits; the bits are used"
            );
    }

    /// <summary>How the file is coded.</summary>
    public WavFormat Format { get; }

    /// <summary>What was odd although the file could be used, known once it has been read.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Whether a file beginning with these bytes is for this reader.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> start) =>
        start.Length >= 4 && Encoding.ASCII.GetString(start[..4]) is "RIFF" or "RIFX" or "RF64" or "BW64";

    /// <summary>Reads samples that have no header, up to the end of the stream.</summary>
    internal static WavReader Raw(Stream stream, string name, WavFormat format) =>
        new(stream, name, format, long.MaxValue);

    /// <summary>Reads the header up to the first sample.</summary>
    /// <param name="stream">The audio; owned by the reader from here on.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InputException">The header is cut short, contradicts itself or holds an unsupported
    /// coding.</exception>
    public static WavReader Open(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> head = stackalloc byte[12];
        Need(stream, head, name, "header");
        if (!Recognizes(head) || Encoding.ASCII.GetString(head[8..]) != "WAVE")
            throw new InputException(name, "is not a WAV file", "Check what it is with: file NAME");

        var bigEndian = head[3] == 'X';
        var read = new EndianReader(bigEndian);
        var riffSize = read.UInt32(head[4..]);
        long position = 12,
            dataSize64 = -1;
        WavFormat? format = null;
        Span<byte> chunk = stackalloc byte[8];
        var filled = 0; // of the next chunk's header
        while (true)
        {
            Need(stream, chunk[filled..], name, format is null ? "fmt chunk" : "data chunk");
            position += 8;
            var id = Encoding.ASCII.GetString(chunk[..4]);
            var size = read.UInt32(chunk[4..]);
            if (id == "data")
            {
                if (format is not { } known)
                    throw new InputException(
                        name,
                        "has its samples before their format",
                        "Convert it again from its source"
                    );
                if (dataSize64 >= 0)
                    return new WavReader(stream, name, known, dataSize64);
                if (size is not (0 or UnknownSize))
                    return new WavReader(stream, name, known, size);
                var reallyEmpty = size == 0 && riffSize != UnknownSize && riffSize + 8L > position;
                if (!reallyEmpty)
                    return new WavReader(stream, name, known, long.MaxValue);
            }
            if (id is "fmt " or "ds64")
            {
                if (size > MaxFormatChunk)
                    throw new InputException(
                        name,
                        $"its {id.Trim()} chunk claims {size} bytes",
                        "The file is damaged; copy it again"
                    );
                var body = new byte[size];
                Need(stream, body, name, id.Trim() + " chunk");
                if (id == "fmt ")
                    format = WavFormat.Parse(body, bigEndian, name);
                else if (size >= 16)
                    dataSize64 = (long)Math.Min(read.UInt64(body.AsSpan(8)), long.MaxValue);
                position += size;
            }
            else
                position += Skip(stream, size);
            filled = size % 2 == 1 ? ReadPadding(stream, chunk, ref position) : 0;
        }
    }

    /// <summary>
    /// Reads the byte that fills up a chunk of odd size; some programs leave it out, and then it is the first one of
    /// the next chunk.
    /// </summary>
    private static int ReadPadding(Stream stream, Span<byte> chunk, ref long position)
    {
        if (stream.ReadAtLeast(chunk[..1], 1, throwOnEndOfStream: false) == 0)
            return 0;
        if (!char.IsAsciiLetter((char)chunk[0]))
        {
            position++;
            return 0;
        }
        return 1;
    }

    /// <summary>Reads the next samples, channels interleaved.</summary>
    /// <param name="interleaved">Where to; its length is a multiple of the number of channels.</param>
    /// <returns>How many samples of whole frames were written; 0 at the end.</returns>
    public int Read(Span<float> interleaved)
    {
        var wanted = (int)Math.Min((long)interleaved.Length / Format.Channels * Format.BytesPerFrame, _bytesLeft);
        if (_buffer.Length < wanted)
            _buffer = new byte[wanted];
        var got = wanted == 0 ? 0 : _stream.ReadAtLeast(_buffer.AsSpan(0, wanted), wanted, throwOnEndOfStream: false);
        if (got < wanted && _bytesLeft != long.MaxValue)
            _warnings.Add(
                $"{_name}: the recording is cut off: {_bytesLeft - got:N0} bytes of samples are missing at the "
                    + "end; what is there is used"
            );
        _bytesLeft =
            got < wanted ? 0
            : _bytesLeft == long.MaxValue ? _bytesLeft
            : _bytesLeft - got;
        if (wanted == 0 && _bytesLeft == 0)
            LookBehind();

        var samples = got / Format.BytesPerFrame * Format.Channels;
        SampleDecoder.Decode(_buffer, Format, interleaved[..samples]);
        return samples;
    }

    /// <summary>Notices samples behind the declared ones, which a header that was not updated leaves out.</summary>
    private void LookBehind()
    {
        if (_lookedBehind)
            return;
        _lookedBehind = true;
        Span<byte> next = stackalloc byte[9];
        var got = _stream.ReadAtLeast(next, next.Length, throwOnEndOfStream: false);
        var start = got > 0 && next[0] == 0 ? 1 : 0; // a byte that fills up
        if (got < 8)
            return;
        var isChunk = !next.Slice(start, 4).ContainsAnyExceptInRange((byte)0x20, (byte)0x7E);
        if (isChunk && !next.Slice(start, 4).SequenceEqual("data"u8))
            return;
        _warnings.Add(
            $"{_name}: more follows the samples that the header declares, and is left out; repair it, for "
                + "example with: ffmpeg -i FILE repaired.wav"
        );
    }

    /// <summary>Closes the stream.</summary>
    public void Dispose() => _stream.Dispose();

    /// <summary>Whether samples are left-justified in wider blocks, whose lowest bytes are then all zero.</summary>
    private static bool IsPadded(ReadOnlySpan<byte> samples, WavFormat format)
    {
        var width = format.OddBlock / format.Channels;
        var unused = width - format.BytesPerSample;
        if (unused <= 0 || format.OddBlock % format.Channels != 0 || !WavFormat.HasWidth(format.Coding, width))
            return false;
        var any = false;
        for (var at = 0; at + width <= samples.Length; at += width)
        {
            if (samples.Slice(at + (format.BigEndian ? format.BytesPerSample : 0), unused).ContainsAnyExcept((byte)0))
                return false;
            any |= samples.Slice(at, width).ContainsAnyExcept((byte)0);
        }
        return any;
    }

    private static void Need(Stream stream, Span<byte> bytes, string name, string what)
    {
        var got = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (got < bytes.Length)
            throw new InputException(
                name,
                $"ends within its {what}",
                "The file is damaged or incomplete; copy it again"
            );
    }

    private static long Skip(Stream stream, long bytes)
    {
        var scratch = new byte[(int)Math.Min(bytes, 65_536)];
        var left = bytes;
        while (left > 0)
        {
            var got = stream.Read(scratch, 0, (int)Math.Min(left, scratch.Length));
            if (got == 0)
                break;
            left -= got;
        }
        return bytes - left;
    }
}
