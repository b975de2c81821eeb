using Prosodia.Audio;

namespace Prosodia.Evaluation.Corpora;

/// <summary>A corpus that is known by the names of its files.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Read">Reads its folder.</param>
/// <param name="Knows">Whether a file is named as it names its recordings.</param>
internal sealed record CorpusFormat(string Name, Func<string, Manifest> Read, Func<string, bool> Knows)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<CorpusFormat> All { get; } =
    [
        new("emodb", EmoDb.Read, EmoDb.Knows),
        new("ravdess", Ravdess.Read, Ravdess.Knows),
        new("cremad", CremaD.Read, CremaD.Knows),
        new("nemo", Nemo.Read, Nemo.Knows),
        new("tess", Tess.Read, Tess.Knows),
        new("savee", Savee.Read, Savee.Knows),
        new("esd", Esd.Read, Esd.Knows),
    ];

    /// <summary>The corpus that a folder holds: the one that knows most of its recordings.</summary>
    /// <exception cref="InputException">The folder cannot be read, or no corpus knows half of its
    /// recordings.</exception>
    public static CorpusFormat Of(string folder)
    {
        string[] recordings = [.. FolderTree.Files(folder, []).Where(SoundFormat.HasExtension)];
        var (format, known) = All.Select(f => (f, recordings.Count(f.Knows))).MaxBy(f => f.Item2);
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
