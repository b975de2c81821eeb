namespace Prosodia.Corpora;

/// <summary>What the readers of corpora share: going through a folder by file names.</summary>
internal static class CorpusReader
{
    /// <summary>Reads every .wav file below a folder whose name the corpus knows.</summary>
    /// <param name="corpus">The corpus's name, for errors.</param>
    /// <param name="folder">Where the corpus lies.</param>
    /// <param name="pattern">How its files are named, for errors.</param>
    /// <param name="parse">The utterance of a path, or null when the file's name isn't one of the corpus.</param>
    /// <exception cref="InputException">The folder cannot be read or holds no such file.</exception>
    public static Manifest Read(string corpus, string folder, string pattern, Func<string, Utterance?> parse)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var utterances = new List<Utterance>();
        var problems = new List<InputException>();
        foreach (var file in Files(folder, "*.wav"))
        {
            if (parse(file) is { } utterance) utterances.Add(utterance with { Details = [new(Manifest.CorpusColumn, corpus), .. utterance.Details] });
            else problems.Add(new InputException(file, $"is not named as {corpus} names its recordings ({pattern})", "It is left out"));
        }
        return utterances.Count > 0
            ? new Manifest(corpus, utterances, problems)
            : throw new InputException(folder, $"holds no recording of {corpus} ({pattern})", "Give the folder of the corpus");
    }

    /// <summary>All files below a folder in a fixed order, by their paths.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, pattern,
                    new EnumerationOptions { RecurseSubdirectories = true, MatchCasing = MatchCasing.CaseInsensitive, IgnoreInaccessible = false })
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(folder, e);
        }
    }
}
