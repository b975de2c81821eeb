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
/// Formats of sound by their first bytes and by the endings of their files. Sources: the formats' specifications; G. Kessler,
/// File Signatures Table.
/// </summary>
public static class SoundFormat
{
    /// <summary>Bytes that <see cref="Of"/> wants to see where there are so many.</summary>
    internal const int StartBytes = 4096;

    private const int TsPacket = 188, MinText = 16;

    private static readonly (int At, byte[] Bytes, StreamStart Start)[] Signatures =
    [
        .. Each(StreamStart.Streamed, "fLaC", "OggS", "ID3", "#!AMR", ".snd", "wvpk", "TTA1", "caff", "FORM", "NIST_1A", "tBaK", "MAC ", "ADIF", "FLV",
            "Creative Voice File", ".RMF", "DSD ", "MPCK", "MP+", "NUTnut", "nut/multimedia"),
        (0, [0x1A, 0x45, 0xDF, 0xA3], StreamStart.Streamed),                                 // Matroska, WebM
        (0, [0x00, 0x00, 0x01, 0xBA], StreamStart.Streamed),                                 // MPEG program stream
        (0, [0x0B, 0x77], StreamStart.Streamed),                                             // AC-3
        (0, [0x7F, 0xFE, 0x80, 0x01], StreamStart.Streamed),                                 // DTS
        (0, [.. "riff"u8, 0x2E, 0x91, 0xCF, 0x11], StreamStart.Streamed),                    // Wave64
        (0, [0x64, 0xA3, 0x01, 0x00], StreamStart.Streamed),                                 // IRCAM
        (0, [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11], StreamStart.Seekable),         // ASF, WMA
        (0, [0x06, 0x0E, 0x2B, 0x34], StreamStart.Seekable),                                 // MXF
        .. new[] { "ftyp", "moov", "mdat", "wide", "skip", "free" }.Select(t => (4, Encoding.ASCII.GetBytes(t), StreamStart.Seekable)), // MP4, QuickTime
        .. Each(StreamStart.NoSound, "%PDF", "PK\u0003\u0004", "GIF8", "BZh", "7z"),
        (0, [0x1F, 0x8B], StreamStart.NoSound),                                              // gzip
        (0, [0x28, 0xB5, 0x2F, 0xFD], StreamStart.NoSound),                                  // Zstandard
        (0, [0x89, .. "PNG"u8], StreamStart.NoSound),
        (0, [0xFF, 0xD8, 0xFF], StreamStart.NoSound),                                        // JPEG
        (0, [0x7F, .. "ELF"u8], StreamStart.NoSound),
    ];

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".wav", ".wave", ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".m4b", ".m4r", ".aac", ".wma", ".asf", ".aiff", ".aif", ".aifc", ".au", ".snd", ".amr",
        ".awb", ".3ga", ".webm", ".weba", ".mp4", ".m4v", ".mkv", ".mka", ".mov", ".avi", ".3gp", ".3g2", ".mpg", ".mpeg", ".ts", ".m2ts", ".mts", ".mxf", ".flv",
        ".caf", ".w64", ".rf64", ".bwf", ".mp1", ".mp2", ".mpga", ".ac3", ".eac3", ".dts", ".tta", ".tak", ".wv", ".ape", ".spx", ".voc", ".sph", ".8svx", ".iff",
        ".gsm", ".g722", ".ra", ".rm", ".dsf", ".mpc", ".nut", ".ircam", ".sln", ".wmv", ".vob", ".ogv",
    };

    /// <summary>Whether a file's name is that of a recording.</summary>
    public static bool HasExtension(string path) => Extensions.Contains(Path.GetExtension(path));

    /// <summary>Whether a file is a recording by its name or, where that says nothing, by its first bytes.</summary>
    public static bool IsRecording(string path)
    {
        if (HasExtension(path)) return true;
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length == 0) return false; // also a pipe, which must not be waited for
            var start = new byte[StartBytes];
            return Of(start.AsSpan(0, file.ReadAtLeast(start, StartBytes, throwOnEndOfStream: false))) is StreamStart.Wav or StreamStart.Streamed or StreamStart.Seekable;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>What a file or stream is by its first bytes.</summary>
    internal static StreamStart Of(ReadOnlySpan<byte> start)
    {
        if (WavReader.Recognizes(start)) return start.Length < 12 || start[8..12].SequenceEqual("WAVE"u8) ? StreamStart.Wav : StreamStart.Streamed;
        foreach (var (at, bytes, what) in Signatures)
            if (start.Length >= at + bytes.Length && start.Slice(at, bytes.Length).SequenceEqual(bytes)) return what;
        if (IsMpegAudio(start) || IsAdts(start) || IsTransportStream(start)) return StreamStart.Streamed;
        return IsText(start) ? StreamStart.NoSound : StreamStart.Unknown;
    }

    private static IEnumerable<(int, byte[], StreamStart)> Each(StreamStart what, params string[] signatures) =>
        signatures.Select(s => (0, Encoding.ASCII.GetBytes(s), what));

    /// <summary>Two headers of MPEG-1 or -2 audio, a frame apart: samples could look like one by chance. Source: ISO/IEC 11172-3, 2.4.1.3.</summary>
    private static bool IsMpegAudio(ReadOnlySpan<byte> start)
    {
        var length = FrameLength(start);
        return length > 0 && start.Length >= length + 4 && FrameLength(start[length..]) > 0;

        static int FrameLength(ReadOnlySpan<byte> b)
        {
            if (b.Length < 4 || b[0] != 0xFF || (b[1] & 0xE0) != 0xE0) return 0;
            int version = (b[1] >> 3) & 3, layer = 4 - ((b[1] >> 1) & 3), bitrate = b[2] >> 4, rate = (b[2] >> 2) & 3, padding = (b[2] >> 1) & 1;
            if (version == 1 || layer == 4 || bitrate is 0 or 15 || rate == 3) return 0;
            int[] kilobits = (version == 3, layer) switch
            {
                (true, 1) => [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
                (true, 2) => [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
                (true, _) => [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
                (false, 1) => [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
                _ => [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
            };
            int[] rates = [44_100, 48_000, 32_000];
            var hertz = rates[rate] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
            var bits = 1000 * kilobits[bitrate - 1];
            return layer == 1 ? (12 * bits / hertz + padding) * 4 : (layer == 3 && version != 3 ? 72 : 144) * bits / hertz + padding;
        }
    }

    /// <summary>Two headers of AAC in ADTS, a frame apart. Source: ISO/IEC 13818-7, 6.2.</summary>
    private static bool IsAdts(ReadOnlySpan<byte> start)
    {
        if (start.Length < 7 || !HasSync(start)) return false;
        var length = ((start[3] & 3) << 11) | (start[4] << 3) | (start[5] >> 5);
        return length >= 7 && start.Length >= length + 2 && HasSync(start[length..]);

        static bool HasSync(ReadOnlySpan<byte> b) => b[0] == 0xFF && (b[1] & 0xF6) == 0xF0;
    }

    private static bool IsTransportStream(ReadOnlySpan<byte> start) =>
        start.Length > 2 * TsPacket && start[0] == 0x47 && start[TsPacket] == 0x47 && start[2 * TsPacket] == 0x47;

    private static bool IsText(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith(Encoding.UTF8.Preamble)) return true;
        if (start.Length < MinText) return false;
        foreach (var b in start[..Math.Min(start.Length, 512)])
            if (b is < 0x20 or > 0x7E and not ((byte)'\t' or (byte)'\n' or (byte)'\r')) return false;
        return true;
    }
}
