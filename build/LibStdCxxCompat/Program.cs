using System.Text;

namespace LibStdCxxCompat;

/// <summary>
/// Build step: <c>LibStdCxxCompat FILE</c> lets TorchSharp's native library load on an older libstdc++.
/// </summary>
public static class Program
{
    /// <summary>The version of GCC 13 that the library asks for without using a symbol of it.</summary>
    public const string UnusedVersion = "GLIBCXX_3.4.32";

    private static int Main(string[] args)
    {
        if (args is not [var library])
        {
            Console.Error.WriteLine("usage: LibStdCxxCompat path/to/libLibTorchSharp.so");
            return 2;
        }
        if (SystemLibraryHas(UnusedVersion))
            return 0;

        var elf = File.ReadAllBytes(library);
        if (!VersionNeeds.Weaken(elf, UnusedVersion))
            return 0;

        // Keep the time stamp: a newer one would make every later build copy the original again.
        var written = File.GetLastWriteTimeUtc(library);
        File.Delete(library); // the copy may be a hard link into the package cache
        File.WriteAllBytes(library, elf);
        File.SetLastWriteTimeUtc(library, written);
        Console.WriteLine(
            $"{Path.GetFileName(library)}: the need for {UnusedVersion} is weak now (this system's libstdc++ is older)"
        );
        return 0;
    }

    /// <summary>
    /// Whether the libstdc++ that this process runs on, the one a native library would get, defines a version.
    /// </summary>
    private static bool SystemLibraryHas(string version)
    {
        var loaded = File.ReadLines("/proc/self/maps")
            .FirstOrDefault(line => line.Contains("libstdc++.so", StringComparison.Ordinal));
        if (loaded is null)
            return false;
        var path = loaded[loaded.IndexOf('/', StringComparison.Ordinal)..];
        return File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.ASCII.GetBytes(version + '\0')) >= 0;
    }
}
