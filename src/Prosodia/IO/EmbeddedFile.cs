namespace Prosodia.IO;

/// <summary>Files that the library carries in its assembly.</summary>
internal static class EmbeddedFile
{
    /// <summary>The bytes of a file.</summary>
    /// <param name="name">Its name, without a folder.</param>
    public static byte[] Bytes(string name)
    {
        using var stream = typeof(EmbeddedFile).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
