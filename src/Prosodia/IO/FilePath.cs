namespace Prosodia.IO;

/// <summary>Paths as the file system sees them.</summary>
internal static class FilePath
{
    private const int MaxLinks = 40; // as Linux

    /// <summary>Whether two paths that differ in case name one file here.</summary>
    public static StringComparer Comparer { get; } =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
            ? StringComparer.OrdinalIgnoreCase
            : StringComparer.Ordinal;

    /// <summary>The full path with every symbolic link followed, whether or not the file exists.</summary>
    /// <param name="path">Any path; links of the kernel, such as those in <c>/proc</c>, stay as they are.</param>
    /// <exception cref="InputException">Its links form a loop.</exception>
    public static string Resolve(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.GetFullPath(path);
        var resolved = Path.GetPathRoot(full)!;
        var components = new Stack<string>(Components(full));
        for (var links = 0; components.TryPop(out var component); )
        {
            var candidate = Path.Combine(resolved, component);
            if (IsDescriptor(candidate))
                return candidate;
            if (new FileInfo(candidate).LinkTarget is not { } link)
            {
                resolved = candidate;
                continue;
            }
            if (++links > MaxLinks)
                throw new InputException(path, "is a loop of symbolic links", "Remove the link");
            var target = Path.GetFullPath(link, resolved);
            resolved = Path.GetPathRoot(target)!;
            foreach (var part in Components(target))
                components.Push(part);
        }
        return resolved;
    }

    /// <summary>Whether a path names what a process has open, such as <c>/dev/stdout</c> once it is resolved.</summary>
    public static bool IsDescriptor(string path) =>
        OperatingSystem.IsLinux()
        && path.StartsWith("/proc/", StringComparison.Ordinal)
        && path.Contains("/fd/", StringComparison.Ordinal);

    /// <summary>
    /// The file behind a resolved path: of what a process has open, the file that it was opened as, where there is one.
    /// </summary>
    public static string Behind(string resolved) =>
        IsDescriptor(resolved) && new FileInfo(resolved).LinkTarget is { } target && File.Exists(target)
            ? target
            : resolved;

    /// <summary>
    /// What this process has open under a resolved path; null where that is not one of its own standard streams.
    /// </summary>
    internal static Stream? StandardStream(string resolved) =>
        !IsDescriptor(resolved)
            ? null
            : resolved switch
            {
                var path when path == "/proc/self/fd/1" || path == $"/proc/{Environment.ProcessId}/fd/1" =>
                    Console.OpenStandardOutput(),
                var path when path == "/proc/self/fd/2" || path == $"/proc/{Environment.ProcessId}/fd/2" =>
                    Console.OpenStandardError(),
                _ => null,
            };

    /// <summary>A path as a URI reference: its parts escaped, with slashes between them on every system.</summary>
    public static string ToUri(string path) =>
        string.Join(
            '/',
            path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Select(Uri.EscapeDataString)
        );

    /// <summary>
    /// Whether a path names a regular file, or nothing yet: not a device, a pipe or what a process has open.
    /// </summary>
    public static bool IsRegular(string path) =>
        Resolve(path) is var resolved
        && !IsDescriptor(resolved)
        && (!File.Exists(resolved) || new FileInfo(resolved).Length > 0);

    /// <summary>The parts of a full path below its root, last first.</summary>
    private static IEnumerable<string> Components(string full) =>
        full[Path.GetPathRoot(full)!.Length..]
            .Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)
            .Reverse();
}
