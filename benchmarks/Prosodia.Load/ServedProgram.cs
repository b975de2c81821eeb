using System.Diagnostics;
using System.Globalization;

namespace Prosodia.Load;

/// <summary>The program of this checkout: <c>serve</c> on a free port of this machine, and other verbs.</summary>
internal sealed class ServedProgram : IDisposable
{
    private readonly Process _process;

    private ServedProgram(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    public bool Runs => !_process.HasExited;

    /// <summary>Memory that it holds, in MB.</summary>
    public double Megabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    public static ServedProgram Start(params string[] options)
    {
        var start = Command(["serve", "--port", "0", "--per-minute", "100000000", .. options]);
        start.RedirectStandardError = true;
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { }; // its log
        process.BeginErrorReadLine();
        var line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the server did not start");
        return new ServedProgram(
            process,
            new Uri(line.Split(' ').First(w => w.StartsWith("http", StringComparison.Ordinal)))
        );
    }

    /// <summary>Runs another verb to its end.</summary>
    /// <returns>Seconds that it took.</returns>
    public static double Run(params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(Command(arguments))!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? watch.Elapsed.TotalSeconds
            : throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"{arguments[0]} ended with {process.ExitCode}")
            );
    }

    /// <summary>Files of requests that the server has not deleted.</summary>
    public int FilesLeft =>
        Directory
            .GetDirectories(Path.GetTempPath(), $"prosodia-serve-{_process.Id}-*")
            .Sum(d => Directory.GetFiles(d).Length);

    public void Dispose()
    {
        if (Runs)
            _process.Kill();
        _process.Dispose();
    }

    private static ProcessStartInfo Command(string[] arguments)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Prosodia.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        return new ProcessStartInfo(Path.Combine(folder, "prosodia"), arguments) { RedirectStandardOutput = true };
    }
}
