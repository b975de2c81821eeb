using System.Security.Cryptography;

namespace Prosodia;

/// <summary>The SHA-256 sum of a file's bytes.</summary>
public static class FileHash
{
    /// <summary>The sum in lower-case hexadecimal digits.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static string Sha256(string path)
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

    /// <summary>Sees to it that a file is still what it was.</summary>
    /// <exception cref="InputException">It has another sum by now, or is gone.</exception>
    public static void RequireUnchanged(string path, string sha256)
    {
        if (Sha256(path) != sha256) throw new InputException(path, "changed while it was read", "Run the same command again once nothing writes to it");
    }
}
