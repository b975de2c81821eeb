using System.Text.Json;

namespace Prosodia.Evaluation.Stress;

/// <summary>Recordings that were asked about together.</summary>
/// <param name="Recordings">The answers.</param>
/// <param name="Unusable">Why others could not be used.</param>
internal sealed record StressedGroup(StressedRecording[] Recordings, UnusableRecording[] Unusable);

/// <summary>Why a recording could not be used.</summary>
/// <param name="Name">The recording.</param>
/// <param name="Found">What is wrong with it.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record UnusableRecording(string Name, string Found, string Remedy)
{
    /// <summary>Takes a problem apart.</summary>
    public static UnusableRecording Of(InputException problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var text = problem.Message[(problem.Input.Length + 2)..].TrimEnd('.');
        var at = text.LastIndexOf(". ", StringComparison.Ordinal);
        return new UnusableRecording(problem.Input, text[..at], text[(at + 2)..]);
    }

    /// <summary>The problem again.</summary>
    public InputException ToProblem() => new(Name, Found, Remedy);
}

/// <summary>
/// The answers of a stress run that are complete, in a folder, so that an interrupted run goes on where it was.
/// </summary>
internal sealed class StressCheckpoint
{
    private const string KeyFile = "key";

    private readonly string _folder;

    /// <summary>Opens a folder, and forgets what is in it of another run.</summary>
    /// <param name="folder">The folder; it is made if it isn't there.</param>
    /// <param name="key">All that answers depend on.</param>
    public StressCheckpoint(string folder, string key)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        var (file, hash) = (Path.Combine(folder, KeyFile), Sha256Hash.Of(key));
        if (File.Exists(file) && File.ReadAllText(file) == hash)
            return;
        foreach (var kept in Kept(folder))
            File.Delete(kept);
        File.WriteAllText(file, hash);
    }

    /// <summary>A group that was kept; otherwise it is made and kept.</summary>
    /// <param name="number">Which one, from 0.</param>
    /// <param name="make">Makes it.</param>
    public StressedGroup Take(int number, Func<StressedGroup> make)
    {
        var file = Path.Combine(_folder, $"group-{number:00000}.json");
        if (!File.Exists(file))
        {
            var made = make();
            AtomicFile.Write(file, stream => JsonSerializer.Serialize(stream, made));
        }
        return JsonSerializer.Deserialize<StressedGroup>(File.ReadAllText(file))!;
    }

    /// <summary>Removes what was kept, and the folder where it holds nothing else.</summary>
    public static void Forget(string folder)
    {
        foreach (var file in Kept(folder))
            File.Delete(file);
        File.Delete(Path.Combine(folder, KeyFile));
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }

    private static string[] Kept(string folder) => Directory.GetFiles(folder, "group-?????.json");
}
