using System.Security.Cryptography;
using System.Text;

namespace Prosodia.IO;

/// <summary>SHA-256 sums in lower-case hexadecimal digits.</summary>
internal static class Sha256Hash
{
    /// <summary>The sum of a file's bytes.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static string OfFile(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(path, e);
        }
    }

    /// <summary>The sum of bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The sum of a text as UTF-8.</summary>
    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>The first 16 bytes of the sum of a text as UTF-8, which no two texts share.</summary>
    public static UInt128 KeyOf(string text) => BitConverter.ToUInt128(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Sees to it that a file is still what it was.</summary>
    /// <exception cref="InputException">It has another sum by now, or is gone.</exception>
    public static void RequireUnchanged(string path, string sha256)
    {
        if (OfFile(path) != sha256)
            throw new InputException(
                path,
                "changed while it was read",
                "Run the same command again once nothing writes to it"
            );
    }
}
