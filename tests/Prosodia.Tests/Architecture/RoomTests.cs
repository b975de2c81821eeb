using System.Xml.Linq;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Xunit;

namespace Prosodia.Tests.Architecture;

/// <summary>The order of rooms: a folder knows only those above it here, and a project only those above it.</summary>
public sealed class RoomTests
{
    private static readonly ArchUnitNET.Domain.Architecture Architecture = new ArchLoader()
        .LoadAssemblies(
            typeof(InputException).Assembly,
            typeof(global::Prosodia.Reporting.HtmlPage).Assembly,
            typeof(global::Prosodia.Evaluation.Corpora.Manifest).Assembly,
            typeof(global::Prosodia.Training.Experiments.Experiment).Assembly,
            typeof(global::Prosodia.Server.RecognitionServer).Assembly,
            typeof(global::Prosodia.Cli.Hosting.Terminal).Assembly,
            typeof(global::Prosodia.Training.Cli.Hosting.StudyRunner).Assembly
        )
        .Build();

    public static TheoryData<string, string[]> Projects() =>
        new()
        {
            {
                "Prosodia",
                ["IO", "Onnx", "Dsp", "Audio", "Encoders", "Features", "Vad", "KeySegments", "Recognition", "Formats"]
            },
            {
                "Prosodia.Evaluation",
                [
                    "IO",
                    "Metrics",
                    "Degradations",
                    "Corpora",
                    "Protocols",
                    "Runs",
                    "Synthesis",
                    "Onnx",
                    "Encoders",
                    "FeatureStore",
                    "Reports",
                    "Audit",
                    "Stress",
                ]
            },
            {
                "Prosodia.Training",
                [
                    "Torch",
                    "Data",
                    "Augmentation",
                    "Features",
                    "Networks",
                    "Optimization",
                    "Adaptation",
                    "Learners",
                    "Experiments",
                    "Export",
                ]
            },
            { "Prosodia.Cli", ["Hosting", "Options", "Predict", "Commands"] },
            { "Prosodia.Training.Cli", ["Hosting", "Options", "Sweep", "Bench", "Commands"] },
        };

    [Theory, MemberData(nameof(Projects))]
    public void A_room_knows_only_those_before_it(string project, string[] rooms)
    {
        var folders = Directory
            .GetDirectories(Path.Combine(TestData.Repository, "src", project))
            .Select(Path.GetFileName)
            .Where(f =>
                f is not ("bin" or "obj")
                && Directory
                    .EnumerateFiles(
                        Path.Combine(TestData.Repository, "src", project, f!),
                        "*.cs",
                        SearchOption.AllDirectories
                    )
                    .Any()
            )
            .Order(StringComparer.Ordinal);
        Assert.Equal(rooms.Order(StringComparer.Ordinal), folders);
        var wrong =
            from type in Architecture.Types
            let own = Room(type, project)
            where own is not null
            from dependency in type.Dependencies
            let other = Room(dependency.Target, project)
            where other is not null && Array.IndexOf(rooms, other) > Array.IndexOf(rooms, own) && !IsCommandLine(type)
            select $"{own}/{type.Name} knows {other}/{dependency.Target.Name}";
        Assert.Empty(wrong.Distinct());
    }

    [Theory]
    [InlineData(
        "Prosodia",
        new string[0],
        new[] { "Microsoft.Extensions.Logging.Abstractions", "Microsoft.ML.OnnxRuntime", "System.Numerics.Tensors" }
    )]
    [InlineData("Prosodia.Reporting", new[] { "Prosodia" }, new[] { "Fluid.Core", "ScottPlot", "SkiaSharp" })]
    [InlineData(
        "Prosodia.Evaluation",
        new[] { "Prosodia.Reporting" },
        new[]
        {
            "Apache.Arrow",
            "CsvHelper",
            "Google.Protobuf",
            "Grpc.Tools",
            "MathNet.Numerics",
            "Parquet.Net",
            "YamlDotNet",
        }
    )]
    [InlineData(
        "Prosodia.Server",
        new[] { "Prosodia" },
        new[]
        {
            "Microsoft.AspNetCore.OpenApi",
            "OpenTelemetry.Exporter.Prometheus.AspNetCore",
            "OpenTelemetry.Extensions.Hosting",
        }
    )]
    [InlineData(
        "Prosodia.Cli",
        new[] { "Prosodia.Evaluation", "Prosodia.Server" },
        new[] { "Spectre.Console", "System.CommandLine" }
    )]
    [InlineData("Prosodia.Training.Cli", new[] { "Prosodia.Cli", "Prosodia.Training" }, new string[0])]
    public void A_project_refers_to_no_others(string project, string[] projects, string[] packages)
    {
        var file = XDocument.Load(Path.Combine(TestData.Repository, "src", project, $"{project}.csproj"));
        string[] Named(string element) =>
            [
                .. file.Descendants(element)
                    .Select(e =>
                        Path.GetFileNameWithoutExtension(e.Attribute("Include")!.Value) is var name
                        && element == "ProjectReference"
                            ? name
                            : e.Attribute("Include")!.Value
                    ),
            ];
        Assert.Equal(projects, Named("ProjectReference"));
        Assert.Equal(packages, Named("PackageReference"));
    }

    [Fact]
    public void Only_training_knows_libtorch()
    {
        var knowing = Architecture
            .Types.Where(t =>
                t.Dependencies.Any(d => d.Target.FullName.StartsWith("TorchSharp", StringComparison.Ordinal))
            )
            .Select(t => t.Assembly.Name.Split(',')[0])
            .Distinct();
        Assert.Subset(new HashSet<string> { "Prosodia.Training", "Prosodia.Training.Cli" }, knowing.ToHashSet());
    }

    /// <summary>The list of verbs knows them all.</summary>
    private static bool IsCommandLine(IType type) =>
        type.FullName.StartsWith("Prosodia.Cli.Hosting.CommandLine", StringComparison.Ordinal);

    private static string? Room(IType type, string project) =>
        type.Assembly?.Name.Split(',')[0] == project
        && type.Namespace?.FullName is { } name
        && name.StartsWith(project + ".", StringComparison.Ordinal)
            ? name[(project.Length + 1)..].Split('.')[0]
            : null;
}
