using System.Text;
using Prosodia.Audio.Wav;

namespace Prosodia.Audio;

/// <summary>What a file or stream begins as.</summary>
internal enum StreamStart
{
    /// <summary>WAV, which <see cref="WavReader"/> may read.</summary>
    Wav,

    /// <summary>Another container of sound, which ffmpeg reads from a pipe.</summary>
    Streamed,

    /// <summary>A container that ffmpeg may have to seek in.</summary>
    Seekable,

    /// <summary>Text, a picture, an archive or something else that holds no sound.</summary>
    NoSound,

    /// <summary>Nothing that is known: samples without a header, or a format without a signature.</summary>
    Unknown,
}

/// <summary>
/// Formats of sound by their first bytes and by the endings of their files. Sources: the formats' specifications; G.
/// Kessler, File Signatures Table.
/// </summary>
internal static class SoundFormat
{
    /// <summary>Bytes that <see cref="Of"/> wants to see where there are so many.</summary>
    internal const int StartBytes = 4096;

    private const int TsPacket = 188,
        MinText = 16;

    private static readonly (int At, byte[] Bytes, StreamStart Start)[] Signatures =
    [
        .. Each(
            StreamStart.Streamed,
            ".SoX",
            "XoS.",
            "PVF1",
            "APETAGEX",
            "FWS",
            "CWS",
            "ajkg",
            "fLaC",
            "OggS",
            "ID3",
            "#!AMR",
            ".snd",
            "wvpk",
            "TTA1",
            "caff",
            "FORM",
            "NIST_1A",
            "tBaK",
            "MAC ",
            "ADIF",
            "FLV",
            "Creative Voice File",
            ".RMF",
            "DSD ",
            "MPCK",
            "MP+",
            "NUTnut",
            "nut/multimedia"
        ),
        (0, [0x1A, 0x45, 0xDF, 0xA3], StreamStart.Streamed), // Matroska, WebM
        (0, [0x00, 0x00, 0x01, 0xBA], StreamStart.Streamed), // MPEG program stream
        (0, [0x0B, 0x77], StreamStart.Streamed), // AC-3
        (0, [0x7F, 0xFE, 0x80, 0x01], StreamStart.Streamed), // DTS
        (0, [.. "riff"u8, 0x2E, 0x91, 0xCF, 0x11], StreamStart.Streamed), // Wave64
        (0, [0x64, 0xA3, 0x01, 0x00], StreamStart.Streamed), // IRCAM
        (0, [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11], StreamStart.Seekable), // ASF, WMA
        (0, [0x06, 0x0E, 0x2B, 0x34], StreamStart.Seekable), // MXF
        (0, [0xB7, 0xD8, 0x00, 0x20], StreamStart.Seekable), // WTV
        (4, [0xF8, 0x72, 0x6F, 0xBA], StreamStart.Streamed), // TrueHD
        (4, [0xF8, 0x72, 0x6F, 0xBB], StreamStart.Streamed), // MLP
        .. new[] { "ftyp", "styp", "uuid", "moov", "mdat", "wide", "skip", "free" }.Select(t =>
            (4, Encoding.ASCII.GetBytes(t), StreamStart.Seekable)
        ), // MP4, QuickTime
        .. Each(
            StreamStart.NoSound,
            "%PDF",
            "PK\u0003\u0004",
            "GIF8",
            "BZh",
            "7z",
            "SQLite format 3",
            "II*\0",
            "MM\0*",
            "P6\n",
            "P5\n",
            "HTTP/"
        ),
        (257, Encoding.ASCII.GetBytes("ustar"), StreamStart.NoSound), // tar
        (0, [0xFD, .. "7zXZ"u8], StreamStart.NoSound),
        (0, [0x93, .. "NUMPY"u8], StreamStart.NoSound),
        (0, [0xD0, 0xCF, 0x11, 0xE0], StreamStart.NoSound), // Office of old
        (0, [0x1F, 0x8B], StreamStart.NoSound), // gzip
        (0, [0x28, 0xB5, 0x2F, 0xFD], StreamStart.NoSound), // Zstandard
        (0, [0x89, .. "PNG"u8], StreamStart.NoSound),
        (0, [0xFF, 0xD8, 0xFF], StreamStart.NoSound), // JPEG
        (0, [0x7F, .. "ELF"u8], StreamStart.NoSound),
    ];

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".wav",
        ".wave",
        ".mp3",
        ".flac",
        ".ogg",
        ".oga",
        ".opus",
        ".m4a",
        ".m4b",
        ".m4r",
        ".aac",
        ".wma",
        ".asf",
        ".aiff",
        ".aif",
        ".aifc",
        ".au",
        ".snd",
        ".amr",
        ".awb",
        ".3ga",
        ".webm",
        ".weba",
        ".mp4",
        ".m4v",
        ".mkv",
        ".mka",
        ".mov",
        ".avi",
        ".3gp",
        ".3g2",
        ".mpg",
        ".mpeg",
        ".ts",
        ".m2ts",
        ".mts",
        ".mxf",
        ".flv",
        ".caf",
        ".w64",
        ".rf64",
        ".bwf",
        ".mp1",
        ".mp2",
        ".mpga",
        ".ac3",
        ".eac3",
        ".dts",
        ".tta",
        ".tak",
        ".wv",
        ".ape",
        ".spx",
        ".voc",
        ".sph",
        ".8svx",
        ".iff",
        ".gsm",
        ".g722",
        ".sox",
        ".paf",
        ".pvf",
        ".mlp",
        ".thd",
        ".loas",
        ".adts",
        ".wtv",
        ".ra",
        ".rm",
        ".dsf",
        ".mpc",
        ".nut",
        ".ircam",
        ".sln",
        ".wmv",
        ".vob",
        ".ogv",
    };

    /// <summary>Whether a file's name is that of a recording.</summary>
    public static bool HasExtension(string path) => Extensions.Contains(Path.GetExtension(path));

    /// <summary>Whether a file is a recording by its name or, where that says nothing, by its first bytes.</summary>
    public static bool IsRecording(string path)
    {
        if (HasExtension(path))
            return true;
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length == 0)
                return false; // also a pipe, which must not be waited for
            var start = new byte[StartBytes];
            return Of(start.AsSpan(0, file.ReadAtLeast(start, StartBytes, throwOnEndOfStream: false)))
                is StreamStart.Wav
                    or StreamStart.Streamed
                    or StreamStart.Seekable;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true; // what cannot be read is to be reported, not left out
        }
    }

    /// <summary>What a file or stream is by its first bytes.</summary>
    internal static StreamStart Of(ReadOnlySpan<byte> start)
    {
        if (WavReader.Recognizes(start))
            return start.Length < 12 || start[8..12].SequenceEqual("WAVE"u8) ? StreamStart.Wav : StreamStart.Streamed;
        foreach (var (at, bytes, what) in Signatures)
            if (start.Length >= at + bytes.Length && start.Slice(at, bytes.Length).SequenceEqual(bytes))
                return what;
        if (start.Length > 10 && start[..2].SequenceEqual("BM"u8) && start[6..10].IndexOfAnyExcept((byte)0) < 0)
            return StreamStart.NoSound; // BMP
        if (IsText(start))
            return StreamStart.NoSound;
        return IsFramed(start) || start.IndexOf("OggS"u8) > 0 ? StreamStart.Streamed : StreamStart.Unknown;
    }

    /// <summary>
    /// Whether frames of MPEG audio, AAC or a transport stream follow one another, from the start or, of a stream
    /// joined midway, further in.
    /// </summary>
    private static bool IsFramed(ReadOnlySpan<byte> start)
    {
        if (MpegFrames(start) >= 2 || AdtsFrames(start) >= 2 || IsTransportStream(start))
            return true;
        for (var at = 1; at + 4 < start.Length; at++)
        {
            var rest = start[at..];
            if (rest[0] == 0xFF && (MpegFrames(rest) >= 3 || AdtsFrames(rest) >= 3))
                return true; // three, since chance has more places here
            if (at < TsPacket && IsTransportStream(rest))
                return true;
        }
        return false;
    }

    private static IEnumerable<(int, byte[], StreamStart)> Each(StreamStart what, params string[] signatures) =>
        signatures.Select(s => (0, Encoding.ASCII.GetBytes(s), what));

    /// <summary>
    /// How many headers of MPEG-1 or -2 audio follow one another, a frame apart, up to 3: samples could look like one
    /// by chance. Source: ISO/IEC 11172-3, 2.4.1.3.
    /// </summary>
    private static int MpegFrames(ReadOnlySpan<byte> start)
    {
        var frames = 0;
        while (frames < 3 && FrameLength(start) is > 0 and var length)
        {
            frames++;
            start = start[Math.Min(length, start.Length)..];
        }
        return frames;

        static int FrameLength(ReadOnlySpan<byte> b)
        {
            if (b.Length < 4 || b[0] != 0xFF || (b[1] & 0xE0) != 0xE0)
                return 0;
            int version = (b[1] >> 3) & 3,
                layer = 4 - ((b[1] >> 1) & 3),
                bitrate = b[2] >> 4,
                rate = (b[2] >> 2) & 3,
                padding = (b[2] >> 1) & 1;
            if (version == 1 || layer == 4 || bitrate is 0 or 15 || rate == 3)
                return 0;
            int[] kilobits = (version == 3, layer) switch
            {
                (true, 1) => [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
                (true, 2) => [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
                (true, _) => [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
                (false, 1) => [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
                _ => [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
            };
            int[] rates = [44_100, 48_000, 32_000];
            var hertz =
                rates[rate]
                >> (
                    version == 3 ? 0
                    : version == 2 ? 1
                    : 2
                );
            var bits = 1000 * kilobits[bitrate - 1];
            return layer == 1
                ? (12 * bits / hertz + padding) * 4
                : (layer == 3 && version != 3 ? 72 : 144) * bits / hertz + padding;
        }
    }

    /// <summary>
    /// How many headers of AAC in ADTS follow one another, a frame apart, up to 3. Source: ISO/IEC 13818-7, 6.2.
    /// </summary>
    private static int AdtsFrames(ReadOnlySpan<byte> start)
    {
        var frames = 0;
        while (frames < 3 && start.Length >= 7 && start[0] == 0xFF && (start[1] & 0xF6) == 0xF0)
        {
            var length = ((start[3] & 3) << 11) | (start[4] << 3) | (start[5] >> 5);
            if (length < 7)
                break;
            frames++;
            start = start[Math.Min(length, start.Length)..];
        }
        return frames;
    }

    private static bool IsTransportStream(ReadOnlySpan<byte> start) =>
        start.Length > 2 * TsPacket && start[0] == 0x47 && start[TsPacket] == 0x47 && start[2 * TsPacket] == 0x47;

    /// <summary>Text in UTF-8 without control characters, or ASCII in UTF-16.</summary>
    private static bool IsText(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith(Encoding.UTF8.Preamble))
            return true;
        if (start.Length < MinText)
            return false;
        var sample = start[..Math.Min(start.Length, 512)];
        var (wide, controls) = (true, false);
        for (var i = 0; i < sample.Length; i++)
        {
            controls |= sample[i] < 0x20 && sample[i] is not ((byte)'\t' or (byte)'\n' or (byte)'\r');
            if (i >= 2)
                wide &=
                    i % 2 == 1
                        ? sample[i] == 0
                        : sample[i] is (>= 0x20 and < 0x7F) or (byte)'\t' or (byte)'\n' or (byte)'\r';
        }
        if (controls)
            return wide;
        for (var cut = 0; cut < 4; cut++) // characters that the sample's end may cut
            if (System.Text.Unicode.Utf8.IsValid(sample[..^cut]))
                return true;
        return false;
    }
}
