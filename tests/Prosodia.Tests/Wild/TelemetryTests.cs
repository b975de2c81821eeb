using System.Diagnostics;
using Prosodia.Audio.Wav;
using Prosodia.Evaluation.Synthesis;
using Xunit;

namespace Prosodia.Tests.Wild;

/// <summary>
/// Nothing is sent and nothing is left: neither files that aren't the program's nor look-ups of names.
/// </summary>
[Trait("Tier", "Slow")]
public sealed class TelemetryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TelemetryTests() => WavWriter.Write(_folder["a.wav"], SyntheticCorpus.Speak(1).First());

    [Fact]
    public void ONNX_Runtime_is_started_in_one_place()
    {
        var sources = Directory
            .EnumerateFiles(Path.Combine(TestData.Repository, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(p => p is "obj" or "bin"));
        var starting = sources.Where(f =>
            File.ReadAllText(f) is var text
            && (
                text.Contains("new InferenceSession", StringComparison.Ordinal)
                || text.Contains("new SessionOptions", StringComparison.Ordinal)
                || text.Contains("OrtEnv.", StringComparison.Ordinal)
            )
        );
        Assert.Equal(["OnnxSession.cs"], starting.Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("predict")]
    [InlineData("serve")]
    [InlineData("features")]
    public async Task A_fresh_home_gets_no_file_that_is_not_ours_and_no_name_is_looked_up(string verb)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/strace"), "strace is not installed");
        File.WriteAllText(_folder["m.csv"], "path,speaker,emotion\na.wav,x,sad\n");
        string[] arguments = verb switch
        {
            "predict" => ["predict", _folder["a.wav"], "--format", "csv", "--out", _folder["a.csv"]],
            "features" => ["features", _folder["m.csv"], "--random-weights", "--out", _folder["f.npy"]],
            _ => ["serve", "--port", "0"],
        };
        var start = new ProcessStartInfo(
            "strace",
            [
                "-f",
                "-qq",
                "-e",
                "trace=connect,sendto,sendmmsg,openat,mkdir,mkdirat",
                "-o",
                _folder["trace"],
                "dotnet",
                Path.Combine(AppContext.BaseDirectory, "Prosodia.Training.Cli.dll"),
                .. arguments,
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Directory.CreateDirectory(_folder["home"]);
        foreach (
            var variable in start
                .Environment.Keys.Where(k =>
                    k.StartsWith("XDG_", StringComparison.Ordinal) || k is "PROSODIA_HOME" or "ORT_DISABLE_TELEMETRY"
                )
                .ToArray()
        )
            start.Environment.Remove(variable);
        start.Environment["HOME"] = _folder["home"];
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (verb == "serve")
        {
            var url = (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!.Split(' ')[
                3
            ];
            using var client = new HttpClient { BaseAddress = new Uri(url) };
            using var answer = await client.PostAsync(
                "v1/recognitions",
                new ByteArrayContent(File.ReadAllBytes(_folder["a.wav"])),
                TestContext.Current.CancellationToken
            );
            Assert.True(answer.IsSuccessStatusCode);
            process.Kill(entireProcessTree: true);
        }
        else
            _ = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (verb != "serve")
            Assert.True(process.ExitCode == 0, await errors);

        var foreign = Directory
            .EnumerateFileSystemEntries(_folder["home"], "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(_folder["home"], f))
            .Where(f =>
                f is not (".local" or ".local/share")
                && !f.StartsWith(".local/share/prosodia", StringComparison.Ordinal)
                && !f.StartsWith(".dotnet", StringComparison.Ordinal)
            );
        Assert.Empty(foreign);
        var trace = File.ReadAllLines(_folder["trace"]);
        Assert.Contains(trace, l => l.Contains("libonnxruntime", StringComparison.Ordinal));
        Assert.DoesNotContain(
            trace,
            l =>
                l.Contains("htons(53)", StringComparison.Ordinal)
                || l.Contains("htons(443)", StringComparison.Ordinal)
                || l.Contains("/etc/resolv.conf", StringComparison.Ordinal)
                || l.Contains("nscd", StringComparison.Ordinal) && l.Contains("connect", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            trace,
            l => l.Contains(".onnxruntime", StringComparison.Ordinal) && l.Contains("O_CREAT", StringComparison.Ordinal)
        );
    }

    public void Dispose() => _folder.Dispose();
}
