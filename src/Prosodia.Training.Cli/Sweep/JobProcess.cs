using System.Diagnostics;

namespace Prosodia.Training.Cli.Sweep;

/// <summary>A job in a process of its own, whose output is its log.</summary>
internal static class JobProcess
{
    /// <summary>This program as another process is started with it: a command and its first arguments.</summary>
    public static string[] Program { get; } =
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) != "dotnet"
            ? [path]
            : ["dotnet", Environment.GetCommandLineArgs()[0]];

    /// <summary>Runs to the end.</summary>
    /// <param name="arguments">The verb and its arguments.</param>
    /// <param name="log">The file that its output is added to.</param>
    /// <param name="cores">Cores that it may use; null for all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(string[] arguments, string log, int? cores, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        var start = new ProcessStartInfo(Program[0], [.. Program.Skip(1), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        if (cores is { } most)
            start.Environment["DOTNET_PROCESSOR_COUNT"] = $"{most:x}"; // the runtime reads it as hexadecimal
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var output = new StreamWriter(log, append: true) { AutoFlush = true };
        void Note(object _, DataReceivedEventArgs line)
        {
            lock (output)
                if (line.Data is not null)
                    output.WriteLine(line.Data);
        }
        process.OutputDataReceived += Note;
        process.ErrorDataReceived += Note;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }
}
