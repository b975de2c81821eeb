using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Xunit;

namespace Prosodia.Tests.Build;

/// <summary>
/// The packages that the program is made of, and their licenses, as <c>THIRD-PARTY.md</c> lists them.
/// PROSODIA_UPDATE_SNAPSHOTS=1 writes it anew.
/// </summary>
[Trait("Tier", "Slow")]
public sealed class ThirdPartyTests
{
    private static readonly string[] Permissive =
    [
        "MIT",
        "Apache-2.0",
        "BSD-3-Clause",
        "MS-PL OR Apache-2.0",
        "in the package",
    ];

    [Fact]
    public void Each_package_and_its_license_is_listed_and_all_are_permissive()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.Is64BitProcess,
            "other systems have other native packages"
        );
        var packages = Packages().ToArray();
        Assert.Empty(packages.Where(p => !Permissive.Contains(p.License)).Select(p => $"{p.Name}: {p.License}"));
        var page = new StringBuilder(
            "# Packages and their licenses\n\nWhat the program is made of beside its own sources, on Linux. Made by "
                + "the tests, which also compare it.\n\n- The voice activity detector is "
                + "[Silero VAD](https://github.com/snakers4/silero-vad) v6, MIT, as published (SHA-256 "
                + $"`{Sha256Hash.Of(EmbeddedFile.Bytes("silero_vad_v6.onnx"))}`); its license lies in "
                + "`src/Prosodia/Vad`.\n- The fonts' license lies in `src/Prosodia.Reporting`.\n\n"
                + "| package | version | license |\n|---|---|---|\n"
        );
        foreach (var (name, version, license, source) in packages)
            page.Append($"| [{name}]({source}) | {version} | {license} |\n");
        var file = Path.Combine(TestData.Repository, "THIRD-PARTY.md");
        if (Environment.GetEnvironmentVariable("PROSODIA_UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(file, page.ToString());
        Assert.Equal(File.ReadAllText(file), page.ToString());
    }

    [Fact]
    public async Task The_bill_of_materials_names_the_same_packages()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.Is64BitProcess,
            "other systems have other native packages"
        );
        using var folder = new TemporaryFolder();
        using var process = Process.Start(
            new ProcessStartInfo(Path.Combine(TestData.Repository, "build/sbom"), [folder["bom.json"]])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(
            process.ExitCode == 0,
            await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
        );
        using var bill = JsonDocument.Parse(
            await File.ReadAllTextAsync(folder["bom.json"], TestContext.Current.CancellationToken)
        );
        var named = bill
            .RootElement.GetProperty("components")
            .EnumerateArray()
            .Select(c => $"{c.GetProperty("name")} {c.GetProperty("version")}");
        Assert.Equal(
            Packages().Select(p => $"{p.Name} {p.Version}").Order(StringComparer.Ordinal),
            named.Order(StringComparer.Ordinal)
        );
    }

    private static IEnumerable<(string Name, string Version, string License, string Source)> Packages()
    {
        using var assets = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(TestData.Repository, "src/Prosodia.Training.Cli/obj/project.assets.json"))
        );
        var folder = assets.RootElement.GetProperty("packageFolders").EnumerateObject().First().Name;
        foreach (
            var library in assets
                .RootElement.GetProperty("libraries")
                .EnumerateObject()
                .OrderBy(l => l.Name, StringComparer.Ordinal)
        )
        {
            if (library.Value.GetProperty("type").GetString() != "package")
                continue;
            var about = XDocument
                .Load(
                    Directory.GetFiles(
                        Path.Combine(folder, library.Value.GetProperty("path").GetString()!),
                        "*.nuspec"
                    )[0]
                )
                .Root!.Elements()
                .First();
            if (about.Elements().Any(e => e.Name.LocalName == "developmentDependency" && e.Value == "true"))
                continue; // it builds the program and is no part of it
            string? Text(string name) => about.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value;
            var expression = about
                .Elements()
                .FirstOrDefault(e => e.Name.LocalName == "license" && (string?)e.Attribute("type") == "expression")
                ?.Value;
            yield return (
                library.Name.Split('/')[0],
                library.Name.Split('/')[1],
                expression ?? "in the package",
                Text("projectUrl") is { Length: > 0 } url
                    ? url
                    : $"https://www.nuget.org/packages/{library.Name.Split('/')[0]}"
            );
        }
    }
}
