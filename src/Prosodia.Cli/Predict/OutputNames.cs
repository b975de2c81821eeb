namespace Prosodia.Cli.Predict;

/// <summary>
/// What is written about each recording: next to it, or in a folder, under the recording's name. Where two would get
/// one name, those in a folder are numbered, and those next to the recordings keep the recordings' endings.
/// </summary>
internal sealed class OutputNames
{
    private readonly Dictionary<string, string> _byRecording = [];

    /// <param name="recordings">All recordings, so that names don't depend on what is written first.</param>
    /// <param name="folder">The folder; null for next to each recording.</param>
    public OutputNames(IEnumerable<string> recordings, string? folder)
    {
        var names = new UniqueNames();
        foreach (var same in recordings.Distinct().GroupBy(r => Bare(r, folder), StringComparer.OrdinalIgnoreCase))
        foreach (var (i, recording) in same.Index())
            _byRecording[recording] = names.Take(
                same.Count() == 1 ? same.Key
                    : folder is null ? recording
                    : $"{same.Key}-{i + 1}",
                Path.Combine(folder ?? "", recording.Replace(Path.DirectorySeparatorChar, '_'))
            );
    }

    /// <summary>The file with an ending that goes with a recording.</summary>
    public string Of(string recording, string ending) => _byRecording[recording] + ending;

    private static string Bare(string recording, string? folder) =>
        folder is null
            ? Path.ChangeExtension(recording, null)
            : Path.Combine(folder, Path.GetFileNameWithoutExtension(recording));
}
