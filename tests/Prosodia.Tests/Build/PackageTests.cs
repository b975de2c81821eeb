using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace Prosodia.Tests.Build;

/// <summary>
/// The packages as a user gets them: from a folder, into a new project and as a tool, on a machine that has fetched no
/// package before.
/// </summary>
[Trait("Tier", "Slow")]
public sealed class PackageTests(ITestOutputHelper output) : IDisposable
{
    private const string TenLines = """
        using Prosodia;

        using var recognizer = new EmotionRecognizer();
        var result = await recognizer.RecognizeAsync(args[0]);
        foreach (var s in result.Segments)
            Console.WriteLine($"{s.Start.TotalSeconds:0.00} {s.End.TotalSeconds:0.00} {s.Prediction.Label}");
        """;
    private const string Web = """
        using Prosodia.Server;

        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddProsodia();
        var app = builder.Build();
        app.MapProsodia();
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly string _recording = Path.Combine(TestData.Repository, "samples/1013_ITH_SAD_XX.wav");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_project_and_the_tool_recognize_a_recording()
    {
        var system = RuntimeInformation.RuntimeIdentifier;
        await RunAsync(Path.Combine(TestData.Repository, "build/pack"), [_folder["packages"], system]);
        File.WriteAllText(
            _folder["nuget.config"],
            $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_folder["cache"]}" /></config>
              <packageSources><add key="local" value="{_folder["packages"]}" /></packageSources>
            </configuration>
            """
        );

        await RunAsync("dotnet", ["build", Project("app", "Prosodia", "Microsoft.NET.Sdk", TenLines), "-o", "bin"]);
        var printed = await RunAsync("dotnet", ["bin/app.dll", _recording]);
        Assert.Equal("0.00 2.47 sad", printed.Trim());
        Report("A project with Prosodia", "cache", limit: 200);
        var fetched = Directory.GetDirectories(_folder["cache"]).Select(Path.GetFileName);
        Assert.DoesNotContain(fetched, f => f!.Contains("torch", StringComparison.OrdinalIgnoreCase));

        await RunAsync(
            "dotnet",
            ["build", Project("web", "Prosodia.Server", "Microsoft.NET.Sdk.Web", Web), "-o", "web"]
        );

        await RunAsync("dotnet", ["tool", "install", "Prosodia.Cli", "--prerelease", "--tool-path", _folder["tool"]]);
        Report("The tool", "tool", limit: 60);
        var table = await RunAsync(
            Path.Combine(_folder["tool"], "prosodia"),
            ["predict", _recording, "--format", "csv"]
        );
        Assert.Contains(",sad,", table, StringComparison.Ordinal);
        var refused = await RunAsync(Path.Combine(_folder["tool"], "prosodia"), ["train", "a.csv"], expected: 2);
        Assert.Contains("needs libtorch", refused, StringComparison.Ordinal);
    }

    private string Project(string name, string package, string sdk, string program)
    {
        Directory.CreateDirectory(_folder[name + "-source"]);
        File.WriteAllText(_folder[$"{name}-source/Program.cs"], program);
        var file = _folder[$"{name}-source/{name}.csproj"];
        File.WriteAllText(
            file,
            $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="{package}" Version="*-*" /></ItemGroup>
            </Project>
            """
        );
        return file;
    }

    /// <summary>Says how much was downloaded, in packages and megabytes, and that it is not too much.</summary>
    private void Report(string what, string folder, double limit)
    {
        var packages = Directory
            .GetFiles(_folder[folder], "*.nupkg", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) == Path.GetFileName(f).ToLowerInvariant()) // the tool has each twice
            .Select(f => new FileInfo(f).Length / 1e6)
            .ToArray();
        output.WriteLine($"{what}: {packages.Length} packages, {packages.Sum():0.0} MB");
        Assert.InRange(packages.Sum(), 0.1, limit);
    }

    private async Task<string> RunAsync(string program, string[] arguments, int expected = 0)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NUGET_PACKAGES"] = _folder["cache"];
        if (program.EndsWith("pack", StringComparison.Ordinal))
            start.Environment.Remove("NUGET_PACKAGES");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == expected, $"{program} {arguments[0]}: {text}\n{await errors}");
        return text + await errors;
    }
}
