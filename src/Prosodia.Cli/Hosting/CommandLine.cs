using System.CommandLine;
using Prosodia.Cli.Commands;
using Prosodia.Cli.Options;

namespace Prosodia.Cli.Hosting;

/// <summary>The command line: verbs in the order of their help, exit codes and errors.</summary>
internal static class CommandLine
{
    private static readonly string[] Order =
    [
        "demo",
        "import",
        "inspect",
        "audit",
        "evaluate",
        "reproduce",
        "tune",
        "ablate",
        "cross-corpus",
        "compare",
        "stress",
        "sweep",
        "train",
        "predict",
        "adapt",
        "merge",
        "serve",
        "runs",
        "weights",
        "encoder",
        "features",
        "bench",
    ];

    /// <summary>Runs the program.</summary>
    /// <param name="args">Its arguments.</param>
    /// <param name="training">The verbs that train; the program that has none of them starts the one that has.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, params Command[] training)
    {
        Command[] verbs =
        [
            ImportCommand.Create(),
            InspectCommand.Create(),
            AuditCommand.Create(),
            CompareCommand.Create(),
            StressCommand.Create(),
            PredictCommand.Create(),
            AdaptCommand.Create(),
            MergeCommand.Create(),
            ServeCommand.Create(),
            RunsCommand.Create(),
            WeightsCommand.Create(),
            EncoderCommand.Create(),
            FeaturesCommand.Create(),
            .. training.Length > 0 ? training : TrainingVerbs.Forwarded(),
        ];
        var root = new Command("prosodia", "Recognizes how a person sounds from recordings of speech.");
        foreach (var verb in verbs.OrderBy(v => Array.IndexOf(Order, v.Name)))
            root.Add(verb);
        root.Options.Add(Verb.Help());
        root.Options.Add(new VersionOption());

        if (args.FirstOrDefault(IsEmpty) is { } empty)
        {
            Terminal.Error(
                empty.Length == 0
                    ? "an argument is empty; perhaps a variable of the shell is not set"
                    : $"'{empty}' names no file"
            );
            return ExitCode.WrongUsage;
        }
        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            var verb = parsed.CommandResult.Command;
            foreach (var error in parsed.Errors.Skip(verb == root && parsed.Errors.Count > 1 ? 1 : 0))
                Terminal.Error(error.Message);
            Terminal.Hint(verb == root ? "See: prosodia --help" : $"See: prosodia {verb.Name} --help");
            return ExitCode.WrongUsage;
        }
        using var interruption = new CancellationSignals();
        using var guard = OutputGuard.Start(IsForced(parsed), WrittenFiles.OfUser());
        try
        {
            return await parsed
                .InvokeAsync(
                    new InvocationConfiguration
                    {
                        EnableDefaultExceptionHandler = false,
                        ProcessTerminationTimeout = null,
                    },
                    interruption.Token
                )
                .ConfigureAwait(false);
        }
        catch (UsageException e)
        {
            Terminal.Error(e.Message);
            return ExitCode.WrongUsage;
        }
        catch (InputException e)
        {
            Terminal.Error(e.Message);
            return ExitCode.UnusableInput;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Terminal.Error($"{e.Message.TrimEnd('.')}. Check the path, its permissions and the disk.");
            return ExitCode.UnusableInput;
        }
        catch (OperationCanceledException)
        {
            Terminal.Error(
                "interrupted; what evaluations, features, training and stress runs had done is kept, and the same "
                    + "command continues from it"
            );
            return ExitCode.Interrupted;
        }
        catch (Exception e)
            when (e is OutOfMemoryException
                || (e as AggregateException)?.Flatten().InnerExceptions.Any(i => i is OutOfMemoryException) == true
            )
        {
            Terminal.Error(
                "this needs more memory than there is; what was done is kept, and with DOTNET_PROCESSOR_COUNT=1 "
                    + "the same command continues one recording at a time"
            );
            return ExitCode.UnusableInput;
        }
        catch (Exception e)
        {
            Terminal.Error($"internal error: {e.GetType().Name}: {e.Message.Split('\n')[0]}");
            return ExitCode.Fault;
        }
    }

    private static bool IsEmpty(string argument) =>
        string.IsNullOrWhiteSpace(argument)
        || argument is "onnx:" or "folds:"
        || (argument.StartsWith("--", StringComparison.Ordinal) && argument.EndsWith('='));

    private static bool IsForced(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Any(o => o.Name == CommonOptions.ForceName)
        && parsed.GetValue<bool>(CommonOptions.ForceName);
}
