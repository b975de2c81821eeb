namespace Prosodia.IO;

/// <summary>
/// The files below a folder. Links to folders are followed, each folder is visited once, and hidden files are skipped.
/// </summary>
internal static class FolderTree
{
    /// <summary>All files below a folder in a fixed order, by their paths.</summary>
    /// <param name="folder">Where to look.</param>
    /// <param name="problems">Where folders within it that cannot be read are added.</param>
    /// <exception cref="InputException">The folder itself cannot be read.</exception>
    public static IReadOnlyList<string> Files(string folder, ICollection<InputException> problems)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(problems);
        var (files, visited) = (new List<string>(), new HashSet<string>(FilePath.Comparer));
        var folders = new Stack<string>([folder]);
        while (folders.TryPop(out var next))
        {
            if (!visited.Add(FilePath.Resolve(next)))
                continue;
            try
            {
                foreach (var entry in new DirectoryInfo(next).EnumerateFileSystemInfos())
                {
                    if (entry.Attributes.HasFlag(FileAttributes.Hidden))
                        continue;
                    var path = Path.Combine(next, entry.Name);
                    if (Directory.Exists(path))
                        folders.Push(path);
                    else
                        files.Add(path);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (next == folder)
                    throw InputException.From(folder, e);
                problems.Add(new InputException(next, "may not be read", "Check the folder's permissions"));
            }
        }
        files.Sort(StringComparer.Ordinal);
        return files;
    }
}
