using System.Text.Json;

namespace Prosodia.Evaluation.Runs;

/// <summary>
/// The folder of an evaluation while it runs: finished folds are kept in it, so that an interrupted run continues. It
/// remembers what it was begun with and refuses to mix in anything else.
/// </summary>
internal sealed class RunFolder
{
    private const string Unfinished = ".unfinished";

    private readonly string _foldsFolder;

    private RunFolder(string path) => _foldsFolder = Path.Combine(path, "folds");

    /// <summary>Opens a folder for an evaluation, new or begun before.</summary>
    /// <param name="path">The folder; made if it isn't there.</param>
    /// <param name="fingerprint">A text that differs when recordings, settings, seed or program differ.</param>
    /// <param name="restart">True forgets folds that were finished before.</param>
    /// <exception cref="InputException">The folder holds another evaluation, or cannot be written.</exception>
    public static RunFolder Open(string path, string fingerprint, bool restart)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var run = new RunFolder(path);
        var begunWith = Path.Combine(run._foldsFolder, "fingerprint.txt");
        if (restart && File.Exists(begunWith))
            run.Clear(begunWith);
        if (!File.Exists(begunWith))
            AtomicFile.Write(begunWith, fingerprint);
        else if (File.ReadAllText(begunWith) != fingerprint)
            throw new InputException(
                path,
                "holds an evaluation of other recordings, settings or another version of the program",
                "Choose another --out, or give --restart to replace it"
            );
        return run;
    }

    /// <summary>The result of a fold that was finished before; null when it wasn't.</summary>
    public FoldResult<TPrediction>? Finished<TPrediction>(string fold)
    {
        var file = FileOf(fold);
        try
        {
            return File.Exists(file)
                ? JsonSerializer.Deserialize<FoldResult<TPrediction>>(File.ReadAllText(file))
                : null;
        }
        catch (JsonException)
        {
            return null; // damaged by others: the fold is run again
        }
    }

    /// <summary>Whether a folder holds a fold that was finished.</summary>
    public static bool Holds(string path, string fold) => File.Exists(new RunFolder(path).FileOf(fold));

    /// <summary>Keeps the result of a fold, and forgets its unfinished work.</summary>
    public void Save<TPrediction>(FoldResult<TPrediction> fold)
    {
        ArgumentNullException.ThrowIfNull(fold);
        AtomicFile.Write(FileOf(fold.Name), JsonSerializer.Serialize(fold));
        if (Directory.Exists(WorkOf(fold.Name)))
            Directory.Delete(WorkOf(fold.Name), recursive: true);
    }

    /// <summary>A folder for the unfinished work of a fold.</summary>
    public string WorkOf(string fold) => Path.ChangeExtension(FileOf(fold), Unfinished);

    /// <summary>Deletes what evaluations have kept; other files stay.</summary>
    private void Clear(string begunWith)
    {
        foreach (var unfinished in Directory.GetDirectories(_foldsFolder, "*" + Unfinished))
            Directory.Delete(unfinished, recursive: true);
        foreach (var fold in Directory.GetFiles(_foldsFolder, "*.json"))
            File.Delete(fold);
        File.Delete(begunWith);
    }

    private string FileOf(string fold) => Path.Combine(_foldsFolder, Uri.EscapeDataString(fold) + ".json");
}
