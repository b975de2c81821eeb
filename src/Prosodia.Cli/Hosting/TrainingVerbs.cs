using System.CommandLine;
using System.Diagnostics;

namespace Prosodia.Cli.Hosting;

/// <summary>
/// The verbs that train networks and so need libtorch: a program of their own, which this one starts when it is asked
/// for one of them.
/// </summary>
internal static class TrainingVerbs
{
    private const string Assembly = "Prosodia.Training.Cli.dll";

    private static readonly Dictionary<string, string> Descriptions = new()
    {
        ["demo"] = "Runs the whole job on a small corpus that it synthesizes itself.",
        ["evaluate"] = "Trains and tests a model on every fold of a corpus and writes figures, pictures and a report.",
        ["reproduce"] =
            "Evaluates speaker-dependently and speaker-independently, as the paper does, and sets the figures "
            + "beside the published ones.",
        ["tune"] = "Chooses settings by nested cross-validation, without a look at test speakers, and tests once.",
        ["ablate"] =
            "Evaluates variants that differ from the method in one thing, and says what each part is worth and saves.",
        ["sweep"] =
            "Runs many evaluations: corpora x protocols x models x settings x seeds, here or as a Slurm job array.",
        ["train"] =
            "Trains a model for predict from all recordings, and measures it on corpora left out or unseen speakers.",
        ["cross-corpus"] =
            "Tests the recognizer's model on corpora that it is not trained on: every pair, all but one, every "
            + "adaptation.",
        ["bench"] = "Times every stage on this machine, beside the Python peer and the machine's limit.",
    };

    /// <summary>What a verb does, for the list of verbs.</summary>
    public static string DescriptionOf(string verb) => Descriptions[verb];

    /// <summary>Commands that hand all of their arguments to the program that trains.</summary>
    public static Command[] Forwarded() => [.. Descriptions.Select(d => Forward(d.Key, d.Value))];

    private static Command Forward(string verb, string description)
    {
        var command = new Command(verb, description) { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(
            async (parsed, cancellationToken) =>
                await StartAsync([verb, .. parsed.UnmatchedTokens], cancellationToken).ConfigureAwait(false)
        );
        return command;
    }

    private static async Task<int> StartAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var beside = Path.Combine(AppContext.BaseDirectory, Assembly);
        if (!File.Exists(beside))
            throw new UsageException(
                $"{arguments[0]} needs libtorch, which this program does without: run ./prosodia {arguments[0]} in the "
                    + "repository, or train from C# with the package Prosodia.Training"
            );
        using var process = Process.Start(new ProcessStartInfo("dotnet", [beside, .. arguments]))!;
        // it is asked to stop by the same signals
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode;
    }
}
