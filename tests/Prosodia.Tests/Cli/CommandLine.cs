using System.Diagnostics;
using Xunit;

namespace Prosodia.Tests.Cli;

/// <summary>Runs the program as a user does: a process with arguments, its two outputs and its exit code.</summary>
internal static class CommandLine
{
    /// <summary>Runs to the end, with nothing kept from earlier runs.</summary>
    public static (int Code, string Output, string Errors) Invoke(params string[] arguments)
    {
        using var home = new TemporaryFolder();
        return InvokeAt(home.Path, arguments);
    }

    /// <summary>Runs to the end, with a folder for what is kept between runs.</summary>
    public static (int Code, string Output, string Errors) InvokeAt(string home, params string[] arguments)
    {
        using var process = Start(home, arguments);
        return Finished(process);
    }

    /// <summary>Runs to the end with an environment variable.</summary>
    public static (int Code, string Output, string Errors) InvokeWith(
        string variable,
        string value,
        params string[] arguments
    )
    {
        using var home = new TemporaryFolder();
        using var process = StartBelow(["env", $"{variable}={value}"], home.Path, arguments);
        return Finished(process);
    }

    /// <summary>Starts it through another program, given with that one's own arguments.</summary>
    public static Process StartBelow(IReadOnlyList<string> program, string home, params string[] arguments)
    {
        var start = Command(home, arguments);
        string[] all = [.. program, start.FileName, .. start.ArgumentList];
        start.FileName = all[0];
        start.ArgumentList.Clear();
        foreach (var argument in all[1..])
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Starts it.</summary>
    public static Process Start(string home, params string[] arguments)
    {
        var process = StartForInput(home, arguments);
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Starts it and leaves its standard input open.</summary>
    public static Process StartForInput(string home, params string[] arguments) =>
        Process.Start(Command(home, arguments))!;

    /// <summary>Sends it a signal, such as <c>INT</c>.</summary>
    public static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>What a process said to its end.</summary>
    public static (int Code, string Output, string Errors) Finished(Process process)
    {
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    private static ProcessStartInfo Command(string home, string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Prosodia.Training.Cli.dll"), .. arguments]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["PROSODIA_HOME"] = home;
        start.Environment.Remove(Server.TestServer.LogLevel);
        return start;
    }
}
