namespace Prosodia.Evaluation.Corpora;

/// <summary>Several manifests as one corpus.</summary>
internal static class ManifestJoin
{
    /// <summary>Reads a manifest, or joins several; and what a reader must know of that.</summary>
    /// <param name="files">The manifests.</param>
    /// <param name="labels">A <see cref="LabelMap"/> of several; null where their emotions have the same names.</param>
    /// <param name="isByEmotion">Whether recordings are kept by their emotions; not where numbers or votes are what is
    /// true.</param>
    /// <exception cref="InputException">A file cannot be used, or the corpora have too little in common.</exception>
    public static (Manifest Manifest, string? Note) Open(
        IReadOnlyList<string> files,
        string? labels,
        bool isByEmotion = true
    )
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.Count == 1 && labels is null)
            return (Manifest.Read(files[0]), null);
        var joined = JoinedCorpora.Of(
            [.. files.Select(f => Manifest.Read(f))],
            labels is null ? LabelMap.Unchanged : LabelMap.Read(labels),
            isByEmotion
        );
        return (joined.Manifest, joined.Note.Length > 0 ? joined.Note : null);
    }
}
