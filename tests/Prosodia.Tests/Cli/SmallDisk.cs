using System.Diagnostics;
using Xunit;

namespace Prosodia.Tests.Cli;

/// <summary>A disk of a size, in memory; only root may make one, so a test without is skipped.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    public SmallDisk(string folder, string size)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder),
            "only root may make a small disk"
        );
    }

    /// <summary>Changes its size, or whether it may be written to.</summary>
    public void Remount(string option) => Assert.True(Run("mount", "-o", $"remount,{option}", _folder));

    public void Dispose() => Run("umount", _folder);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
