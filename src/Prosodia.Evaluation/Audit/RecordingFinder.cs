using Prosodia.Audio;

namespace Prosodia.Evaluation.Audit;

/// <summary>
/// Finds the recordings that a list names where they lie below another folder, perhaps in another format: by their
/// names and as many of the folders above as agree.
/// </summary>
internal sealed class RecordingFinder
{
    private readonly ILookup<string, string> _byName;

    /// <summary>Lists a folder.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public RecordingFinder(string folder) =>
        _byName = FolderTree
            .Files(folder, [])
            .Where(SoundFormat.IsRecording)
            .ToLookup(f => Path.GetFileNameWithoutExtension(f), StringComparer.OrdinalIgnoreCase);

    /// <summary>The file; null where none has the name, or several agree as well.</summary>
    public string? Find(string path)
    {
        if (File.Exists(path))
            return path;
        string[] folders = Folders(path);
        var found = _byName[Path.GetFileNameWithoutExtension(path)]
            .Select(file => (file, Agreeing: Folders(file).Reverse().Zip(folders.Reverse()).TakeWhile(Same).Count()))
            .OrderByDescending(f => f.Agreeing)
            .ToArray();
        return found.Length > 0 && (found.Length == 1 || found[0].Agreeing > found[1].Agreeing) ? found[0].file : null;
    }

    private static bool Same((string First, string Second) folder) =>
        folder.First.Equals(folder.Second, StringComparison.OrdinalIgnoreCase);

    private static string[] Folders(string path) => (Path.GetDirectoryName(path) ?? "").Split('/', '\\');
}
