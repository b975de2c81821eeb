using Prosodia.Audio;

namespace Prosodia.Evaluation.Corpora;

/// <summary>
/// The folder of a corpus whose tables name its recordings: files are found wherever they lie below it, by their names,
/// or by the names of their folder and their own.
/// </summary>
internal sealed class LabeledTree
{
    private const int ProblemsNamed = 20; // recordings that are not there; a release may be unpacked in part

    private readonly string _corpus,
        _folder;
    private readonly List<InputException> _problems = [];
    private readonly List<string> _warnings = [];
    private readonly List<Utterance> _utterances = [];
    private readonly Dictionary<string, string> _paths = new(StringComparer.OrdinalIgnoreCase);
    private int _missing;

    /// <summary>Lists a folder.</summary>
    /// <param name="corpus">What manifests call the corpus.</param>
    /// <param name="folder">Where it lies.</param>
    /// <exception cref="InputException">The folder cannot be read.</exception>
    public LabeledTree(string corpus, string folder)
    {
        (_corpus, _folder) = (corpus, folder);
        foreach (var path in FolderTree.Files(folder, _problems))
        {
            var inFolder = $"{Path.GetFileName(Path.GetDirectoryName(path))}/";
            string[] names = SoundFormat.HasExtension(path)
                ? [Path.GetFileName(path), Path.GetFileNameWithoutExtension(path)]
                : [Path.GetFileName(path)];
            foreach (var name in names)
            {
                _paths.TryAdd(name, path);
                _paths.TryAdd(inFolder + name, path);
            }
        }
    }

    /// <summary>Whether there is a file.</summary>
    /// <param name="name">Its name, with or without that of its folder.</param>
    public bool Has(string name) => _paths.ContainsKey(name);

    /// <summary>The path of a table.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public string Table(string name) =>
        _paths.GetValueOrDefault(name)
        ?? throw new InputException(
            _folder,
            $"holds no {name}, which says what the recordings of {_corpus} are",
            "Give the folder of the release"
        );

    /// <summary>Adds the utterance that a table names, if its recording is there.</summary>
    /// <param name="name">The name of the file, with or without that of its folder and its extension.</param>
    /// <param name="place">Where the table names it, for errors.</param>
    /// <param name="utterance">What it is, given its path.</param>
    public void Add(string name, string place, Func<string, Utterance> utterance)
    {
        if (_paths.GetValueOrDefault(name) is not { } path)
        {
            if (_missing++ < ProblemsNamed)
                _problems.Add(new InputException(place, $"names {name}, which is not there", "It is left out"));
            return;
        }
        var read = utterance(path);
        if (read.Speaker.Length == 0)
            _problems.Add(new InputException(place, $"does not say who speaks in {name}", "It is left out"));
        else
            _utterances.Add(read with { Details = [new(Manifest.CorpusColumn, _corpus), .. read.Details] });
    }

    /// <summary>Adds something odd although all of it can be used.</summary>
    public void Warn(string warning) => _warnings.Add(warning);

    /// <summary>All utterances.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public Manifest ToManifest()
    {
        if (_utterances.Count == 0)
            throw _problems.FirstOrDefault()
                ?? new InputException(
                    _folder,
                    $"holds no recording of {_corpus} with an emotion",
                    "Give the folder of the release"
                );
        if (_missing > ProblemsNamed)
            _warnings.Add($"{_missing} recordings that are labeled are not there; the first {ProblemsNamed} are named");
        return new Manifest(_corpus, [.. _utterances.OrderBy(u => u.Name, StringComparer.Ordinal)], _problems)
        {
            Warnings = _warnings,
        };
    }
}
