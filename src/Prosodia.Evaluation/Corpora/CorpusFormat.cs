using Prosodia.Audio;

namespace Prosodia.Evaluation.Corpora;

/// <summary>A corpus that is known by the names of its recordings, or by a table that describes them.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Read">Reads its folder.</param>
internal sealed record CorpusFormat(string Name, Func<string, Manifest> Read)
{
    /// <summary>What the name of a recording says; null where a table says it.</summary>
    public Func<string, Utterance?>? Parse { get; private init; }

    /// <summary>How the name of its table ends; empty where there is none.</summary>
    public string Table { get; private init; } = "";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CorpusFormat> All { get; } =
    [
        new("emodb", EmoDb.Read) { Parse = EmoDb.Parse },
        new("ravdess", Ravdess.Read) { Parse = Ravdess.Parse },
        new("cremad", CremaD.Read) { Parse = CremaD.Parse },
        new("nemo", Nemo.Read) { Parse = Nemo.Parse },
        new("tess", Tess.Read) { Parse = Tess.Parse },
        new("savee", Savee.Read) { Parse = Savee.Parse },
        new("esd", Esd.Read) { Parse = Esd.Parse },
        new("msppodcast", MspPodcast.Read) { Table = MspPodcast.Labels },
        new("meld", Meld.Read) { Table = Meld.Labels },
        new("audformat", Audformat.Read) { Table = Audformat.Header },
    ];

    /// <summary>Whether a file may be one of its recordings, by its name.</summary>
    public bool Knows(string path) => Parse is null || Parse(path) is not null;

    /// <summary>
    /// What the name of a recording says, and of which corpus it is; null where no corpus knows it. Of IEMOCAP it is
    /// the speaker alone.
    /// </summary>
    public static Utterance? ByName(string path)
    {
        var (name, known) = All.Select(f => (f.Name, f.Parse?.Invoke(path)))
            .Append(("iemocap", Iemocap.ByName(path)))
            .FirstOrDefault(u => u.Item2 is not null);
        return known is null ? null : known with { Details = [new(Manifest.CorpusColumn, name), .. known.Details] };
    }

    /// <summary>Who speaks in a recording whose name a corpus knows; empty for others.</summary>
    public static string SpeakerOf(string path) => ByName(path)?.Speaker ?? "";

    /// <summary>The corpus that a folder holds: the one whose table is there, or that knows most recordings.</summary>
    /// <exception cref="InputException">The folder cannot be read, or no corpus knows half of its
    /// recordings.</exception>
    public static CorpusFormat Of(string folder)
    {
        var files = FolderTree.Files(folder, []);
        var described = All.FirstOrDefault(f =>
            f.Table.Length > 0
            && files.Any(p => Path.GetFileName(p).EndsWith(f.Table, StringComparison.OrdinalIgnoreCase))
        );
        if (described is not null)
            return described;
        string[] recordings = [.. files.Where(SoundFormat.HasExtension)];
        var (format, known) = All.Where(f => f.Parse is not null)
            .Select(f => (f, recordings.Count(f.Knows)))
            .MaxBy(f => f.Item2);
        return known > 0 && 2 * known >= recordings.Length
            ? format
            : throw new InputException(
                folder,
                recordings.Length == 0
                    ? "holds no recording"
                    : $"has {recordings.Length} recordings, such as {Path.GetFileName(recordings[0])}, and no corpus "
                        + "that is known names them so",
                "Name the corpus, or write a table and read it with: prosodia import csv"
            );
    }
}
