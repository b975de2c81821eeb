using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Prosodia.IO;

/// <summary>
/// Text that users write, in the encodings that their programs save: UTF-8 and UTF-16 with or without a byte order
/// mark, and Windows-1252 where bytes are no UTF-8.
/// </summary>
internal static class TextFile
{
    private const int SampleBytes = 1 << 20;

    /// <summary>The whole text of a file.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static string Read(string file)
    {
        try
        {
            using var reader = Open(file, out _);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(file, e);
        }
    }

    /// <summary>The lines of a file.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static string[] ReadLines(string file) => Read(file).ReplaceLineEndings("\n").Split('\n');

    /// <summary>Opens a file to be read once from beginning to end, so that it may be a pipe.</summary>
    /// <param name="file">The file.</param>
    /// <param name="sample">Its text as far as it was read ahead.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    internal static StreamReader Open(string file, out string sample)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        OutputGuard.Reads(file);
        try
        {
            var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            try
            {
                var buffer = new byte[SampleBytes];
                var start = buffer.AsMemory(0, stream.ReadAtLeast(buffer, SampleBytes, throwOnEndOfStream: false));
                var encoding = EncodingOf(start.Span);
                sample = encoding.GetString(start.Span[Mark(start.Span, encoding)..]);
                return new StreamReader(
                    new PrefixedStream(start[Mark(start.Span, encoding)..], stream),
                    encoding,
                    detectEncodingFromByteOrderMarks: false
                );
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(file, e);
        }
    }

    private static int Mark(ReadOnlySpan<byte> start, Encoding encoding) =>
        start.StartsWith(encoding.Preamble) ? encoding.Preamble.Length : 0;

    private static Encoding EncodingOf(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith(Encoding.UTF32.Preamble))
            return Encoding.UTF32; // before UTF-16, whose mark it begins with
        if (start.StartsWith(Encoding.Unicode.Preamble))
            return Encoding.Unicode;
        if (start.StartsWith(Encoding.BigEndianUnicode.Preamble))
            return Encoding.BigEndianUnicode;
        if (start.StartsWith(Encoding.UTF8.Preamble))
            return Encoding.UTF8;
        var (even, odd) = (0, 0); // zeros at even and odd places: one half of each ASCII character in UTF-16
        for (var i = 0; i + 1 < start.Length; i += 2)
        {
            if (start[i] == 0)
                even++;
            if (start[i + 1] == 0)
                odd++;
        }
        var pairs = start.Length / 2;
        if (pairs > 0 && odd > 0.4 * pairs && even < 0.05 * pairs)
            return Encoding.Unicode;
        if (pairs > 0 && even > 0.4 * pairs && odd < 0.05 * pairs)
            return Encoding.BigEndianUnicode;
        return Utf8.IsValid(Whole(start)) ? Encoding.UTF8 : CodePagesEncodingProvider.Instance.GetEncoding(1252)!;
    }

    /// <summary>The bytes without a character that the sample's end cuts.</summary>
    private static ReadOnlySpan<byte> Whole(ReadOnlySpan<byte> start)
    {
        for (var length = start.Length; length > Math.Max(0, start.Length - 4); length--)
            if (Rune.DecodeLastFromUtf8(start[..length], out _, out _) == OperationStatus.Done)
                return start[..length];
        return start;
    }
}
