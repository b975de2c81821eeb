using System.ComponentModel;
using System.Diagnostics;

namespace Prosodia.Evaluation.Encoders;

/// <summary>A package that the .NET SDK fetches from where it fetches all others, once, and keeps with them.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Version">Its version.</param>
internal sealed record NuGetPackage(string Id, string Version)
{
    /// <summary>The folder of its files.</summary>
    /// <exception cref="InputException">It cannot be fetched; the message says what to do.</exception>
    public string Fetch()
    {
        var project = Directory.CreateTempSubdirectory("prosodia-package-");
        try
        {
            File.WriteAllText(
                Path.Combine(project.FullName, "package.csproj"),
                $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
                  </PropertyGroup>
                  <ItemGroup>
                    <PackageDownload Include="{Id}" Version="[{Version}]" />
                  </ItemGroup>
                </Project>
                """
            );
            var (code, output) = Dotnet(project.FullName, "restore", "--nologo");
            if (code != 0)
                throw Unavailable(
                    output.Split('\n').FirstOrDefault(l => l.Contains("error", StringComparison.Ordinal))
                );
            (code, output) = Dotnet(project.FullName, "nuget", "locals", "global-packages", "--list");
            var folder = output[(output.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            var found = Path.Combine(folder, Id.ToLowerInvariant(), Version);
            return code == 0 && Directory.Exists(found) ? found : throw Unavailable($"it is not in {folder}");
        }
        catch (Win32Exception e)
        {
            throw Unavailable(e.Message);
        }
        finally
        {
            project.Delete(recursive: true);
        }
    }

    private InputException Unavailable(string? why) =>
        new(
            $"the package {Id} {Version}",
            $"could not be fetched ({(why ?? "dotnet restore failed").Trim().TrimEnd('.')})",
            "Run it again with the .NET SDK and a network; or import weights from a file (docs/weights.md says where "
                + "they are) with: prosodia weights import FILE; or try the rest of the program with --random-weights"
        );

    private static (int Code, string Output) Dotnet(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
