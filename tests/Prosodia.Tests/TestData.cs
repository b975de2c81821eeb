using System.Text.Json;
using Xunit;

namespace Prosodia.Tests;

/// <summary>Where tests find real recordings, golden numbers and a place to write.</summary>
internal static class TestData
{
    public static string Repository { get; } = FindRepository();

    /// <summary>Where real recordings are looked for; they may not be there.</summary>
    public static string CorporaFolder { get; } =
        Environment.GetEnvironmentVariable("PROSODIA_CORPORA") is { Length: > 0 } set
            ? set
            : Path.Combine(Repository, "..", "shared", "corpora");

    /// <summary>The folder of real recordings; skips the test where there is none.</summary>
    public static string Corpora()
    {
        Assert.SkipUnless(Directory.Exists(CorporaFolder), $"no corpora at {CorporaFolder}; set PROSODIA_CORPORA");
        return CorporaFolder;
    }

    /// <summary>One of the shared fold files; skips the test where there is none.</summary>
    public static string Folds(string name)
    {
        var file = Path.Combine(Corpora(), "..", "folds", name);
        Assert.SkipUnless(File.Exists(file), $"no {file}");
        return file;
    }

    /// <summary>The distribution's Python where there is one: its packages belong to it.</summary>
    public static string Python { get; } = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    public static JsonElement Golden(string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", name))).RootElement;

    public static double[] Doubles(this JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetDouble())];

    public static int[] Ints(this JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetInt32())];

    /// <summary>A sine of full scale 0.5.</summary>
    public static float[] Sine(double hertz, int rate, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (float)(0.5 * Math.Sin(2 * Math.PI * hertz * i / rate)))];

    /// <summary>Compares with a file in <c>snapshots/</c>; PROSODIA_UPDATE_SNAPSHOTS=1 writes it anew.</summary>
    public static void MatchSnapshot(string name, string actual)
    {
        var source = Path.Combine(Repository, "tests", "Prosodia.Tests", "snapshots", name);
        if (Environment.GetEnvironmentVariable("PROSODIA_UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(source, actual);
        Assert.Equal(File.ReadAllText(source), actual);
    }

    private static string FindRepository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Prosodia.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}

/// <summary>A folder that goes when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("prosodia-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
