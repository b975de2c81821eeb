using System.Text.Json;
using System.Text.Json.Serialization;
using Prosodia.Evaluation.Corpora;
using Prosodia.Evaluation.Protocols;
using Prosodia.Training.Cli.Options;
using Prosodia.Training.Experiments;

namespace Prosodia.Training.Cli.Sweep;

/// <summary>Evaluations of a sweep: every corpus under every protocol with every model, settings and seed.</summary>
/// <param name="Corpora">Manifests; several in one text, separated by spaces, are joined.</param>
/// <param name="Protocols">As <c>evaluate --protocol</c> names them.</param>
/// <param name="Models">As <c>evaluate --model</c> names them; the default where there are none.</param>
/// <param name="Settings">Other options of <c>evaluate</c> by name, without the dashes; a value of true stands for an
/// option that has none, a list for one that is given several times.</param>
/// <param name="Seeds">Seeds; 1 where there are none.</param>
/// <param name="ByFold">Whether each fold is a job of its own.</param>
internal sealed record SweepGrid(
    string[] Corpora,
    string[] Protocols,
    string[]? Models = null,
    Dictionary<string, JsonElement>[]? Settings = null,
    int[]? Seeds = null,
    bool ByFold = false
);

/// <summary>A job: one evaluation, or one fold of it.</summary>
/// <param name="Id">Its number, from 0.</param>
/// <param name="Run">Its evaluation's folder within the sweep's.</param>
/// <param name="Fold">Its fold; null where it is the whole evaluation.</param>
/// <param name="Arguments">What <c>evaluate</c> is called with, except where to and which fold.</param>
internal sealed record SweepJob(int Id, string Run, string? Fold, string[] Arguments);

/// <summary>Reads what a sweep consists of and expands it, always in the same order.</summary>
internal static class SweepSpec
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    private static readonly string[] Own = ["out", "seed", "seeds", "fold", "model", "protocol", "restart", "json"];

    /// <summary>The jobs of a file that holds one grid, or a list of them.</summary>
    /// <exception cref="InputException">The file cannot be used.</exception>
    public static IReadOnlyList<SweepJob> Jobs(string file)
    {
        var jobs = new List<SweepJob>();
        var runs = new HashSet<string>();
        foreach (var grid in Read(file))
        foreach (var corpus in grid.Corpora)
        foreach (var name in grid.Protocols)
        foreach (var model in grid.Models ?? [$"{Models.Default}".ToLowerInvariant()])
        foreach (
            var settings in grid.Settings
                ??
                [
                    [],
                ]
        )
        foreach (var seed in grid.Seeds ?? [1])
        {
            var manifests = corpus.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] options = [.. settings.SelectMany(s => Option(file, s.Key, s.Value))];
            string[] arguments = [.. manifests, "--protocol", name, "--model", model, "--seed", $"{seed}", .. options];
            var run = Path.Combine(
                "runs",
                Slug([.. manifests.Select(Path.GetFileNameWithoutExtension), model, name, .. options, $"seed-{seed}"])
            );
            if (!runs.Add(run))
                throw new InputException(
                    file,
                    $"has the same evaluation twice ({Path.GetFileName(run)})",
                    "Remove one of them"
                );
            foreach (var fold in grid.ByFold ? Folds(file, manifests, name, seed, options) : [null])
                jobs.Add(new SweepJob(jobs.Count, run, fold, arguments));
        }
        return jobs;
    }

    private static SweepGrid[] Read(string file)
    {
        try
        {
            var text = File.ReadAllText(file);
            var grids = text.TrimStart().StartsWith('[')
                ? JsonSerializer.Deserialize<SweepGrid[]>(text, Json)!
                : [JsonSerializer.Deserialize<SweepGrid>(text, Json)!];
            if (grids.Length == 0 || !grids.All(g => g is { Corpora.Length: > 0, Protocols.Length: > 0 }))
                throw new InputException(file, "has no evaluation", "Name at least one of corpora and of protocols");
            return grids.All(HasNames)
                ? grids
                : throw new InputException(
                    file,
                    "has a corpus, protocol, model or setting that is empty or null",
                    "Name it, or leave it out"
                );
        }
        catch (JsonException e)
        {
            throw new InputException(
                file,
                $"is no description of a sweep ({e.Message.Split('\n')[0].TrimEnd('.')})",
                "See docs/sweep.md for what it holds"
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.From(file, e);
        }
    }

    private static bool HasNames(SweepGrid grid) =>
        grid.Corpora.Concat(grid.Protocols)
            .Concat(grid.Models ?? [])
            .All(n => !string.IsNullOrWhiteSpace(n) && !n.Contains('\0', StringComparison.Ordinal))
        && (grid.Settings ?? []).All(s => s is not null);

    private static string[] Option(string file, string name, JsonElement value) =>
        Own.Contains(name)
            ? throw new InputException(
                file,
                $"sets {name} among the settings",
                "The sweep sets it by itself, or by corpora, protocols, models and seeds"
            )
        : value.ValueKind == JsonValueKind.True ? ["--" + name]
        : value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().SelectMany(v => new[] { "--" + name, v.ToString() })]
        : ["--" + name, value.ToString()];

    private static IEnumerable<string?> Folds(string file, string[] manifests, string name, int seed, string[] options)
    {
        var protocol =
            Protocol.Parse(name, allSpeakers: false)
            ?? throw new InputException(
                file,
                $"names a protocol that isn't there ({name})",
                $"Choose from {Protocol.Names}"
            );
        var (truth, labels) = TruthOptions.OfOptions(options);
        var manifest = ManifestJoin.Open(manifests, labels, truth.IsByEmotion).Manifest;
        return protocol.Split(truth.Select(manifest.Utterances).Known, seed).Select(s => s.Name);
    }

    private static string Slug(IEnumerable<string?> parts) =>
        string.Join(
            '_',
            parts
                .Select(p => new string([
                    .. Path.GetFileName(p!.TrimStart('-'))
                        .Select(c => char.IsLetterOrDigit(c) || c is '-' or '.' ? c : '-'),
                ]))
                .Where(p => p.Length > 0)
        );
}
